#include "cache/Groups.h"

#include <gtest/gtest.h>

using namespace nearcache;

namespace {

constexpr Groups::Time early{std::chrono::hours(1)};
constexpr Groups::Time late = early + std::chrono::nanoseconds(1);

TEST(Groups, KeyBelongsToTheGroupOfItsHash) {
    const Groups groups(7);
    for (std::uint64_t hash = 1; hash != 0; hash <<= 1) {
        EXPECT_EQ(groups.of(hash), (hash >> 16) % 7);
        EXPECT_EQ(Groups(1).of(hash), 0U);
    }
}

TEST(Groups, DropsWhatWasStoredNoLaterInThatGroupOnly) {
    Groups groups(2);
    EXPECT_FALSE(groups.dropped(1, Groups::Time{}));
    groups.drop(1, early);
    EXPECT_TRUE(groups.dropped(1, early));
    EXPECT_FALSE(groups.dropped(1, late));
    EXPECT_FALSE(groups.dropped(0, early));
}

TEST(Groups, CountsDroppedEntriesUntilTheyAreRemoved) {
    Groups groups(2);
    groups.onStored(0);
    groups.onStored(1);
    groups.onStored(1);
    groups.drop(1, early);
    EXPECT_EQ(groups.dropped(), 2U);
    groups.onStored(1);
    groups.onRemoved(1, late);
    EXPECT_EQ(groups.dropped(), 2U);
    groups.onRemoved(1, early);
    groups.onRemoved(1, early);
    EXPECT_EQ(groups.dropped(), 0U);
    EXPECT_FALSE(groups.empty());
    groups.onRemoved(0, early);
    EXPECT_TRUE(groups.empty());
}

TEST(Groups, DroppingTwiceCountsOnce) {
    Groups groups(1);
    groups.onStored(0);
    groups.drop(0, early);
    groups.drop(0, late);
    EXPECT_EQ(groups.dropped(), 1U);
}

TEST(Groups, AreConnectedEachForItself) {
    Groups groups(2);
    groups.setConnected(1, false);
    EXPECT_TRUE(groups.connected(0));
    EXPECT_FALSE(groups.connected(1));
    groups.setConnected(1, true);
    EXPECT_TRUE(groups.connected(1));
}

} // namespace
