#include "settings/Text.h"

#include <gtest/gtest.h>

namespace nearcache::test {

namespace {

const std::vector<std::string> known{"policy", "capacity", "ttl"};

TEST(Nearest, isTheNameThatDiffersLeast) {
    EXPECT_EQ(nearest("tll", known), "ttl");
    EXPECT_EQ(nearest("ttl_", known), "ttl");
    EXPECT_EQ(nearest("polcy", known), "policy");
    EXPECT_EQ(nearest("poilcy", known), "policy");
    EXPECT_EQ(nearest("capasity", known), "capacity");
    EXPECT_EQ(nearest("Capacity", known), "capacity");
}

TEST(Nearest, isNothingWhereAllDifferMuch) {
    EXPECT_EQ(nearest("shards", known), "");
    EXPECT_EQ(nearest("", known), "");
    EXPECT_EQ(nearest("xyz", known), "");
    EXPECT_EQ(nearest(std::string(100'000, 'x'), known), "");
    EXPECT_EQ(nearest("ttl", {}), "");
}

TEST(UnknownOption, offersTheNearestOrAll) {
    EXPECT_EQ(unknownOption("tll", known), "unknown option; did you mean ttl?");
    EXPECT_EQ(unknownOption("shards", known), "unknown option; those known here are policy, capacity, ttl");
    EXPECT_EQ(unknownOption("ttl", {}), "unknown option; there are none here");
}

TEST(Printable, isShortAndOnOneLine) {
    EXPECT_EQ(inQuotes("abc"), "'abc'");
    EXPECT_EQ(inQuotes("a\nb\x1b[31m"), "'a?b?[31m'");
    EXPECT_EQ(inQuotes("größer"), "'größer'");
    EXPECT_EQ(printable(std::string(60, 'x')), std::string(60, 'x'));
    EXPECT_EQ(printable(std::string(61, 'x')), std::string(60, 'x') + "…");
}

} // namespace

} // namespace nearcache::test
