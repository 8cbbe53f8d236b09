#include "cache/Slots.h"

#include "cache/KeyHash.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

using namespace nearcache;
using std::chrono::microseconds;
using std::chrono::milliseconds;

namespace {

const Slots::Time start{std::chrono::hours(1)};
constexpr milliseconds ttl(1000);

/// Slots with the index that goes with them.
class Places {
  public:
    explicit Places(std::uint32_t capacity, std::chrono::nanoseconds timeToLive = ttl)
        : index(capacity), slots(capacity, timeToLive, index) {}

    Slot put(std::string_view key, std::string_view value, Slots::Time now, Slots::Time endsAt = Slots::Time::max()) {
        const Slot slot = slots.put(key, value, {}, now, endsAt);
        index.insert(hashKey(key), slot);
        return slot;
    }

    void replace(Slot slot, std::string_view value, Slots::Time now, Slots::Time endsAt = Slots::Time::max()) {
        EntryRef home;
        EXPECT_TRUE(slots.replace(slot, std::string(slots.key(slot)), value, home, now, endsAt));
    }

    EntryRef take(Slot slot) {
        index.erase(hashKey(slots.key(slot)), slot);
        return slots.take(slot);
    }

    SlotIndex index;
    Slots slots;
};

TEST(Slots, KnowsWhatWasStoredFirst) {
    Places places(3);
    Slots& slots = places.slots;
    const Slots::Time later = start + 2 * ttl;
    EXPECT_EQ(slots.expiredOne(later), noSlot);
    const Slot a = places.put("a", "1", start);
    const Slot b = places.put("b", "2", start + milliseconds(1));
    EXPECT_EQ(slots.expiredOne(later), a);
    places.replace(a, "3", start + milliseconds(2));
    EXPECT_EQ(slots.expiredOne(later), b);
    EXPECT_EQ(slots.value(a), "3");
    EXPECT_TRUE(slots.check());
}

TEST(Slots, EntryEndsWithItsKeyRoundedDownToTheMillisecondOrWithTheCommonTimeToLive) {
    Places places(4);
    Slots& slots = places.slots;
    const Slots::Time now = start + microseconds(250);
    const auto endOf = [&](Slots::Time keyEndsAt) {
        const Slot slot = places.put("a", "", now, keyEndsAt);
        const Slots::Time end = slots.endsAt(slot);
        EXPECT_TRUE(slots.check());
        places.take(slot);
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
    Places places(1);
    Slots& slots = places.slots;
    EXPECT_TRUE(slots.ended(start + microseconds(900), start));
    EXPECT_FALSE(slots.ended(start + milliseconds(1), start + microseconds(999)));
    EXPECT_TRUE(slots.ended(start + milliseconds(1), start + milliseconds(1)));
    places.put("a", "", start + milliseconds(5)); // whose time others are given too
    EXPECT_TRUE(slots.ended(start + milliseconds(5), start));
    EXPECT_FALSE(slots.ended(start + milliseconds(6), start));
}

TEST(Slots, ALifetimeBeyondItsFieldEndsEarly) {
    Places places(1, std::chrono::hours(24 * 365));
    Slots& slots = places.slots;
    const Slot slot = places.put("a", "", start, start + std::chrono::hours(24 * 100));
    EXPECT_LE(slots.endsAt(slot), start + milliseconds(0xFFFF'FFFF));
    EXPECT_GT(slots.endsAt(slot), start + milliseconds(0xFFFF'FFFF) - Slots::unitOf(std::chrono::hours(24 * 365)));
    EXPECT_TRUE(slots.check());
}

TEST(Slots, FindsWhatHasExpiredInTheListAndOnTheWheel) {
    Places places(3);
    Slots& slots = places.slots;
    const Slot common = places.put("a", "", start);
    const Slot late = places.put("b", "", start, start + milliseconds(700));
    const Slot early = places.put("c", "", start, start + milliseconds(300));
    const auto expiredAt = [&](milliseconds time) {
        EXPECT_TRUE(slots.advance(start + time, 10));
        return slots.expiredOne(start + time);
    };
    EXPECT_EQ(expiredAt(milliseconds(299)), noSlot);
    EXPECT_EQ(expiredAt(milliseconds(300)), early);
    places.take(early);
    EXPECT_EQ(expiredAt(milliseconds(699)), noSlot);
    EXPECT_EQ(expiredAt(milliseconds(700)), late);
    EXPECT_EQ(expiredAt(ttl), common);
    places.take(common);
    EXPECT_EQ(expiredAt(ttl), late);
    EXPECT_TRUE(slots.check());
}

TEST(Slots, ReplacingMovesBetweenListAndWheel) {
    Places places(1);
    Slots& slots = places.slots;
    const Slot slot = places.put("a", "", start, start + milliseconds(10));
    places.replace(slot, "", start);
    EXPECT_TRUE(slots.check());
    EXPECT_TRUE(slots.advance(start + milliseconds(10), 10));
    EXPECT_EQ(slots.expiredOne(start + milliseconds(10)), noSlot);
    EXPECT_EQ(slots.endsAt(slot), start + ttl);
    places.replace(slot, "", start, start + milliseconds(20));
    EXPECT_TRUE(slots.check());
    EXPECT_EQ(slots.endsAt(slot), start + milliseconds(20));
}

TEST(Slots, WhatIsStoredAfterASealBearsALaterTime) {
    Places places(2);
    Slots& slots = places.slots;
    EXPECT_LT(slots.seal(), start);
    const Slot before = places.put("a", "", start);
    const Slots::Time sealed = slots.seal();
    const Slot after = places.put("b", "", start);
    EXPECT_LE(slots.storedAt(before), sealed);
    EXPECT_GT(slots.storedAt(after), sealed);
    EXPECT_LE(slots.storedAt(after), start + microseconds(1));
}

TEST(Slots, UsesEverySlotAndFreedOnesAgain) {
    Places places(3);
    Slots& slots = places.slots;
    std::vector<Slot> taken;
    for (const char* key : {"a", "b", "c"})
        taken.push_back(places.put(key, "", start));
    EXPECT_TRUE(slots.full());
    EXPECT_EQ(slots.key(taken[1]), "b");
    places.take(taken[1]);
    EXPECT_FALSE(slots.full());
    EXPECT_FALSE(slots.used(taken[1]));
    EXPECT_EQ(places.put("d", "", start), taken[1]);
    EXPECT_TRUE(slots.full());
    EXPECT_TRUE(slots.check());
}

TEST(Slots, NoSlotBeyondTheCapacityIsUsed) {
    Places places(3);
    Slots& slots = places.slots;
    EXPECT_FALSE(slots.used(3));
    EXPECT_FALSE(slots.used(noSlot));
}

TEST(Slots, TimesThatGoBackAreTakenAsTheNewest) {
    Places places(2);
    Slots& slots = places.slots;
    places.put("a", "", start);
    const Slot late = places.put("b", "", start - milliseconds(5));
    EXPECT_EQ(slots.storedAt(late), start);
    EXPECT_TRUE(slots.check());
}

TEST(Slots, WhatIsStoredAfterASealEndsNoLaterThanWithoutIt) {
    Places places(100);
    Slots& slots = places.slots;
    for (int i = 0; i < 100; ++i) {
        const Slot slot = places.put(std::to_string(i), "", start);
        EXPECT_EQ(slots.endsAt(slot), start + ttl);
        EXPECT_GT(slots.storedAt(slot), slots.seal() - microseconds(1));
    }
    EXPECT_TRUE(slots.check());
}

TEST(Slots, TimesOfStoringAreRoundedDownToAUnit) {
    EXPECT_EQ(Slots::unitOf(milliseconds(1)), microseconds(1));
    EXPECT_EQ(Slots::unitOf(microseconds(1 << 29)), microseconds(1));
    EXPECT_EQ(Slots::unitOf(microseconds((1 << 29) + 1)), microseconds(2));
    EXPECT_LT(Slots::unitOf(std::chrono::hours(24 * 36'500)), std::chrono::seconds(6));
    Places places(2, std::chrono::hours(24 * 30));
    const auto unit = Slots::unitOf(std::chrono::hours(24 * 30));
    const Slot slot = places.put("a", "", start + microseconds(12'345'678));
    EXPECT_LE(places.slots.storedAt(slot), start + microseconds(12'345'678));
    EXPECT_GT(places.slots.storedAt(slot), start + microseconds(12'345'678) - unit);
    EXPECT_EQ(places.slots.endsAt(slot), places.slots.storedAt(slot) + std::chrono::hours(24 * 30));
}

TEST(Slots, TimesAreToldThoughTheyWrapAround) {
    Places places(3);
    Slots& slots = places.slots;
    constexpr microseconds turn(std::int64_t{1} << 31);
    const Slots::Time before{16 * turn - microseconds(10)};
    const Slot a = places.put("a", "", before);
    const Slot b = places.put("b", "", before + microseconds(20));
    EXPECT_EQ(slots.storedAt(a), before);
    EXPECT_EQ(slots.storedAt(b), before + microseconds(20));
    EXPECT_EQ(slots.expiredOne(before + ttl), a);
    EXPECT_TRUE(slots.check());
}

TEST(Slots, AnOverhaulIsDueBeforeTimesCouldWrapAround) {
    Places places(1);
    Slots& slots = places.slots;
    constexpr microseconds quarter(std::int64_t{1} << 29);
    slots.overhauled(start);
    EXPECT_FALSE(slots.overhaulIsDue(start - quarter));
    EXPECT_FALSE(slots.overhaulIsDue(start + quarter - microseconds(1)));
    EXPECT_TRUE(slots.overhaulIsDue(start + quarter));
}

TEST(Slots, KnowsWhereEveryEntryIsWhenBlocksAreMoved) {
    Places places(20'000);
    Slots& slots = places.slots;
    std::mt19937 random(1);
    std::vector<Slot> used;
    for (int i = 0; i < 20'000; ++i)
        used.push_back(places.put("key:" + std::to_string(i), std::to_string(i), start));
    std::shuffle(used.begin(), used.end(), random);
    for (std::size_t i = 0; i < 18'000; ++i) {
        if (i % 3 == 0)
            places.replace(used[i], std::string(300, 'v'), start);
        else
            places.take(used[i]);
    }
    EXPECT_TRUE(slots.check());
    for (const Slot slot : used) {
        if (!slots.used(slot))
            continue;
        const std::string key(slots.key(slot));
        EXPECT_EQ(places.index.find(hashKey(key), [&](Slot one) { return slots.key(one) == key; }), slot);
        EXPECT_TRUE(slots.value(slot).size() == 300 || "key:" + std::string(slots.value(slot)) == key);
    }
}

TEST(Slots, CountsTheBytesHeld) {
    Places places(2);
    Slots& slots = places.slots;
    EXPECT_EQ(slots.bytes(), 0U);
    const Slot slot = places.put(std::string(20, 'k'), std::string(64, 'v'), start);
    EXPECT_EQ(slots.bytes(), Blocks::footprint(20, 64));
    places.replace(slot, std::string(3000, 'v'), start);
    EXPECT_EQ(slots.bytes(), Blocks::footprint(20, 3000));
    EXPECT_GT(slots.bytes(), 3020U);
    places.take(slot);
    EXPECT_EQ(slots.bytes(), 0U);
}

TEST(Slots, SharedEntryOutlivesItsSlot) {
    EntryRef shared;
    {
        Places places(1);
        const Slot slot = places.put("a", std::string(2000, 'v'), start);
        ASSERT_NE(places.slots.home(slot), nullptr);
        shared = EntryRef::share(*places.slots.home(slot));
    }
    EXPECT_EQ(shared->value(), std::string(2000, 'v'));
}

} // namespace
