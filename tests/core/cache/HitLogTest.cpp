#include "cache/HitLog.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <thread>
#include <vector>

using namespace nearcache;

namespace {

using Slots = std::vector<Slot>;

constexpr auto room = static_cast<Slot>(HitLog::room);

Slots from(Slot first, std::size_t count) {
    Slots slots(count);
    std::iota(slots.begin(), slots.end(), first);
    return slots;
}

class HitLogTest : public testing::Test {
  protected:
    void add(const Slots& slots) { log.add(slots, tell); }
    void drain() { log.drain(tell); }

    HitLog log;
    Slots told;
    unsigned calls = 0;
    std::function<void(std::span<const Slot>)> tell = [this](std::span<const Slot> slots) {
        told.insert(told.end(), slots.begin(), slots.end());
        ++calls;
    };
};

TEST_F(HitLogTest, TellsInTheOrderOfWriting) {
    add({3, 1});
    add({1});
    add({2, 3});
    EXPECT_EQ(calls, 0U);
    drain();
    EXPECT_EQ(told, (Slots{3, 1, 1, 2, 3}));
    EXPECT_EQ(calls, 1U);
}

TEST_F(HitLogTest, TellsNothingTwiceAndNothingOfNothing) {
    drain();
    add({1});
    drain();
    drain();
    add({2});
    drain();
    EXPECT_EQ(told, (Slots{1, 2}));
    EXPECT_EQ(calls, 2U);
}

TEST_F(HitLogTest, TellsByItselfFromHalfAHalfOn) {
    add(from(0, room / 2 - 1));
    EXPECT_EQ(calls, 0U);
    add({7});
    EXPECT_EQ(told.size(), room / 2);
    EXPECT_EQ(told.back(), 7U);
}

TEST_F(HitLogTest, TakesAHalfAtOnce) {
    add({1});
    add(from(2, room));
    drain();
    EXPECT_EQ(told, from(1, room + 1));
}

/// While one tells, another fills the second half without waiting.
TEST_F(HitLogTest, HasRoomForOthersWhileOneTells) {
    add(from(0, room / 2 - 1));
    bool first = true;
    log.add(from(room / 2 - 1, 1), [&](std::span<const Slot> slots) {
        tell(slots);
        if (!std::exchange(first, false))
            return;
        std::thread([this] {
            for (Slot slot = room / 2; slot < room / 2 + room; ++slot)
                log.add(from(slot, 1), [](std::span<const Slot>) { ADD_FAILURE() << "two tell at once"; });
        }).join();
    });
    drain();
    EXPECT_EQ(told, from(0, room / 2 + room));
}

/// Batches of four writers, each with numbers of its own that grow: what is told has each batch in one piece, each
/// writer's in their order, and lacks none.
TEST_F(HitLogTest, KeepsTheOrderOfWritersSideBySide) {
    constexpr Slot writers = 4;
    constexpr Slot batches = 4'000;
    constexpr std::size_t batchSize = 5;
    std::vector<std::thread> threads;
    for (Slot writer = 0; writer < writers; ++writer)
        threads.emplace_back([this, writer] {
            for (Slot batch = 0; batch < batches; ++batch)
                add(Slots(batchSize, writer * batches + batch));
        });
    for (std::thread& thread : threads)
        thread.join();
    drain();

    ASSERT_EQ(told.size(), writers * batches * batchSize);
    Slots next = {0, batches, 2 * batches, 3 * batches};
    for (std::size_t at = 0; at < told.size(); at += batchSize) {
        const Slot wanted = next[told[at] / batches]++;
        ASSERT_EQ(Slots(&told[at], &told[at] + batchSize), Slots(batchSize, wanted));
    }
}

} // namespace
