// Objects that are used again.

#include "pipeline/Reserve.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

namespace nearcache::test {

namespace {

using Big = std::vector<char>;

TEST(ReserveTest, usesAgainWhatWasGivenBack) {
    Reserve<Big> reserve;
    Big& first = reserve.take();
    first.push_back('a');
    Big& second = reserve.take();
    EXPECT_NE(&first, &second);
    reserve.giveBack(first);

    EXPECT_EQ(&reserve.take(), &first);
    EXPECT_EQ(first, Big{'a'}) << "as it was";
    EXPECT_EQ(reserve.size(), 2U);
}

TEST(ReserveTest, keepsWhatMostTimesNeed) {
    Reserve<Big> reserve;
    std::vector<Big*> taken;
    for (std::size_t i = 0; i < Reserve<Big>::most; ++i)
        taken.push_back(&reserve.take());
    for (Big* one : taken)
        reserve.giveBack(*one);

    EXPECT_EQ(reserve.size(), Reserve<Big>::most);
}

TEST(ReserveTest, freesWhatACrowdHasNeededWhenItIsGone) {
    Reserve<Big> reserve;
    std::vector<Big*> taken;
    for (std::size_t i = 0; i <= Reserve<Big>::most; ++i)
        taken.push_back(&reserve.take());
    for (Big* one : taken) {
        EXPECT_EQ(reserve.size(), taken.size());
        reserve.giveBack(*one);
    }

    EXPECT_EQ(reserve.size(), 0U);
    EXPECT_TRUE(reserve.take().empty());
}

} // namespace

} // namespace nearcache::test
