#include "pipeline/Gate.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace nearcache::test {

namespace {

/// Has so many numbers waiting, and writes down what it is granted.
struct Waiter : GateWaiter {
    void onSlotsGranted(unsigned count) override { granted += count; }
    bool forget(std::uint64_t number) override { return number > granted; }

    unsigned granted = 0; ///< the first ones, since the numbers begin with 1
};

class GateTest : public testing::Test {
  protected:
    void fill() {
        EXPECT_TRUE(gate.tryEnter());
        EXPECT_TRUE(gate.tryEnter());
    }

    Gate gate{2};
    Waiter waiter;
    Waiter other;
};

TEST(Gate, isSequentialWithOneSlotOnly) {
    EXPECT_TRUE(Gate(1).sequential());
    EXPECT_FALSE(Gate(2).sequential());
    EXPECT_FALSE(Gate(1'000'000).sequential());
}

TEST_F(GateTest, letsSoManyInAtOnce) {
    fill();
    EXPECT_EQ(gate.taken(), 2U);
    EXPECT_FALSE(gate.tryEnter());
    EXPECT_EQ(gate.taken(), 2U);
    EXPECT_EQ(gate.waiting(), 0U);
}

TEST_F(GateTest, givesASlotBack) {
    fill();
    gate.leave();
    EXPECT_EQ(gate.taken(), 1U);
    EXPECT_TRUE(gate.tryEnter());
}

TEST_F(GateTest, grantsAtOnceWhatIsFree) {
    EXPECT_TRUE(gate.tryEnter());
    gate.wait(waiter, 3, 3);
    EXPECT_EQ(waiter.granted, 1U);
    EXPECT_EQ(gate.taken(), 2U);
    EXPECT_EQ(gate.waiting(), 2U);
}

TEST_F(GateTest, handsSlotsOverInTheOrderOfArrival) {
    fill();
    gate.wait(waiter, 1, 1);
    gate.wait(other, 1, 1);
    gate.wait(waiter, 3, 2);
    EXPECT_EQ(gate.waiting(), 4U);
    gate.leave();
    EXPECT_EQ(waiter.granted, 1U);
    EXPECT_EQ(other.granted, 0U);
    gate.leave();
    EXPECT_EQ(other.granted, 1U);
    EXPECT_EQ(gate.taken(), 2U) << "handed over, never free in between";
    gate.leave(2);

    EXPECT_EQ(waiter.granted, 3U);
    EXPECT_EQ(gate.waiting(), 0U);
    gate.leave(2);
    EXPECT_EQ(gate.taken(), 0U);
}

TEST_F(GateTest, handsSlotsGivenBackTogetherToSeveral) {
    fill();
    gate.wait(waiter, 1, 1);
    gate.wait(other, 2, 2);
    gate.leave(2);
    EXPECT_EQ(waiter.granted, 1U);
    EXPECT_EQ(other.granted, 1U);
    EXPECT_EQ(gate.waiting(), 1U);
    EXPECT_EQ(gate.taken(), 2U);
}

TEST_F(GateTest, letsNobodyPassThoseInLine) {
    fill();
    gate.wait(waiter, 2, 2);
    gate.leave();
    EXPECT_FALSE(gate.tryEnter()) << "the slot went to the one in line";
    gate.leave();
    EXPECT_EQ(waiter.granted, 2U);
}

TEST_F(GateTest, passesOverThoseWhoGaveUp) {
    fill();
    gate.wait(waiter, 1, 1);
    gate.wait(other, 1, 1);
    EXPECT_TRUE(gate.giveUp(waiter, 1));
    EXPECT_EQ(gate.waiting(), 1U);
    gate.leave();
    EXPECT_EQ(waiter.granted, 0U);
    EXPECT_EQ(other.granted, 1U);

    EXPECT_FALSE(gate.giveUp(other, 1)) << "the slot is held for it, and must be given back";
    EXPECT_EQ(gate.taken(), 2U);
    gate.leave(2);
    EXPECT_EQ(gate.taken(), 0U);
}

TEST_F(GateTest, keepsThePlacesOfTheOthersWhenOneGivesUp) {
    fill();
    gate.wait(waiter, 2, 2);
    gate.wait(other, 1, 1);
    gate.wait(waiter, 3, 1);
    EXPECT_TRUE(gate.giveUp(waiter, 3)) << "behind the other";
    gate.leave(2);
    EXPECT_EQ(waiter.granted, 2U);
    gate.leave();
    EXPECT_EQ(other.granted, 1U);
    EXPECT_EQ(gate.waiting(), 0U);
}

/// Has what it is granted done by a thread, as a worker does. One request at a time.
class Thread : public GateWaiter {
  public:
    void onSlotsGranted(unsigned count) override {
        const std::lock_guard lock(_mutex);
        _granted += count;
        _waits = false;
        _news.notify_one();
    }

    bool forget(std::uint64_t /*number*/) override {
        const std::lock_guard lock(_mutex);
        return std::exchange(_waits, false);
    }

    void waitAt(Gate& gate, std::uint64_t number) {
        {
            const std::lock_guard lock(_mutex);
            _waits = true;
        }
        gate.wait(*this, number, 1);
    }

    void awaitGrant() {
        std::unique_lock lock(_mutex);
        _news.wait(lock, [this] { return _granted > 0; });
        --_granted;
    }

  private:
    std::mutex _mutex;
    std::condition_variable _news;
    unsigned _granted = 0;
    bool _waits = false;
};

TEST(GateThreads, holdTheLimitWhileTheyEnterWaitGiveUpAndLeave) {
    constexpr unsigned slots = 2;
    constexpr int rounds = 5000;
    Gate gate(slots);
    std::atomic<unsigned> inside = 0;
    std::atomic<bool> exceeded = false;
    std::vector<std::thread> threads;
    for (int i = 0; i < 5; ++i) {
        threads.emplace_back([&] {
            Thread self;
            for (int round = 1; round <= rounds; ++round) {
                if (!gate.tryEnter()) {
                    const auto number = static_cast<std::uint64_t>(round);
                    self.waitAt(gate, number);
                    if (round % 3 == 0 && gate.giveUp(self, number))
                        continue;
                    self.awaitGrant();
                }
                if (++inside > slots)
                    exceeded = true;
                --inside;
                gate.leave();
            }
        });
    }
    for (auto& thread : threads)
        thread.join();

    EXPECT_FALSE(exceeded);
    EXPECT_EQ(gate.taken(), 0U);
    EXPECT_EQ(gate.waiting(), 0U);
}

} // namespace

} // namespace nearcache::test
