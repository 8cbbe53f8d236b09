#include "sieve/Sieve.h"

#include "Exercise.h"
#include "Replay.h"
#include "Synth1.h"

#include <gtest/gtest.h>

using namespace nearcache;

namespace {

TEST(Sieve, HitsOfSynth1AreExact) {
    const auto trace = synth1();
    EXPECT_EQ(replay(trace, 1000, std::make_unique<Sieve>(1000)), 124'096U);
    EXPECT_EQ(replay(trace, 5000, std::make_unique<Sieve>(5000)), 266'455U);
}

TEST(Sieve, KeepsItsInvariants) {
    exercise([](std::uint32_t capacity) { return std::make_unique<Sieve>(capacity); });
}

class SieveOfFour : public testing::Test {
  protected:
    SieveOfFour() {
        for (Slot slot = 0; slot < 4; ++slot)
            sieve.onInsert(slot, slot);
    }

    void hit(Slot slot) { sieve.onHits({&slot, 1}); }

    Sieve sieve{4};
};

TEST_F(SieveOfFour, PassesOverWhatWasReadAndGoesOnFromThere) {
    hit(0);
    hit(2);
    EXPECT_EQ(sieve.victim(9), 1U);
    sieve.onInsert(1, 9);
    EXPECT_EQ(sieve.victim(9), 3U); // 2 was read; 0 lost its bit, but the hand is past it
}

TEST_F(SieveOfFour, GoesAroundWhenEverythingWasRead) {
    for (Slot slot = 0; slot < 4; ++slot)
        hit(slot);
    EXPECT_EQ(sieve.victim(9), 0U);
}

TEST_F(SieveOfFour, StartsAtTheOldestAgainAfterTheNewest) {
    for (Slot slot = 0; slot < 3; ++slot)
        hit(slot);
    EXPECT_EQ(sieve.victim(9), 3U);
    EXPECT_EQ(sieve.victim(9), 0U);
}

TEST_F(SieveOfFour, HandMovesOnWhenItsSlotIsRemoved) {
    hit(0);
    EXPECT_EQ(sieve.victim(9), 1U); // the hand is at 2 now
    sieve.onRemove(2, 2, Removal::Deleted);
    EXPECT_TRUE(sieve.check());
    EXPECT_EQ(sieve.victim(9), 3U);
}

TEST_F(SieveOfFour, ASlotUsedAgainBeginsUnread) {
    hit(0);
    sieve.onRemove(0, 0, Removal::Expired);
    sieve.onInsert(0, 9);
    for (const Slot slot : {1U, 2U, 3U})
        hit(slot);
    EXPECT_EQ(sieve.victim(9), 0U);
}

TEST_F(SieveOfFour, ClearedIsAsNew) {
    hit(0);
    EXPECT_EQ(sieve.victim(9), 1U);
    sieve.clear();
    for (const Slot slot : {3U, 2U})
        sieve.onInsert(slot, slot);
    EXPECT_EQ(sieve.victim(9), 3U);
}

} // namespace
