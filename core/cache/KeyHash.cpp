#include "cache/KeyHash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <random>

namespace nearcache {

namespace {

std::uint64_t randomSeed() {
    std::random_device device;
    return std::uint64_t{device()} << 32 | device();
}

} // namespace

std::uint64_t hashKey(std::string_view key) noexcept {
    static const std::uint64_t seed = randomSeed();
    return XXH3_64bits_withSeed(key.data(), key.size(), seed);
}

} // namespace nearcache
