#include "pipeline/Line.h"

#include <gtest/gtest.h>

namespace nearcache::test {

namespace {

class LineTest : public testing::Test {
  protected:
    LineTest() {
        line.push(1, first);
        line.push(4, second);
        line.push(5, third);
    }

    Line<int> line;
    int first = 0;
    int second = 0;
    int third = 0;
};

TEST_F(LineTest, knowsWhoseTurnItIs) {
    EXPECT_EQ(line.take(1), &first);
    EXPECT_EQ(line.take(4), &second);
    EXPECT_EQ(line.take(5), &third);
    EXPECT_EQ(line.take(6), nullptr);
}

TEST_F(LineTest, knowsNobodyWithATicketOfAnother) {
    EXPECT_EQ(line.take(1), &first);
    EXPECT_EQ(line.take(2), nullptr);
    EXPECT_EQ(line.take(3), nullptr);
    EXPECT_EQ(line.take(4), &second);
}

TEST_F(LineTest, passesOverThoseWhoWereRemoved) {
    line.remove(4);
    line.remove(4);
    line.remove(2);
    EXPECT_EQ(line.take(1), &first);
    EXPECT_EQ(line.take(4), nullptr);
    EXPECT_EQ(line.take(5), &third);
}

TEST_F(LineTest, isTheSameWhenTheFirstOnesAreRemoved) {
    line.remove(1);
    line.remove(4);
    EXPECT_EQ(line.take(1), nullptr);
    line.push(9, first);
    EXPECT_EQ(line.take(5), &third);
    EXPECT_EQ(line.take(9), &first);
}

} // namespace

} // namespace nearcache::test
