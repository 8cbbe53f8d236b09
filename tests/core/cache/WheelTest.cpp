#include "cache/Wheel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <vector>

using namespace nearcache;

namespace {

constexpr std::size_t all = std::numeric_limits<std::size_t>::max();

/// A wheel, and what it should know: the deadline of each slot.
class Timers {
  public:
    using Tick = Wheel::Tick;

    explicit Timers(std::uint32_t capacity) : _links(std::size_t{capacity} + Wheel::heads) {}

    void add(Slot slot, Tick deadline) {
        deadlines[slot] = deadline;
        _wheel.add(slot, deadline);
    }

    void remove(Slot slot) {
        _wheel.remove(slot);
        deadlines.erase(slot);
    }

    bool advance(Tick now, std::size_t atMost = all) { return _wheel.advance(now, atMost, deadlineOf()); }

    [[nodiscard]] bool isDue() const { return _wheel.due() != noSlot; }

    std::set<Slot> takeDue() {
        std::set<Slot> due;
        while (isDue()) {
            due.insert(_wheel.due());
            remove(_wheel.due());
        }
        return due;
    }

    std::set<Slot> takeDueAt(Tick now) {
        EXPECT_TRUE(advance(now));
        return takeDue();
    }

    [[nodiscard]] std::set<Slot> expiredAt(Tick now) const {
        std::set<Slot> expired;
        for (const auto& [slot, deadline] : deadlines) {
            if (deadline <= now)
                expired.insert(slot);
        }
        return expired;
    }

    [[nodiscard]] bool consistent() const { return _wheel.size() == deadlines.size() && _wheel.check(deadlineOf()); }

    std::map<Slot, Tick> deadlines;

  private:
    [[nodiscard]] std::function<Tick(Slot)> deadlineOf() const {
        return [this](Slot slot) { return deadlines.at(slot); };
    }

