#pragma once

/// From bytes to commands: arrays of bulk strings, and lines as typed into telnet.
///
/// Source: https://redis.io/docs/latest/develop/reference/protocol-spec/, and for errors, limits and quoting what
/// redis-server 7 was seen to answer. One thing is stricter than there: a line or a bulk string must end with CR LF, so
/// that whatever is passed on reads the same to every server.

#include "Text.h"

#include "nearcache/Resp.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <span>
#include <string_view>
#include <vector>

namespace nearcache::respfront {

using Words = std::span<const std::string_view>;

/// All in bytes, but for the words.
struct ParseLimits {
    std::size_t line = std::size_t{64} * 1024; ///< a command typed as a line; a line with a length
    std::int64_t words = std::int64_t{1024} * 1024;
    std::uint64_t bulk = resp::maxBulk;
    std::uint64_t request = std::uint64_t{1} << 30; ///< a whole command, as Redis's client-query-buffer-limit
};

/// Of a client that has not said who it is: about what Redis allows it, and enough for HELLO with all its options.
inline constexpr ParseLimits strangerLimits{
    .line = std::size_t{16} * 1024, .words = 10, .bulk = std::uint64_t{16} * 1024, .request = std::uint64_t{64} * 1024};

/// Finds one command after the other. Time is linear in the bytes, however they are cut; an idle parser holds no
/// memory.
class CommandParser {
  public:
    enum class Status : std::uint8_t {
        Complete,   ///< `words` is a command
        Unfinished, ///< all commands before `consumed` were empty, and there is no whole one behind it
        Broken,     ///< `error` says how; nothing can be read any more
    };
    struct Result {
        Status status = Status::Unfinished;
        std::size_t consumed = 0;
        Words words{};            ///< at least one
        std::string_view raw{};   ///< the command as it came; empty if it was typed as a line
        std::string_view error{}; ///< in Redis's words, without `ERR Protocol error: `
    };

    /// Room for the words of a short command, so that it takes no memory. Must outlive the use of `Result::words`.
    using ShortWords = std::array<std::string_view, 8>;

    /// `limits` must outlive the parser.
    explicit CommandParser(const ParseLimits& limits) : _limits(&limits) {}

    /// From the next command on. Not within one.
    void setLimits(const ParseLimits& limits) { _limits = &limits; }

    /// The first command of `input` that is not empty. After Unfinished, `input` must begin with the same bytes but for
    /// the consumed ones. Results point into `input`, `buffer`, `scratch` and at constants.
    Result next(std::string_view input, ShortWords& buffer, std::pmr::memory_resource& scratch);

    /// What nearly all requests are, at less than half the price: a GET that is here as a whole. Returns its length, or
    /// 0 for anything else, which next() reads.
    [[nodiscard]] std::size_t readGet(std::string_view input, std::string_view& key) const {
        constexpr std::string_view head = "*2\r\n$3\r\n";
        constexpr std::string_view name = "get\r\n";
        if (_scanned != 0 || !input.starts_with(head) || !isWord(input.substr(head.size(), name.size()), name))
            return 0;
        const char* const end = input.data() + input.size();
        const char* const stop = resp::readShortBulk(input.data() + head.size() + name.size(), end, key);
        const auto length = static_cast<std::size_t>(stop == nullptr ? 0 : stop - input.data());
        return key.size() > _limits->bulk || length > _limits->request ? 0 : length;
    }

  private:
    /// A word of an unfinished command; the input may move until it is finished.
    struct Word {
        std::size_t offset;
        std::size_t length;
    };
    enum class Progress : std::uint8_t { Done, Blocked, Failed };

    Words readShort(std::string_view input, ShortWords& buffer) const;
    Result nextSlowly(std::string_view input, std::pmr::memory_resource& scratch);
    Result parseArray(std::string_view input, std::pmr::memory_resource& scratch);
    Result parseLine(std::string_view input, std::pmr::memory_resource& scratch);

    Progress readArray(std::string_view input);
    Progress readCount(std::string_view input);
    Progress readWord(std::string_view input);
    Progress readBulkLength(std::string_view input);
    Progress readLengthLine(std::string_view input, std::string_view tooLong, std::string_view invalid);
    Progress checkBulkLength(std::int64_t length);
    Progress fail(std::string_view error);

    Result complete(Words words, std::string_view raw);
    Result failed(std::string_view input, std::pmr::memory_resource& scratch) const;
    [[nodiscard]] Words wordsIn(std::string_view input, std::pmr::memory_resource& scratch) const;
    void reset();

    static constexpr std::int64_t unknown = -1;

    const ParseLimits* _limits;
    std::size_t _position = 0; ///< where the part to be read next begins
    std::size_t _scanned = 0;  ///< no line ends before this
    std::int64_t _wordsLeft = unknown;
    std::int64_t _bulkLength = unknown; ///< of the word that begins at _position
    std::vector<Word> _words;
    std::string_view _error;
    char _unexpected = 0; ///< what stood in the place of a '$'
};

} // namespace nearcache::respfront
