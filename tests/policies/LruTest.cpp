#include "lru/Lru.h"

#include "Exercise.h"
#include "Replay.h"
#include "Synth1.h"

#include <gtest/gtest.h>

#include <array>

using namespace nearcache;

namespace {

TEST(Lru, HitsOfSynth1AreExact) {
    const auto trace = synth1();
    EXPECT_EQ(replay(trace, 1000, std::make_unique<Lru>(1000)), 73'240U);
    EXPECT_EQ(replay(trace, 5000, std::make_unique<Lru>(5000)), 220'016U);
}

TEST(Lru, KeepsItsInvariants) {
    exercise([](std::uint32_t capacity) { return std::make_unique<Lru>(capacity); });
}

TEST(Lru, EvictsInTheOrderOfLastUse) {
    Lru lru(3);
    for (Slot slot = 0; slot < 3; ++slot)
        lru.onInsert(slot, slot);
    const std::array<Slot, 4> hits{2, 0, 1, 0};
    lru.onHits(hits);
    EXPECT_EQ(lru.victim(9), 2U);
    EXPECT_EQ(lru.victim(9), 1U);
    EXPECT_EQ(lru.victim(9), 0U);
}

TEST(Lru, RemovedSlotIsNoVictim) {
    Lru lru(2);
    lru.onInsert(0, 0);
    lru.onInsert(1, 1);
    lru.onRemove(0, 0, Removal::Expired);
    EXPECT_EQ(lru.victim(9), 1U);
}

TEST(Lru, ClearedIsAsNew) {
    Lru lru(2);
    lru.onInsert(0, 0);
    lru.onInsert(1, 1);
    lru.clear();
    lru.onInsert(1, 1);
    lru.onInsert(0, 0);
    EXPECT_EQ(lru.victim(9), 1U);
    EXPECT_TRUE(lru.check());
}

} // namespace
