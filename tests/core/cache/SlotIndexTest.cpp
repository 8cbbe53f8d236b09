#include "nearcache/SlotIndex.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

using namespace nearcache;

namespace {

/// An index of numbers; how many hashes there are for them decides how often they collide.
class Numbers {
  public:
    explicit Numbers(std::uint32_t capacity) : _index(capacity), _hashOf(capacity), _used(capacity) {}

    void insert(Slot slot, std::uint64_t hash) {
        _index.insert(hash, slot);
        _hashOf[slot] = hash;
        _used[slot] = true;
        ++_size;
    }

    void erase(Slot slot) {
        _index.erase(_hashOf[slot], slot);
        _used[slot] = false;
        --_size;
    }

    [[nodiscard]] bool used(Slot slot) const { return _used[slot]; }

    /// Every slot is found if it is in, by its hash, and only then; and the index's invariant holds.
    [[nodiscard]] bool consistent() const {
        for (Slot slot = 0; slot < _used.size(); ++slot) {
            const Slot found = _index.find(_hashOf[slot], [slot](Slot candidate) { return candidate == slot; });
            if (found != (_used[slot] ? slot : noSlot))
                return false;
        }
        return _index.check(_size, [this](Slot slot) { return _hashOf[slot]; });
    }

  private:
    SlotIndex _index;
    std::vector<std::uint64_t> _hashOf;
    std::vector<bool> _used;
    std::uint32_t _size = 0;
};

std::uint64_t hashOfNone(Slot /*slot*/) {
    return 0;
}

using Hashes = std::vector<std::uint64_t>;

void exercise(std::uint32_t capacity, const Hashes& hashes, unsigned seed) {
    std::mt19937 random(seed);
    Numbers numbers(capacity);
    for (int step = 0; step < 600; ++step) {
        const Slot slot = static_cast<Slot>(random() % capacity);
        if (numbers.used(slot))
            numbers.erase(slot);
        else
            numbers.insert(slot, hashes[random() % hashes.size()]);
        ASSERT_TRUE(numbers.consistent()) << "capacity " << capacity << ", seed " << seed << ", step " << step;
    }
}

TEST(SlotIndex, FindsNothingWhenEmpty) {
    const SlotIndex index(10);
    EXPECT_EQ(index.find(0, [](Slot) { return true; }), noSlot);
    EXPECT_EQ(index.find(~std::uint64_t{0}, [](Slot) { return true; }), noSlot);
    EXPECT_TRUE(index.check(0, hashOfNone));
}

TEST(SlotIndex, AsksOnlyAboutSlotsOfTheSameTag) {
    SlotIndex index(10);
    const std::uint64_t hash = std::uint64_t{1} << 60;
    index.insert(hash, 3);
    index.insert(hash + (std::uint64_t{1} << 31), 4);
    std::vector<Slot> asked;
    EXPECT_EQ(index.find(hash, [&](Slot slot) { return asked.push_back(slot), false; }), noSlot);
    EXPECT_EQ(asked, std::vector<Slot>{3});
}

TEST(SlotIndex, HoldsItsFullCapacityUnderOneHash) {
    Numbers numbers(1000);
    for (Slot slot = 0; slot < 1000; ++slot)
        numbers.insert(slot, 42);
    EXPECT_TRUE(numbers.consistent());
}

TEST(SlotIndex, FindsItsWayAmongCollidingHashes) {
    // One hash; a few neighbours; and the end of the table, behind whose last line comes the first.
    const Hashes one{0};
    const Hashes few{0, std::uint64_t{1} << 60, std::uint64_t{2} << 60, std::uint64_t{3} << 60};
    const Hashes end{~std::uint64_t{0}, ~std::uint64_t{0} << 40, ~std::uint64_t{0} << 60, 0};
    for (unsigned seed = 0; seed < 20; ++seed) {
        for (const std::uint32_t capacity : {1U, 2U, 3U, 7U, 30U}) {
            exercise(capacity, one, seed);
            exercise(capacity, few, seed);
            exercise(capacity, end, seed);
        }
    }
}

TEST(SlotIndex, StaysConsistentWithRandomHashes) {
    for (unsigned seed = 0; seed < 20; ++seed) {
        std::mt19937_64 random(seed);
        Hashes hashes(200);
        for (std::uint64_t& hash : hashes)
            hash = random();
        exercise(64, hashes, seed);
    }
}

TEST(SlotIndex, ASearchEndsThoughEveryLineWasPassed) {
    Numbers numbers(24); // in three lines
    const std::uint64_t second = std::uint64_t{1} << 63;
    for (Slot slot = 0; slot < 16; ++slot)
        numbers.insert(slot, 0);
    for (Slot slot = 16; slot < 24; ++slot)
        numbers.insert(slot, second);
    for (Slot slot = 0; slot < 16; ++slot) {
        numbers.erase(slot);
        numbers.insert(slot, slot % 2 == 0 ? second : ~std::uint64_t{0});
        ASSERT_TRUE(numbers.consistent());
    }
}

TEST(SlotIndex, ClearForgetsAll) {
    SlotIndex index(100);
    for (Slot slot = 0; slot < 100; ++slot)
        index.insert(slot * 0x9E3779B97F4A7C15ULL, slot);
    ASSERT_TRUE(index.check(100, [](Slot slot) { return slot * 0x9E3779B97F4A7C15ULL; }));
    index.clear();
    EXPECT_TRUE(index.check(0, hashOfNone));
    EXPECT_EQ(index.find(0, [](Slot) { return true; }), noSlot);
}

} // namespace
