#include "pipeline/Gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace nearcache::test {

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Waiter : GateWaiter {
    void onSlotGranted(std::uint64_t ticket) override { granted.push_back(ticket); }

    std::vector<std::uint64_t> granted;
};

class GateTest : public testing::Test {
  protected:
    Gate gate{2};
    Waiter waiter;
};

TEST(Gate, isSequentialWithOneSlotOnly) {
    EXPECT_TRUE(Gate(1).sequential());
    EXPECT_FALSE(Gate(2).sequential());
    EXPECT_FALSE(Gate(1'000'000).sequential());
}

TEST_F(GateTest, letsSoManyInAtOnce) {
    EXPECT_EQ(gate.enter(waiter), 0U);
    EXPECT_EQ(gate.enter(waiter), 0U);
    EXPECT_EQ(gate.taken(), 2U);
    EXPECT_EQ(gate.waiting(), 0U);

    EXPECT_NE(gate.enter(waiter), 0U);
    EXPECT_EQ(gate.taken(), 2U);
    EXPECT_EQ(gate.waiting(), 1U);
    EXPECT_THAT(waiter.granted, IsEmpty());
}

TEST_F(GateTest, givesASlotBack) {
    EXPECT_EQ(gate.enter(waiter), 0U);
    EXPECT_EQ(gate.enter(waiter), 0U);
    gate.leave();
    EXPECT_EQ(gate.taken(), 1U);

    EXPECT_EQ(gate.enter(waiter), 0U);
}

TEST_F(GateTest, handsSlotsOverInTheOrderOfArrival) {
    Waiter other;
    (void)gate.enter(waiter);
    (void)gate.enter(waiter);
    const auto first = gate.enter(waiter);
    const auto second = gate.enter(other);
    const auto third = gate.enter(waiter);
    gate.leave();
    EXPECT_THAT(waiter.granted, ElementsAre(first));
    EXPECT_THAT(other.granted, IsEmpty());
    gate.leave();
    EXPECT_THAT(other.granted, ElementsAre(second));
    EXPECT_EQ(gate.taken(), 2U) << "handed over, never free in between";
    gate.leave();

    EXPECT_THAT(waiter.granted, ElementsAre(first, third));
    EXPECT_EQ(gate.waiting(), 0U);
    gate.leave();
    gate.leave();
    EXPECT_EQ(gate.taken(), 0U);
}

TEST_F(GateTest, letsNobodyPassThoseInLine) {
    (void)gate.enter(waiter);
    (void)gate.enter(waiter);
    const auto first = gate.enter(waiter);
    gate.leave();
    const auto second = gate.enter(waiter);
    EXPECT_NE(second, 0U) << "the slot went to the one in line";
    EXPECT_NE(second, first);

    gate.leave();
    EXPECT_THAT(waiter.granted, ElementsAre(first, second));
}

TEST_F(GateTest, passesOverThoseWhoGaveUp) {
    (void)gate.enter(waiter);
    (void)gate.enter(waiter);
    const auto first = gate.enter(waiter);
    const auto second = gate.enter(waiter);
    EXPECT_TRUE(gate.giveUp(first));
    EXPECT_EQ(gate.waiting(), 1U);
    EXPECT_FALSE(gate.giveUp(first));
    gate.leave();
    EXPECT_THAT(waiter.granted, ElementsAre(second));

    EXPECT_FALSE(gate.giveUp(second)) << "the slot is held for it, and must be given back";
    EXPECT_EQ(gate.taken(), 2U);
    gate.leave();
    gate.leave();
    EXPECT_EQ(gate.taken(), 0U);
}

/// Has what it is granted done by a thread, as a worker does.
class Thread : public GateWaiter {
  public:
    void onSlotGranted(std::uint64_t ticket) override {
        const std::lock_guard lock(_mutex);
        _granted.push_back(ticket);
        _news.notify_one();
    }

    std::uint64_t nextGranted() {
        std::unique_lock lock(_mutex);
        _news.wait(lock, [this] { return !_granted.empty(); });
        const auto ticket = _granted.front();
        _granted.pop_front();
        return ticket;
    }

  private:
    std::mutex _mutex;
    std::condition_variable _news;
    std::deque<std::uint64_t> _granted;
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
            for (int round = 0; round < rounds; ++round) {
                const auto ticket = gate.enter(self);
                if (ticket != 0) {
                    if (round % 3 == 0 && gate.giveUp(ticket))
                        continue;
                    EXPECT_EQ(self.nextGranted(), ticket);
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
