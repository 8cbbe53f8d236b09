#pragma once

/// What Redis does to the words of a client before it looks at them or prints them.

#include <algorithm>
#include <memory_resource>
#include <string>
#include <string_view>

namespace nearcache::respfront {

/// Lower case of a letter of ASCII; any other byte as it is.
[[nodiscard]] constexpr char lower(char byte) {
    return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte | 0x20) : byte;
}

/// The reverse.
[[nodiscard]] constexpr char upper(char byte) {
    return byte >= 'a' && byte <= 'z' ? static_cast<char>(byte & ~0x20) : byte;
}

/// Whether `word` is `lowerCase` but for its case. `lowerCase` has no capitals.
[[nodiscard]] constexpr bool isWord(std::string_view word, std::string_view lowerCase) {
    return word.size() == lowerCase.size() &&
           std::equal(word.begin(), word.end(), lowerCase.begin(), [](char a, char b) { return lower(a) == b; });
}

/// A command's name in lower case; empty if it is longer than any.
class LowerName {
  public:
    explicit LowerName(std::string_view word) : _size(word.size() > sizeof _text ? 0 : word.size()) {
        std::transform(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(_size), _text, lower);
    }
    LowerName(const LowerName&) = delete;
    LowerName& operator=(const LowerName&) = delete;

    [[nodiscard]] std::string_view text() const { return {_text, _size}; }

  private:
    char _text[40];
    std::size_t _size;
};

/// The part of a word that Redis prints in an error: at most `limit` bytes, and nothing from a NUL on.
[[nodiscard]] inline std::string_view shown(std::string_view word, std::size_t limit = std::string_view::npos) {
    return word.substr(0, std::min(limit, word.find('\0')));
}

/// Whether a word may be a client's name or a library's: printable ASCII without the space.
[[nodiscard]] inline bool isPlain(std::string_view word) {
    return std::all_of(word.begin(), word.end(), [](char byte) { return byte >= '!' && byte <= '~'; });
}

/// An empty text that lives as long as `scratch`, which is why nobody destroys it.
[[nodiscard]] inline std::pmr::string& newText(std::pmr::memory_resource& scratch) {
    return *std::pmr::polymorphic_allocator<>(&scratch).new_object<std::pmr::string>();
}

} // namespace nearcache::respfront
