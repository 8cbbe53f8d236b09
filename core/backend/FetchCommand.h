#pragma once

/// What a key is fetched with: a GET, and a PTTL behind it, for when the key ends.

#include "nearcache/Resp.h"

#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>

namespace nearcache {

/// Without the key.
inline constexpr std::string_view getCommand = "*2\r\n$3\r\nGET\r\n";
inline constexpr std::string_view remainingCommand = "*2\r\n$4\r\nPTTL\r\n";

/// Both with a short key, composed in place: this is done once a miss.
class FetchCommand {
  public:
    static constexpr std::size_t longestKey = 99; ///< whose length has two digits at most

    /// REQUIRES: a key of longestKey bytes at most.
    explicit FetchCommand(std::string_view key) {
        append(getCommand);
        const std::size_t begin = _size;
        resp::appendBulk(*this, key);
        const std::size_t bulk = _size - begin;
        append(remainingCommand);
        append({_text.data() + begin, bulk});
    }

    [[nodiscard]] std::string_view text() const { return {_text.data(), _size}; }

    void append(std::string_view bytes) {
        std::memcpy(_text.data() + _size, bytes.data(), bytes.size());
        _size += bytes.size();
    }

  private:
    static constexpr std::size_t longestBulk = std::string_view("$99\r\n\r\n").size() + longestKey;

    std::array<char, getCommand.size() + remainingCommand.size() + 2 * longestBulk> _text; ///< as far as _size
    std::size_t _size = 0;
};

} // namespace nearcache