    SlotLinks _links;
    Wheel _wheel{_links};
};

using Tick = Timers::Tick;

constexpr Tick end = Tick{1} << 48;

TEST(Wheel, KnowsNothingDueWhenEmpty) {
    Timers timers(1);
    EXPECT_FALSE(timers.isDue());
    EXPECT_TRUE(timers.advance(end - 1));
    EXPECT_FALSE(timers.isDue());
    EXPECT_TRUE(timers.consistent());
}

TEST(Wheel, SlotIsDueAtItsTickAndNotOneEarlierOnEveryLevel) {
    for (const Tick begin : {Tick{0}, Tick{1}, Tick{63}, Tick{64}, Tick{4'095}, Tick{0x0FFF'FFFF'FFFF}}) {
        for (unsigned bit = 0; bit < 48; ++bit) {
            for (const Tick deadline : {begin + (Tick{1} << bit), (begin | ((Tick{1} << bit) - 1)) + 1}) {
                if (deadline >= end)
                    continue;
                Timers timers(1);
                timers.advance(begin);
                timers.add(0, deadline);
                EXPECT_TRUE(timers.takeDueAt(deadline - 1).empty()) << begin << " to " << deadline;
                EXPECT_TRUE(timers.consistent());
                EXPECT_EQ(timers.takeDueAt(deadline), std::set<Slot>{0}) << begin << " to " << deadline;
            }
        }
    }
}

TEST(Wheel, SlotWhoseDeadlineHasPassedIsDueAtOnce) {
    Timers timers(3);
    timers.advance(1000);
    timers.add(0, 1000);
    timers.add(1, 3);
    timers.add(2, 1001);
    EXPECT_EQ(timers.takeDue(), (std::set<Slot>{0, 1}));
    EXPECT_TRUE(timers.consistent());
}

TEST(Wheel, TimeThatGoesBackIsNoTime) {
    Timers timers(2);
    timers.add(0, 100);
    timers.advance(50);
    EXPECT_TRUE(timers.advance(10));
    EXPECT_TRUE(timers.consistent());
    EXPECT_TRUE(timers.takeDueAt(99).empty());
    EXPECT_EQ(timers.takeDueAt(100), std::set<Slot>{0});
}

TEST(Wheel, BucketLeftEmptyByRemovalsIsPassedOver) {
    Timers timers(3);
    for (Slot slot = 0; slot < 3; ++slot)
        timers.add(slot, 5'000'000);
    for (Slot slot = 0; slot < 3; ++slot)
        timers.remove(slot);
    EXPECT_TRUE(timers.consistent());
    timers.add(1, 6'000'000);
    EXPECT_TRUE(timers.takeDueAt(5'999'999).empty());
    EXPECT_EQ(timers.takeDueAt(6'000'000), std::set<Slot>{1});
}

TEST(Wheel, BucketThatWasEmptiedIsUsedAgainInTheNextRound) {
    Timers timers(1);
    for (Tick deadline = 5; deadline < 64 * 64 * 3; deadline += 64) {
        timers.add(0, deadline);
        EXPECT_TRUE(timers.takeDueAt(deadline - 1).empty());
        EXPECT_EQ(timers.takeDueAt(deadline), std::set<Slot>{0});
        timers.add(0, deadline + 64);
        EXPECT_TRUE(timers.takeDueAt(deadline).empty());
        timers.remove(0);
    }
}

TEST(Wheel, TickByTickEverySlotIsDueAtItsOwn) {
    constexpr Slot count = 3'000;
    Timers timers(count);
    std::mt19937 random(1);
    std::map<Tick, std::set<Slot>> slotsOf;
    for (Slot slot = 0; slot < count; ++slot) {
        const Tick deadline = 1 + random() % (64 * 64 * 66);
        timers.add(slot, deadline);
        slotsOf[deadline].insert(slot);
    }
    for (Tick now = 1; now <= 64 * 64 * 66; ++now) {
        const auto wanted = slotsOf.find(now);
        ASSERT_EQ(timers.takeDueAt(now), wanted == slotsOf.end() ? std::set<Slot>{} : wanted->second) << now;
    }
    EXPECT_TRUE(timers.deadlines.empty());
}

TEST(Wheel, MovesNoMoreThanAllowedAndGoesOnThere) {
    constexpr Slot count = 100;
    Timers timers(count + 1);
    for (Slot slot = 0; slot < count; ++slot)
        timers.add(slot, 64 + slot % 10); // one bucket of level 1
    EXPECT_FALSE(timers.advance(70, 30));
    EXPECT_TRUE(timers.consistent());
    timers.remove(90);     // one that still waits to be moved
    timers.add(count, 65); // and one more in between
    EXPECT_TRUE(timers.consistent());
    int calls = 1;
    while (!timers.advance(70, 30))
        ++calls;
    EXPECT_TRUE(timers.consistent());
    EXPECT_EQ(calls, 5); // 99 + 1 moved down, 70 moved to those due: 170 moves, 30 a time
    const std::set<Slot> expired = timers.expiredAt(70);
    EXPECT_EQ(timers.takeDue(), expired);
}

/// Deadlines and steps of every size, so that slots lie on all levels and move through all of them.
class WheelModel {
  public:
    explicit WheelModel(unsigned seed) : _random(seed) {}

    void step() {
        switch (random(8)) {
        case 0: return remove();
        case 1:
        case 2: return advance(random(20));
        case 3: return advance(all);
        default: return add();
        }
    }

    void finish() {
        for (Tick deadline = 0; !_timers.deadlines.empty(); deadline = earliest()) {
            if (deadline > _now + 1) {
                _now = deadline - 1;
                ASSERT_TRUE(_timers.takeDueAt(_now).empty());
            }
            _now = std::max(_now, deadline);
            const std::set<Slot> expired = _timers.expiredAt(_now);
            ASSERT_EQ(_timers.takeDueAt(_now), expired);
        }
    }

    [[nodiscard]] bool consistent() const { return _timers.consistent(); }

    /// How many times a deadline was added that far ahead, by the digit of 64 that it is told by.
    std::array<int, Wheel::levels> added{};

  private:
    static constexpr Slot capacity = 200;

    Tick random(Tick below) { return _random() % below; }

    /// Sizes are as often of two bits as of forty-six.
    Tick anySpan() { return random(Tick{1} << random(47)); }

    void add() {
        const Slot slot = static_cast<Slot>(random(capacity));
        if (_timers.deadlines.contains(slot))
            _timers.remove(slot);
        const Tick deadline = std::min(_now + anySpan(), end - 1);
        ++added[deadline == _now ? 0 : static_cast<unsigned>(std::bit_width(deadline ^ _now) - 1) / 6];
        _timers.add(slot, deadline);
    }

    void remove() {
        const Slot slot = static_cast<Slot>(random(capacity));
        if (_timers.deadlines.contains(slot))
            _timers.remove(slot);
    }

    void advance(std::size_t atMost) {
        _now = std::min(_now + anySpan() / 16, end - 1);
        const bool arrived = _timers.advance(_now, atMost);
        const std::set<Slot> expired = _timers.expiredAt(_now);
        const std::set<Slot> due = _timers.takeDue();
        if (arrived)
            ASSERT_EQ(due, expired);
        else
            ASSERT_TRUE(std::ranges::includes(expired, due));
    }

    [[nodiscard]] Tick earliest() const {
        Tick earliest = end;
        for (const auto& [slot, deadline] : _timers.deadlines)
            earliest = std::min(earliest, deadline);
        return earliest;
    }

    Timers _timers{capacity};
    Tick _now = 0;
    std::mt19937_64 _random;
};

TEST(Wheel, AgreesWithAModelOnAllLevels) {
    std::array<int, Wheel::levels> added{};
    for (unsigned seed = 0; seed < 60; ++seed) {
        WheelModel model(seed);
        for (int step = 0; step < 1000; ++step) {
            model.step();
            ASSERT_TRUE(model.consistent()) << "seed " << seed << ", step " << step;
        }
        model.finish();
        ASSERT_FALSE(testing::Test::HasFatalFailure()) << "seed " << seed;
        std::ranges::transform(added, model.added, added.begin(), std::plus<>());
    }
    for (const int count : added)
        EXPECT_GT(count, 100);
}

} // namespace
