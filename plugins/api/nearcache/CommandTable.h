#pragma once

/// The commands of the backing Redis, as it describes them itself.
///
/// Source: https://redis.io/docs/latest/commands/command/ and …/develop/reference/key-specs/. Nothing here changes once
/// it is made, so that any thread may read it.

#include "nearcache/Api.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

NEARCACHE_API_BEGIN

/// Where some of a command's keys are. Positions count the words of the command, its name being 0.
struct KeySpec {
    enum class Begin : std::uint8_t {
        Index,   ///< at word `index`
        Keyword, ///< behind the word `keyword`, searched from `index` on; backwards if that is negative
        Unknown,
    };
    enum class Find : std::uint8_t {
        Range,  ///< up to `last` words behind the first one; if negative, counted from the command's end; in steps
        Number, ///< a word, `numberAt` behind the beginning, says how many; the first is `first` behind the beginning
        Unknown,
    };

    Begin begin = Begin::Unknown;
    Find find = Find::Unknown;
    int index = 0;
    std::string keyword; ///< lower case
    int last = 0;
    int step = 1;
    int limit = 0; ///< Range: only the first 1/limit of what is left, for 2 and more
    int numberAt = 0;
    int first = 0;
    bool writes = false;     ///< it may change the keys
    bool notKeys = false;    ///< what is there is like keys, but none
    bool incomplete = false; ///< there may be keys that it does not tell
};

struct CommandInfo {
    std::string name; ///< lower case; of a subcommand, without its parent's
    int arity = 0;    ///< words, the name included; negative: so many at least
    bool write = false;
    bool readOnly = false;
    bool blocking = false;
    bool movableKeys = false; ///< first, last and step do not tell all keys
    int firstKey = 0;         ///< 0: no keys
    int lastKey = 0;          ///< negative: counted from the command's end
    int keyStep = 0;
    std::vector<KeySpec> keys;            ///< none: first, last and step say it (Redis before 7)
    std::vector<CommandInfo> subcommands; ///< by name
};

class CommandTable {
  public:
    explicit CommandTable(std::vector<CommandInfo> commands) {
        for (auto& command : commands)
            _commands.emplace(command.name, std::move(command));
    }

    /// `name` in lower case. Null if there is none.
    [[nodiscard]] const CommandInfo* find(std::string_view name) const {
        const auto found = _commands.find(name);
        return found == _commands.end() ? nullptr : &found->second;
    }

    [[nodiscard]] std::size_t size() const { return _commands.size(); }

    /// Calls `visit(const CommandInfo&)` for each command, in no order.
    template <class Visit> void forEach(Visit&& visit) const {
        for (const auto& [name, command] : _commands)
            visit(command);
    }

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>()(name); }
    };

    std::unordered_map<std::string, CommandInfo, Hash, std::equal_to<>> _commands;
};

NEARCACHE_API_END
