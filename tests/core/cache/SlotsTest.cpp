#include "cache/Slots.h"

#include <gtest/gtest.h>

using namespace nearcache;
using std::chrono::microseconds;
using std::chrono::milliseconds;

namespace {

const Slots::Time start{std::chrono::hours(1)};
constexpr milliseconds ttl(1000);

TEST(Slots, KnowsWhatWasStoredFirst) {
    Slots slots(3, ttl);
    const Slots::Time later = start + 2 * ttl;
    EXPECT_EQ(slots.expiredOne(later), noSlot);
    const Slot a = slots.put(Entry::make("a", "1"), start);
    const Slot b = slots.put(Entry::make("b", "2"), start + milliseconds(1));
    EXPECT_EQ(slots.expiredOne(later), a);
    EXPECT_EQ(slots.replace(a, Entry::make("a", "3"), start + milliseconds(2))->value(), "1");
    EXPECT_EQ(slots.expiredOne(later), b);
    EXPECT_EQ(slots.entry(a).value(), "3");
    EXPECT_TRUE(slots.check());
}

TEST(Slots, EntryEndsWithItsKeyRoundedDownToTheMillisecondOrWithTheCommonTimeToLive) {
    Slots slots(4, ttl);
    const Slots::Time now = start + microseconds(250);
    const auto endOf = [&](Slots::Time keyEndsAt) {
        const Slot slot = slots.put(Entry::make("a", ""), now, keyEndsAt);
        const Slots::Time end = slots.endsAt(slot);
        EXPECT_TRUE(slots.check());
        static_cast<void>(slots.take(slot));
        EXPECT_TRUE(slots.check());
        return end;
    };
    EXPECT_EQ(endOf(Slots::Time::max()), now + ttl);
    EXPECT_EQ(endOf(now + ttl + microseconds(750)), now + ttl);
    EXPECT_EQ(endOf(now + ttl), start + ttl);
    EXPECT_EQ(endOf(start + milliseconds(1)), start + milliseconds(1));
    EXPECT_EQ(endOf(start + microseconds(77'999)), start + milliseconds(77));
}

TEST(Slots, KnowsWhichKeysHaveEndedByThen) {
    Slots slots(1, ttl);
    EXPECT_TRUE(slots.ended(start + microseconds(900), start));
    EXPECT_FALSE(slots.ended(start + milliseconds(1), start + microseconds(999)));
    EXPECT_TRUE(slots.ended(start + milliseconds(1), start + milliseconds(1)));
    slots.put(Entry::make("a", ""), start + milliseconds(5)); // whose time others are given too
    EXPECT_TRUE(slots.ended(start + milliseconds(5), start));
    EXPECT_FALSE(slots.ended(start + milliseconds(6), start));
}

TEST(Slots, ALifetimeBeyondItsFieldEndsEarly) {
    Slots slots(1, std::chrono::hours(24 * 365));
    const Slot slot = slots.put(Entry::make("a", ""), start, start + std::chrono::hours(24 * 100));
    EXPECT_EQ(slots.endsAt(slot), start + milliseconds(0xFFFF'FFFF));
    EXPECT_TRUE(slots.check());
}

TEST(Slots, FindsWhatHasExpiredInTheListAndOnTheWheel) {
    Slots slots(3, ttl);
    const Slot common = slots.put(Entry::make("a", ""), start);
    const Slot late = slots.put(Entry::make("b", ""), start, start + milliseconds(700));
    const Slot early = slots.put(Entry::make("c", ""), start, start + milliseconds(300));
    const auto expiredAt = [&](milliseconds time) {
        EXPECT_TRUE(slots.advance(start + time, 10));
        return slots.expiredOne(start + time);
    };
    EXPECT_EQ(expiredAt(milliseconds(299)), noSlot);
    EXPECT_EQ(expiredAt(milliseconds(300)), early);
    static_cast<void>(slots.take(early));
    EXPECT_EQ(expiredAt(milliseconds(699)), noSlot);
    EXPECT_EQ(expiredAt(milliseconds(700)), late);
    EXPECT_EQ(expiredAt(ttl), common);
    static_cast<void>(slots.take(common));
    EXPECT_EQ(expiredAt(ttl), late);
    EXPECT_TRUE(slots.check());
}

TEST(Slots, ReplacingMovesBetweenListAndWheel) {
    Slots slots(1, ttl);
    const Slot slot = slots.put(Entry::make("a", ""), start, start + milliseconds(10));
    static_cast<void>(slots.replace(slot, Entry::make("a", ""), start));
    EXPECT_TRUE(slots.check());
    EXPECT_TRUE(slots.advance(start + milliseconds(10), 10));
    EXPECT_EQ(slots.expiredOne(start + milliseconds(10)), noSlot);
    EXPECT_EQ(slots.endsAt(slot), start + ttl);
    static_cast<void>(slots.replace(slot, Entry::make("a", ""), start, start + milliseconds(20)));
    EXPECT_TRUE(slots.check());
    EXPECT_EQ(slots.endsAt(slot), start + milliseconds(20));
}

TEST(Slots, WhatIsStoredAfterASealBearsALaterTime) {
    Slots slots(2, ttl);
    EXPECT_LT(slots.seal(), start);
    const Slot before = slots.put(Entry::make("a", ""), start);
    const Slots::Time sealed = slots.seal();
    const Slot after = slots.put(Entry::make("b", ""), start);
    EXPECT_LE(slots.entry(before).storedAt(), sealed);
    EXPECT_GT(slots.entry(after).storedAt(), sealed);
    EXPECT_LE(slots.entry(after).storedAt(), start + std::chrono::nanoseconds(1));
}

TEST(Slots, UsesEverySlotAndFreedOnesAgain) {
    Slots slots(3, ttl);
    std::vector<Slot> taken;
    for (const char* key : {"a", "b", "c"})
        taken.push_back(slots.put(Entry::make(key, ""), start));
    EXPECT_TRUE(slots.full());
    EXPECT_EQ(slots.take(taken[1])->key(), "b");
    EXPECT_FALSE(slots.full());
    EXPECT_FALSE(slots.used(taken[1]));
    EXPECT_EQ(slots.put(Entry::make("d", ""), start), taken[1]);
    EXPECT_TRUE(slots.full());
    EXPECT_TRUE(slots.check());
}

TEST(Slots, NoSlotBeyondTheCapacityIsUsed) {
    const Slots slots(3, ttl);
    EXPECT_FALSE(slots.used(3));
    EXPECT_FALSE(slots.used(noSlot));
}

TEST(Slots, TimesThatGoBackAreTakenAsTheNewest) {
    Slots slots(2, ttl);
    slots.put(Entry::make("a", ""), start);
    const Slot late = slots.put(Entry::make("b", ""), start - milliseconds(5));
    EXPECT_EQ(slots.entry(late).storedAt(), start);
    EXPECT_TRUE(slots.check());
}

TEST(Slots, CountsTheBytesHeld) {
    Slots slots(2, ttl);
    EXPECT_EQ(slots.bytes(), 0U);
    const EntryRef entry = Entry::make(std::string(20, 'k'), std::string(64, 'v'));
    const Slot slot = slots.put(entry, start);
    EXPECT_EQ(slots.bytes(), entry->footprint());
    static_cast<void>(slots.replace(slot, Entry::make("k", std::string(1000, 'v')), start));
    EXPECT_GT(slots.bytes(), 1000U);
    static_cast<void>(slots.take(slot));
    EXPECT_EQ(slots.bytes(), 0U);
}

TEST(Slots, SharedEntryOutlivesItsSlot) {
    EntryRef shared;
    {
        Slots slots(1, ttl);
        shared = slots.share(slots.put(Entry::make("a", "value"), start));
    }
    EXPECT_EQ(shared->value(), "value");
}

} // namespace
