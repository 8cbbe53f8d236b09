#include "s3fifo/S3Fifo.h"

#include "Exercise.h"
#include "Replay.h"
#include "Synth1.h"

#include <gtest/gtest.h>

using namespace nearcache;

namespace {

std::unique_ptr<S3Fifo> make(std::uint32_t capacity, const S3FifoSettings& settings = {}) {
    return std::make_unique<S3Fifo>(capacity, settings);
}

TEST(S3Fifo, HitsOfSynth1AreExact) {
    const auto trace = synth1();
    EXPECT_EQ(replay(trace, 1000, make(1000)), 122'565U);
    EXPECT_EQ(replay(trace, 5000, make(5000)), 268'110U);
}

TEST(S3Fifo, KeepsItsInvariants) {
    exercise([](std::uint32_t capacity) { return make(capacity); });
}

TEST(S3Fifo, KeepsItsInvariantsWithUnusualSettings) {
    exercise([](std::uint32_t capacity) { return make(capacity, {.small = 1, .ghost = 0}); });
    exercise([](std::uint32_t capacity) { return make(capacity, {.small = 0, .ghost = 4, .threshold = 1}); });
    exercise(
        [](std::uint32_t capacity) { return make(capacity, {.small = 0.5, .threshold = 3, .maxFrequency = 200}); });
}

/// Ten slots: one for the small queue, nine for the main one; full. Slot 0 is the small queue's.
class S3FifoOfTen : public testing::Test {
  protected:
    S3FifoOfTen() {
        for (Slot slot = 0; slot < 10; ++slot)
            policy.onInsert(slot, slot);
    }

    /// Stores a key in the place of the victim, which is returned.
    Slot replaceVictim(std::uint64_t key) {
        const Slot slot = policy.victim(key);
        policy.onInsert(slot, key);
        return slot;
    }

    void hit(Slot slot, int times) {
        for (int i = 0; i < times; ++i)
            policy.onHits({&slot, 1});
    }

    S3Fifo policy{10, {}};
};

TEST_F(S3FifoOfTen, NewKeysPassThroughTheSmallQueue) {
    EXPECT_EQ(replaceVictim(100), 0U);
    EXPECT_EQ(replaceVictim(101), 0U);
}

TEST_F(S3FifoOfTen, HitsBelowTheThresholdDoNotSaveANewKey) {
    hit(0, 1);
    EXPECT_EQ(policy.victim(100), 0U);
}

TEST_F(S3FifoOfTen, HitsUpToTheThresholdTakeANewKeyIntoTheMainQueue) {
    hit(0, 2);
    EXPECT_EQ(policy.victim(100), 1U); // the main queue's oldest
}

TEST_F(S3FifoOfTen, AKeyOfTheMainQueueGoesRoundOnceForEachHitThatCounts) {
    hit(1, 5); // three count
    hit(0, 2);
    int victims = 0;
    Slot slot = noSlot;
    while (slot != 1) { // each new key is hit into the main queue, which evicts one for it
        slot = replaceVictim(100 + static_cast<std::uint64_t>(victims));
        hit(slot, 2);
        ++victims;
    }
    EXPECT_EQ(victims, 3 * 9 + 1); // spared three times, each time behind the nine others
}

TEST_F(S3FifoOfTen, AnEvictedKeyThatComesBackEntersTheMainQueue) {
    ASSERT_EQ(replaceVictim(100), 0U); // key 0 is remembered now
    ASSERT_EQ(replaceVictim(0), 0U);   // and enters the main queue
    EXPECT_EQ(policy.victim(101), 1U); // which thereby is too long
}

TEST_F(S3FifoOfTen, AKeyEvictedFromTheMainQueueIsNotRemembered) {
    ASSERT_EQ(replaceVictim(100), 0U);
    ASSERT_EQ(replaceVictim(0), 0U);
    ASSERT_EQ(replaceVictim(101), 1U); // key 1, of the main queue; 101 enters the small one
    ASSERT_EQ(replaceVictim(1), 1U);   // key 101 goes; key 1 enters the small queue
    EXPECT_EQ(policy.victim(102), 1U); // and goes at once
}

class S3FifoRemoval : public S3FifoOfTen, public testing::WithParamInterface<Removal> {};

TEST_P(S3FifoRemoval, ARemovedKeyIsNotRemembered) {
    ASSERT_EQ(replaceVictim(100), 0U);
    policy.onRemove(0, 100, GetParam());
    policy.onInsert(0, 100);           // into the small queue again
    EXPECT_EQ(policy.victim(101), 0U); // so it goes first
}

INSTANTIATE_TEST_SUITE_P(WhateverTheReason, S3FifoRemoval, testing::Values(Removal::Deleted, Removal::Expired));

TEST_F(S3FifoOfTen, ClearForgetsEvictedKeysToo) {
    ASSERT_EQ(replaceVictim(100), 0U);
    policy.clear();
    for (Slot slot = 0; slot < 10; ++slot)
        policy.onInsert(slot, 200 + slot);
    ASSERT_EQ(replaceVictim(0), 0U);
    EXPECT_EQ(policy.victim(101), 0U); // key 0 came as a stranger
}

} // namespace
