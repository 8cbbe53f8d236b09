// How many links single clients may have, over all workers.

#include "pipeline/LinkBudget.h"

#include <gtest/gtest.h>

namespace nearcache::test {

namespace {

class CountingHolder : public LinkBudget::Holder {
  public:
    void closeIdle() override { ++closed; }
    int closed = 0;
};

TEST(LinkBudget, hasRoomForSoMany) {
    LinkBudget budget(2);
    EXPECT_TRUE(budget.take());
    EXPECT_TRUE(budget.take());
    EXPECT_FALSE(budget.take());
    EXPECT_EQ(budget.open(), 2U);
    budget.giveBack();
    EXPECT_TRUE(budget.take());
}

TEST(LinkBudget, closesAnIdleOneWhereThereIsNoOtherRoom) {
    LinkBudget budget(1);
    CountingHolder holder;
    EXPECT_TRUE(budget.take());
    budget.addIdle(holder);
    EXPECT_TRUE(budget.take());
    EXPECT_EQ(holder.closed, 1);
    EXPECT_EQ(budget.idle(holder), 0U);
    EXPECT_FALSE(budget.take());
    EXPECT_EQ(budget.open(), 1U);
}

TEST(LinkBudget, leavesIdleOnesAloneWhileThereIsRoom) {
    LinkBudget budget(2);
    CountingHolder holder;
    EXPECT_TRUE(budget.take());
    budget.addIdle(holder);
    EXPECT_TRUE(budget.take());
    EXPECT_EQ(holder.closed, 0);
}

TEST(LinkBudget, anIdleOneIsUsedAgainUnlessItIsToBeClosed) {
    LinkBudget budget(1);
    CountingHolder holder;
    EXPECT_TRUE(budget.take());
    budget.addIdle(holder);
    EXPECT_TRUE(budget.takeIdle(holder));
    EXPECT_FALSE(budget.takeIdle(holder));
    budget.addIdle(holder);
    EXPECT_TRUE(budget.take());
    EXPECT_FALSE(budget.takeIdle(holder)) << "its place is another's now";
}

} // namespace

} // namespace nearcache::test
