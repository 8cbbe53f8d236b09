#include "cache/Versions.h"

#include <gtest/gtest.h>

using namespace nearcache;

namespace {

TEST(Versions, TokenStaysCurrentWhileNothingChanges) {
    const Versions versions;
    EXPECT_EQ(versions.current(7), versions.current(7));
}

TEST(Versions, BumpVoidsTheTokensOfItsHashOnly) {
    Versions versions;
    const auto seven = versions.current(7);
    const auto eight = versions.current(8);
    versions.bump(7);
    EXPECT_NE(versions.current(7), seven);
    EXPECT_EQ(versions.current(8), eight);
}

TEST(Versions, BumpOfAGroupVoidsTheTokensOfAllItsKeysAndOfNoOther) {
    Versions versions(3);
    for (std::uint64_t hash = 0; hash < 30; ++hash) {
        const auto inGroup = versions.current(hash << 16);
        versions.bumpGroup(1);
        EXPECT_EQ(versions.current(hash << 16) != inGroup, hash % 3 == 1);
    }
}

TEST(Versions, HashesThatShareACounterAreVoidedTogether) {
    Versions versions;
    const std::uint64_t other = 7 + (std::uint64_t{5} << 40);
    const auto token = versions.current(other);
    versions.bump(7);
    EXPECT_NE(versions.current(other), token);
}

} // namespace
