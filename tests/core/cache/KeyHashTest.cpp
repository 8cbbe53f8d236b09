#include "cache/KeyHash.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

using namespace nearcache;

namespace {

TEST(KeyHash, DependsOnTheKeysBytesOnly) {
    const std::string one = "user:1";
    const std::string other = one;
    EXPECT_EQ(hashKey(one), hashKey(other));
    EXPECT_NE(hashKey("user:1"), hashKey("user:2"));
    EXPECT_NE(hashKey(std::string_view("a\0b", 3)), hashKey("a"));
    EXPECT_EQ(hashKey({}), hashKey(""));
}

// Each part of the hash is used alone: the high bits by the index, the low ones by version tokens.
TEST(KeyHash, SpreadsKeysEvenlyByHighAndByLowBits) {
    constexpr int keys = 64'000;
    std::array<int, 64> high{};
    std::array<int, 64> low{};
    std::set<std::uint64_t> hashes;
    for (int i = 0; i < keys; ++i) {
        const std::uint64_t hash = hashKey("user:" + std::to_string(i));
        hashes.insert(hash);
        ++high[hash >> 58];
        ++low[hash & 63];
    }
    EXPECT_EQ(hashes.size(), std::size_t{keys});
    for (std::size_t i = 0; i < 64; ++i) { // 1,000 are expected, with a standard deviation of 31
        EXPECT_NEAR(high[i], 1000, 300);
        EXPECT_NEAR(low[i], 1000, 300);
    }
}

} // namespace
