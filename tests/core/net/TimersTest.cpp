#include "net/Timers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nearcache::test {

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class TimersTest : public testing::Test {
  protected:
    static Time at(int when) { return Time(Milliseconds(when)); }

    Timers::Id schedule(int when, const std::string& name) {
        return timers.at(at(when), [this, name] { ran.push_back(name); });
    }

    Timers timers;
    std::vector<std::string> ran;
};

TEST_F(TimersTest, runInTheOrderOfTheirTimes) {
    schedule(30, "c");
    schedule(10, "a");
    schedule(20, "b");
    timers.runDue(at(30));

    EXPECT_THAT(ran, ElementsAre("a", "b", "c"));
}

TEST_F(TimersTest, runInTheOrderOfSchedulingAtOneTime) {
    for (const auto* name : {"a", "b", "c", "d"})
        schedule(10, name);
    timers.runDue(at(10));

    EXPECT_THAT(ran, ElementsAre("a", "b", "c", "d"));
}

TEST_F(TimersTest, runNotBeforeTheirTimeAndOnce) {
    schedule(10, "a");
    timers.runDue(at(9));
    EXPECT_THAT(ran, IsEmpty());

    timers.runDue(at(10));
    timers.runDue(at(11));
    EXPECT_THAT(ran, ElementsAre("a"));
}

TEST_F(TimersTest, sayWhenTheNextIsDue) {
    EXPECT_EQ(timers.next(), std::nullopt);
    schedule(20, "b");
    EXPECT_EQ(timers.next(), at(20));
    schedule(10, "a");
    EXPECT_EQ(timers.next(), at(10));

    timers.runDue(at(10));
    EXPECT_EQ(timers.next(), at(20));
    timers.runDue(at(20));
    EXPECT_EQ(timers.next(), std::nullopt);
}

TEST_F(TimersTest, doNotRunWhenCancelled) {
    const auto first = schedule(10, "a");
    schedule(10, "b");
    timers.cancel(first);
    timers.runDue(at(10));

    EXPECT_THAT(ran, ElementsAre("b"));
}

TEST_F(TimersTest, areNotNextWhenCancelled) {
    const auto first = schedule(10, "a");
    schedule(20, "b");
    timers.cancel(first);

    EXPECT_EQ(timers.next(), at(20));
}

TEST_F(TimersTest, canBeCancelledAfterTheyRanAndWhenThereAreNone) {
    const auto first = schedule(10, "a");
    timers.runDue(at(10));
    schedule(20, "b");
    timers.cancel(first);
    timers.cancel(first);
    timers.cancel(0);
    timers.runDue(at(20));

    EXPECT_THAT(ran, ElementsAre("a", "b"));
}

TEST_F(TimersTest, areNeverNamedZero) {
    EXPECT_NE(schedule(10, "a"), 0U);
}

TEST_F(TimersTest, mayScheduleOthers) {
    timers.at(at(10), [this] {
        schedule(15, "later");
        schedule(5, "due");
    });
    timers.runDue(at(10));
    EXPECT_THAT(ran, ElementsAre("due"));

    timers.runDue(at(15));
    EXPECT_THAT(ran, ElementsAre("due", "later"));
}

TEST_F(TimersTest, mayCancelOthersThatAreDue) {
    Timers::Id second = 0;
    timers.at(at(10), [&] { timers.cancel(second); });
    second = schedule(10, "b");
    schedule(10, "c");
    timers.runDue(at(10));

    EXPECT_THAT(ran, ElementsAre("c"));
}

TEST_F(TimersTest, mayCancelThemselvesWhileTheyRun) {
    Timers::Id own = 0;
    const std::string longText(100, 'x'); // on the heap, so that it would be missed
    own = timers.at(at(10), [&, longText] {
        timers.cancel(own);
        ran.push_back(longText);
    });
    timers.runDue(at(10));

    EXPECT_THAT(ran, ElementsAre(longText));
    EXPECT_EQ(timers.next(), std::nullopt);
}

} // namespace

} // namespace nearcache::test
