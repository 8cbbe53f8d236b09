#include "Values.h"

#include "Keys.h"

#include <cmath>

namespace nearcache::bench {

namespace {

constexpr std::size_t sizes = 4096;
constexpr std::size_t offsets = 64;

} // namespace

Values::Values(const Options& options) : _sizes(options.smallest == options.largest ? 1 : sizes) {
    const double steps = std::log(static_cast<double>(options.largest) / options.smallest);
    for (std::size_t i = 0; i < _sizes.size(); ++i) {
        const double share = static_cast<double>(i) / static_cast<double>(_sizes.size());
        _sizes[i] = static_cast<std::uint32_t>(std::lround(options.smallest * std::exp(steps * share)));
    }
    _pattern.resize(options.largest + offsets);
    for (std::size_t i = 0; i < _pattern.size(); ++i)
        _pattern[i] = static_cast<char>('a' + mix(i) % 26);
}

std::uint32_t Values::sizeOf(std::uint64_t key) const {
    return _sizes.size() == 1 ? _sizes.front() : _sizes[mix(key) % _sizes.size()];
}

std::string_view Values::filler(std::uint64_t key, std::size_t size) const {
    return std::string_view(_pattern).substr(key % offsets, size - KeyName::size);
}

void Values::append(std::string& out, std::uint64_t key) const {
    const std::size_t size = sizeOf(key);
    const KeyName name(key);
    out += std::string_view(name).substr(0, size);
    if (size > KeyName::size)
        out += filler(key, size);
}

bool Values::matches(std::string_view value, std::uint64_t key) const {
    const KeyName name(key);
    const std::string_view head = std::string_view(name).substr(0, value.size());
    return value.starts_with(head) &&
           (value.size() <= KeyName::size || value.substr(KeyName::size) == filler(key, value.size()));
}

} // namespace nearcache::bench
