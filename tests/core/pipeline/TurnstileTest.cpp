#include "pipeline/Turnstile.h"

#include "core/net/LoopCalls.h"

#include <gmock/gmock.h>

#include <functional>
#include <set>
#include <vector>

namespace nearcache::test {

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class TurnstileTest : public testing::Test {
  protected:
    ~TurnstileTest() override { runner.stop(); }

    /// In a turn of the loop, and after its end.
    void turn(const std::function<void()>& task) {
        runner.call(task);
        runner.settle();
    }

    std::vector<std::uint64_t> granted() {
        return runner.call([this] { return told; });
    }

    Gate gate{2};
    LoopThread runner;
    std::vector<std::uint64_t> told;
    std::set<std::uint64_t> gone; ///< tickets of whom nobody knows any more
    Turnstile turnstile{runner.loop, gate, [this](std::uint64_t ticket) {
                            told.push_back(ticket);
                            return !gone.contains(ticket);
                        }};
};

TEST_F(TurnstileTest, takesASlotAtOnceWhereThereIsOne) {
    turn([this] {
        EXPECT_EQ(turnstile.enter(), 0U);
        EXPECT_EQ(turnstile.enter(), 0U);
        EXPECT_EQ(gate.taken(), 2U);
    });
    EXPECT_THAT(granted(), IsEmpty());
}

TEST_F(TurnstileTest, getsInLineAtTheEndOfTheTurn) {
    turn([this] {
        while (turnstile.enter() == 0) {
        }
        EXPECT_EQ(turnstile.enter(), 2U);
        EXPECT_EQ(gate.waiting(), 0U);
    });
    EXPECT_EQ(gate.waiting(), 2U);
    EXPECT_THAT(granted(), IsEmpty());
}

TEST_F(TurnstileTest, givesSlotsBackTogetherAndTellsWhoseTurnItIs) {
    turn([this] {
        while (turnstile.enter() == 0) {
        }
        (void)turnstile.enter();
        (void)turnstile.enter();
        turnstile.leave();
        turnstile.leave();
        EXPECT_EQ(gate.taken(), 2U);
    });
    EXPECT_THAT(granted(), ElementsAre(1, 2));
    EXPECT_EQ(gate.taken(), 2U);
    EXPECT_EQ(gate.waiting(), 1U);
}

TEST_F(TurnstileTest, isToldOfWhatOthersGiveBack) {
    turn([this] {
        while (turnstile.enter() == 0) {
        }
    });
    gate.leave();
    runner.settle();
    EXPECT_THAT(granted(), ElementsAre(1));
}

TEST_F(TurnstileTest, grantsNothingToWhoGaveUp) {
    turn([this] {
        while (turnstile.enter() == 0) {
        }
        (void)turnstile.enter();
        turnstile.giveUp(1); // in the turn of its coming
    });
    EXPECT_EQ(gate.waiting(), 1U);
    turn([this] {
        (void)turnstile.enter();
        turnstile.giveUp(2);
    });
    EXPECT_EQ(gate.waiting(), 1U);
    gate.leave(2);
    runner.settle();
    EXPECT_THAT(granted(), ElementsAre(3));
    EXPECT_EQ(gate.taken(), 1U);
}

TEST_F(TurnstileTest, passesOnWhatWasGrantedToSomebodyWhoHasGone) {
    gone = {1};
    turn([this] {
        while (turnstile.enter() == 0) {
        }
        (void)turnstile.enter();
    });
    gate.leave();
    runner.settle();
    EXPECT_THAT(granted(), ElementsAre(1, 2));
    EXPECT_EQ(gate.taken(), 2U);
}

TEST_F(TurnstileTest, letsNobodyPassThoseOfItsOwnWhoWait) {
    turn([this] {
        while (turnstile.enter() == 0) {
        }
    });
    {
        const LoopHold hold(runner.loop);
        gate.leave(); // granted to the first one, who does not know
    }
    turn([this] { turnstile.leave(); });
    turn([this] { EXPECT_EQ(turnstile.enter(), 0U); });
    EXPECT_THAT(granted(), ElementsAre(1));
}

} // namespace

} // namespace nearcache::test
