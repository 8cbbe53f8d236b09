#include "pipeline/Waiters.h"

#include <gmock/gmock.h>

#include <vector>

namespace nearcache::test {

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class WaitersTest : public testing::Test {
  protected:
    void add(Operation& operation, std::size_t part) { waiters.add({&operation, nullptr, part, false}); }

    [[nodiscard]] std::vector<std::size_t> parts() const {
        std::vector<std::size_t> found;
        waiters.forEach([&](const FetchWaiter& waiter) { found.push_back(waiter.part); });
        return found;
    }

    Waiters waiters;
    Operation a;
    Operation b;
};

TEST_F(WaitersTest, areNoneAtFirst) {
    EXPECT_TRUE(waiters.empty());
    EXPECT_THAT(parts(), IsEmpty());
    EXPECT_EQ(waiters.remove(a), 0U);
}

TEST_F(WaitersTest, areKeptInTheirOrder) {
    add(a, 1);
    add(b, 2);
    add(a, 3);
    EXPECT_FALSE(waiters.empty());
    EXPECT_EQ(waiters.first().part, 1U);
    EXPECT_THAT(parts(), ElementsAre(1, 2, 3));
}

TEST_F(WaitersTest, leaveWithAllTheirKeys) {
    add(a, 1);
    add(b, 2);
    add(a, 3);
    add(b, 4);
    EXPECT_EQ(waiters.remove(a), 2U);
    EXPECT_THAT(parts(), ElementsAre(2, 4));
    EXPECT_EQ(waiters.first().part, 2U);
    EXPECT_EQ(waiters.remove(b), 2U);
    EXPECT_TRUE(waiters.empty());
    add(a, 5);
    EXPECT_THAT(parts(), ElementsAre(5));
}

TEST_F(WaitersTest, areForgotten) {
    add(a, 1);
    add(b, 2);
    waiters.clear();
    EXPECT_TRUE(waiters.empty());
    EXPECT_THAT(parts(), IsEmpty());
}

} // namespace

} // namespace nearcache::test
