#include "coherence/verify/Value.h"

#include <charconv>
#include <stdexcept>

namespace nearcache::coherence {

namespace {

constexpr std::size_t shortest = 96; ///< room for a key and its number
constexpr Index stride = 389;        ///< shares no factor with distinctLengths, which is prime

} // namespace

std::size_t lengthOf(Index index) {
    return shortest + std::uint64_t{index} * stride % distinctLengths;
}

std::string valueOf(std::string_view key, Index index) {
    std::string value(key);
    value += '|' + std::to_string(index) + '|';
    if (value.size() > shortest)
        throw std::length_error("a key too long for its values: " + std::string(key));
    value.resize(lengthOf(index), static_cast<char>('a' + index % 26));
    return value;
}

std::optional<Index> indexOf(std::string_view key, std::string_view value) {
    if (value.size() <= key.size() + 1 || value.substr(0, key.size()) != key || value[key.size()] != '|')
        return std::nullopt;
    Index index = 0;
    const auto* const first = value.data() + key.size() + 1;
    if (std::from_chars(first, value.data() + value.size(), index).ec != std::errc())
        return std::nullopt;
    if (value.size() != lengthOf(index) || value != valueOf(key, index))
        return std::nullopt;
    return index;
}

} // namespace nearcache::coherence
