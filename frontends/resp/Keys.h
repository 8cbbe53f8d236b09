#pragma once

/// Which of a command's words are keys.
///
/// Source: https://redis.io/docs/latest/develop/reference/key-specs/. Where the words do not fit the description (a
/// count beyond the end, say), Redis refuses the command; what is there is told all the same.

#include "Parse.h"

#include "nearcache/CommandTable.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string_view>
#include <vector>

namespace nearcache::respfront {

struct FoundKeys {
    explicit FoundKeys(std::pmr::memory_resource& memory) : keys(&memory) {}

    std::pmr::vector<std::string_view> keys; ///< in no order; one may be there twice
    bool complete = true;                    ///< it has no others
    bool writes = false;                     ///< it may change some of them
};

/// Whether the command has a place for keys at all.
[[nodiscard]] bool hasKeys(const CommandInfo& command);

[[nodiscard]] FoundKeys findKeys(const CommandInfo& command, Words words, std::pmr::memory_resource& memory);

/// Where the keys of a command are, however many words it has. The default: it has none.
struct KeyPlaces {
    std::int64_t first = 1; ///< at least 1
    std::int64_t last = 0;  ///< included; negative: counted from the command's end. It may be beyond that
    std::int64_t step = 1;  ///< at least 1

    /// In the order of the words; in memory of their own.
    [[nodiscard]] Words in(Words words, std::pmr::memory_resource& memory) const {
        if (first != last || first >= static_cast<std::int64_t>(words.size()))
            return several(words, memory);
        auto* const key = std::pmr::polymorphic_allocator<>(&memory).allocate_object<std::string_view>();
        return {std::construct_at(key, words[static_cast<std::size_t>(first)]), 1};
    }

    bool operator==(const KeyPlaces&) const = default;

  private:
    [[nodiscard]] Words several(Words words, std::pmr::memory_resource& memory) const;
};

/// The same keys as findKeys() has, and no others, for commands that say it so simply; nullopt for all others.
[[nodiscard]] std::optional<KeyPlaces> keyPlaces(const CommandInfo& command);

} // namespace nearcache::respfront
