#include "cache/Store.h"

#include "RecordingPolicy.h"
#include "cache/KeyHash.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

using namespace nearcache;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

namespace {

constexpr milliseconds ttl(1000);

class StoreTest : public testing::Test {
  protected:
    void make(std::uint32_t capacity, unsigned groups = 1) {
        store =
            std::make_unique<Store>(Store::Settings{capacity, ttl, groups}, std::make_unique<RecordingPolicy>(record));
    }

    std::optional<milliseconds> fill(std::string_view key, std::string_view value,
                                     Store::Time endsAt = Store::Time::max()) {
        const std::uint64_t hash = hashKey(key);
        return store->fill({.key = key, .hash = hash, .value = value, .token = store->token(hash), .keyEndsAt = endsAt},
                           now);
    }

    std::optional<milliseconds> fillWith(std::string_view key, std::string_view value, Store::Token token) {
        return store->fill({.key = key, .hash = hashKey(key), .value = value, .token = token}, now);
    }

    Lookup look(std::string_view key) {
        Lookup lookup{key, hashKey(key)};
        store->find({&lookup, 1}, buffer, now);
        return lookup;
    }

    std::optional<std::string> get(std::string_view key) {
        const Lookup lookup = look(key);
        return lookup.found ? std::optional(std::string(lookup.value)) : std::nullopt;
    }

    /// A key of this group, one for each number.
    std::string keyOf(unsigned group, int number = 0) const {
        for (int i = 0;; ++i) {
            std::string key = "key:" + std::to_string(i);
            if (store->groupOf(hashKey(key)) == group && number-- == 0)
                return key;
        }
    }

    void invalidate(std::string_view key) { store->invalidate(key, hashKey(key)); }

    std::vector<std::string> calls() { return std::exchange(record.calls, {}); }

    void TearDown() override { EXPECT_TRUE(!store || store->check()); }

    RecordingPolicy::Record record;
    std::unique_ptr<Store> store;
    LookupBuffer buffer;
    Store::Time now{std::chrono::hours(1)};
};

TEST_F(StoreTest, ServesWhatWasFilled) {
    make(10);
    EXPECT_EQ(get("a"), std::nullopt);
    EXPECT_TRUE(fill("a", "1"));
    EXPECT_TRUE(fill("b", ""));
    EXPECT_EQ(get("a"), "1");
    EXPECT_EQ(get("b"), "");
    EXPECT_EQ(get("c"), std::nullopt);
}

TEST_F(StoreTest, CapacityMustBeInRange) {
    EXPECT_THROW(make(0), std::invalid_argument);
    EXPECT_THROW(make(Store::maxCapacity + 1), std::invalid_argument);
}

TEST_F(StoreTest, GroupsMustBeInRange) {
    EXPECT_THROW(make(1, 0), std::invalid_argument);
    EXPECT_THROW(make(1, Store::maxGroups + 1), std::invalid_argument);
    make(1, Store::maxGroups);
    EXPECT_EQ(store->groupOf(~std::uint64_t{0}), 65'535U);
}

TEST_F(StoreTest, EntryIsServedUntilItsTimeIsOverAndNotOneTickLonger) {
    make(10);
    fill("a", "1");
    now += ttl - nanoseconds(1);
    EXPECT_EQ(get("a"), "1");
    now += nanoseconds(1);
    EXPECT_EQ(get("a"), std::nullopt);
    now += ttl;
    EXPECT_EQ(get("a"), std::nullopt);
}

TEST_F(StoreTest, ReadDoesNotExtendTheTimeAndANewValueDoes) {
    make(10);
    fill("a", "1");
    fill("b", "1");
    now += ttl / 2;
    EXPECT_EQ(get("a"), "1");
    fill("b", "2");
    now += ttl / 2;
    EXPECT_EQ(get("a"), std::nullopt);
    EXPECT_EQ(get("b"), "2");
}

TEST_F(StoreTest, TellsAgeRoundedDownAndRemainingTimeRoundedUp) {
    make(10);
    fill("a", "1");
    now += std::chrono::microseconds(300'500);
    const Lookup lookup = look("a");
    EXPECT_EQ(lookup.age, milliseconds(300));
    EXPECT_EQ(lookup.remaining, milliseconds(700));
}

TEST_F(StoreTest, AReaderWhoseClockReadingIsOlderThanTheEntrySeesAgeZero) {
    make(10);
    fill("a", "1");
    now -= milliseconds(5);
    EXPECT_EQ(look("a").age, milliseconds(0));
    EXPECT_EQ(look("a").remaining, ttl);
}

TEST_F(StoreTest, ATimeToLiveBeyondTheClocksRangeIsNotEndedEarly) {
    store = std::make_unique<Store>(Store::Settings{1, milliseconds::max()}, std::make_unique<RecordingPolicy>(record));
    fill("a", "1");
    now += std::chrono::hours(24 * 365);
    EXPECT_EQ(get("a"), "1");
}

TEST_F(StoreTest, TellsThePolicyTheHitsOfABatchInOneCallInTheirOrder) {
    make(10);
    for (const char* key : {"a", "b", "c"})
        fill(key, key);
    calls();
    std::array<Lookup, 5> batch;
    const std::array<const char*, 5> keys{"c", "x", "a", "c", "b"};
    for (std::size_t i = 0; i < keys.size(); ++i)
        batch[i] = {keys[i], hashKey(keys[i])};
    store->find(batch, buffer, now);
    EXPECT_THAT(calls(), ElementsAre("hits 2 0 2 1"));
    EXPECT_EQ(batch[0].value, "c");
    EXPECT_FALSE(batch[1].found);
    EXPECT_EQ(batch[4].value, "b");
}

TEST_F(StoreTest, FindsEveryKeyOfABatchLongerThanOneCallToThePolicy) {
    make(1000);
    std::vector<std::string> keys;
    for (int i = 0; i < 1000; ++i) {
        keys.push_back(std::to_string(i));
        fill(keys.back(), keys.back());
    }
    calls();
    std::vector<Lookup> batch;
    for (const std::string& key : keys)
        batch.push_back({key, hashKey(key)});
    store->find(batch, buffer, now);
    std::string told;
    for (const std::string& call : calls())
        told += call.substr(4);
    std::string expected;
    for (const Lookup& lookup : batch) {
        ASSERT_TRUE(lookup.found);
        EXPECT_EQ(lookup.value, lookup.key);
        expected += ' ' + std::string(lookup.key); // key i went into slot i
    }
    EXPECT_EQ(told, expected);
}

TEST_F(StoreTest, ALookupUsedAgainForgetsWhatItHad) {
    make(10);
    fill("a", "1");
    Lookup lookup = look("a");
    ASSERT_TRUE(lookup.found);
    invalidate("a");
    store->find({&lookup, 1}, buffer, now);
    EXPECT_FALSE(lookup.found);
    EXPECT_TRUE(lookup.value.empty());
}

TEST_F(StoreTest, ShortValuesAreCopiedAndLongOnesAreShared) {
    make(10);
    const std::string longest(Store::longestCopied, 's');
    const std::string longer(Store::longestCopied + 1, 'l');
    fill("short", longest);
    fill("long", longer);
    const Lookup copied = look("short");
    EXPECT_FALSE(copied.entry);
    LookupBuffer other;
    Lookup shared{"long", hashKey("long")};
    store->find({&shared, 1}, other, now);
    ASSERT_TRUE(shared.entry);
    EXPECT_EQ(shared.entry->key(), "long");
    EXPECT_EQ(shared.value.data(), shared.entry->value().data());
    store.reset();
    EXPECT_EQ(copied.value, longest);
    EXPECT_EQ(shared.value, longer);
}

TEST_F(StoreTest, KeepsTheHomeOfALongValueThatItIsGiven) {
    make(10);
    const EntryRef home = Entry::make("a", std::string(5000, 'v'));
    const std::uint64_t hash = hashKey("a");
    store->fill({.key = "a", .hash = hash, .value = home->value(), .entry = home, .token = store->token(hash)}, now);
    EXPECT_EQ(look("a").entry, home);
}

TEST_F(StoreTest, KeysOfEveryLengthAreFound) {
    make(100);
    for (const std::size_t length : {0, 1, 127, 128, 255, 256, 1000, 2000, 5000, 70'000}) {
        const std::string key(length, 'k');
        for (const std::size_t size : {0, 1, 1000, 1024, 1025, 100'000}) {
            const std::string value(size, 'v');
            ASSERT_TRUE(fill(key, value));
            EXPECT_EQ(get(key), value) << length;
        }
    }
    EXPECT_EQ(store->counters().keys, 10U);
}

/// So many that blocks are moved: of sizes that drift, with keys that go in every way.
TEST_F(StoreTest, FindsWhatItHoldsWhileItsMemoryIsReordered) {
    constexpr std::uint32_t capacity = 5000;
    make(capacity, 3);
    std::map<std::string, std::string> filled; // what the store may have
    std::mt19937 random(1);
    for (int round = 0; round < 30; ++round) {
        for (int i = 0; i < 3000; ++i) {
            const std::string key = "key:" + std::to_string(random() % 10'000);
            if (random() % 4 == 0)
                invalidate(filled.erase(key) > 0 ? key : "none");
            else
                fill(key, filled[key] = std::string(random() % (20 + 60 * static_cast<unsigned>(round)), 'v') + key);
        }
        if (round % 10 == 9)
            store->drop(1);
        store->sweep(1000);
        ASSERT_TRUE(store->check());
        std::uint64_t found = 0;
        for (const auto& [key, value] : filled) {
            const Lookup lookup = look(key);
            found += lookup.found ? 1 : 0;
            ASSERT_TRUE(!lookup.found || lookup.value == value) << key;
        }
        EXPECT_EQ(found, store->counters().keys);
    }
}

TEST_F(StoreTest, WhatExpiredAgesAgoDoesNotComeBack) {
    make(10);
    fill("a", "1");
    fill("b", "1", now + milliseconds(10));
    for (const std::int64_t age : {std::int64_t{1} << 29, std::int64_t{1} << 31, std::int64_t{3} << 31}) {
        now += std::chrono::microseconds(age);
        EXPECT_EQ(get("a"), std::nullopt);
        EXPECT_EQ(get("b"), std::nullopt);
        fill("c", "1");
        EXPECT_EQ(get("a"), std::nullopt);
        EXPECT_EQ(get("b"), std::nullopt);
        EXPECT_EQ(get("c"), "1");
        EXPECT_EQ(store->counters().keys, 1U);
        EXPECT_TRUE(store->check());
    }
}

TEST_F(StoreTest, MissesAndEmptyBatchesAreNoneOfThePolicysBusiness) {
    make(10);
    get("a");
    store->find({}, buffer, now);
    EXPECT_TRUE(calls().empty());
}

TEST_F(StoreTest, FullStoreGivesUpThePolicysVictim) {
    make(2);
    for (const char* key : {"a", "b", "c"})
        fill(key, key);
    EXPECT_THAT(calls(), ElementsAre("insert 0", "insert 1", "victim 0", "insert 0"));
    EXPECT_EQ(get("a"), std::nullopt);
    EXPECT_EQ(get("b"), "b");
    EXPECT_EQ(get("c"), "c");
    EXPECT_EQ(store->counters().evictions, 1U);
}

TEST_F(StoreTest, ReclaimsAnExpiredEntryBeforeItEvictsALiveOne) {
    make(2);
    fill("a", "old");
    fill("b", "1");
    now += ttl / 2;
    fill("a", "1"); // b is now the one that expires first, and a the policy's victim
    now += ttl / 2;
    calls();
    fill("c", "1");
    EXPECT_THAT(calls(), ElementsAre("expired 1", "insert 1"));
    EXPECT_EQ(get("a"), "1");
}

TEST_F(StoreTest, ReplacingALiveEntryIsAHitAndEvictsNobody) {
    make(2);
    fill("a", "1");
    fill("b", "1");
    calls();
    fill("a", "2");
    EXPECT_THAT(calls(), ElementsAre("hits 0"));
    EXPECT_EQ(get("a"), "2");
    EXPECT_EQ(store->counters().replacements, 1U);
}

TEST_F(StoreTest, ReplacingAnExpiredEntryIsARemovalAndAnInsert) {
    make(2);
    fill("a", "1");
    now += ttl;
    calls();
    fill("a", "2");
    EXPECT_THAT(calls(), ElementsAre("expired 0", "insert 0"));
    EXPECT_EQ(get("a"), "2");
}

TEST_F(StoreTest, KeepsOutWhatThePolicyRefuses) {
    make(1);
    fill("a", "1");
    record.refuse = true;
    EXPECT_FALSE(fill("b", "1"));
    EXPECT_EQ(get("a"), "1");
    EXPECT_EQ(get("b"), std::nullopt);
    EXPECT_EQ(store->counters().refusedFills, 1U);
}

TEST_F(StoreTest, InvalidatedEntryIsGone) {
    make(10);
    fill("a", "1");
    fill("b", "1");
    calls();
    invalidate("a");
    EXPECT_THAT(calls(), ElementsAre("deleted 0"));
    EXPECT_EQ(get("a"), std::nullopt);
    EXPECT_EQ(get("b"), "1");
    EXPECT_EQ(store->counters().invalidations, 1U);
}

TEST_F(StoreTest, AFetchThatBeganBeforeAnInvalidationIsNotStored) {
    make(10);
    const std::uint64_t hash = hashKey("a");
    const Store::Token token = store->token(hash);
    EXPECT_TRUE(store->valid(hash, token));
    invalidate("a"); // though no entry was there
    EXPECT_FALSE(store->valid(hash, token));
    EXPECT_FALSE(fillWith("a", "stale", token));
    EXPECT_EQ(get("a"), std::nullopt);
    EXPECT_EQ(store->counters().staleFills, 1U);
    EXPECT_TRUE(fill("a", "fresh"));
}

TEST_F(StoreTest, AVoidFillLeavesANewerEntryAlone) {
    make(10);
    const std::uint64_t hash = hashKey("a");
    const Store::Token token = store->token(hash);
    invalidate("a");
    fill("a", "fresh");
    EXPECT_FALSE(fillWith("a", "stale", token));
    EXPECT_EQ(get("a"), "fresh");
}

TEST_F(StoreTest, ClearDropsEverythingAndVoidsEveryToken) {
    make(3);
    for (const char* key : {"a", "b", "c"})
        fill(key, key);
    const std::uint64_t hash = hashKey("d");
    const Store::Token token = store->token(hash);
    calls();
    store->clear();
    EXPECT_TRUE(calls().empty()); // the policy hears of each as it is swept
    EXPECT_EQ(store->counters().keys, 0U);
    EXPECT_EQ(get("a"), std::nullopt);
    EXPECT_FALSE(fillWith("d", "stale", token));
    for (const char* key : {"d", "e", "f", "g"})
        EXPECT_TRUE(fill(key, key));
    EXPECT_EQ(store->counters().keys, 3U);
}

TEST_F(StoreTest, ReclaimsOnlyWhatHasExpiredAndNoMoreThanAsked) {
    make(300);
    for (int i = 0; i < 200; ++i)
        fill(std::to_string(i), "old");
    now += ttl / 2;
    fill("young", "1");
    EXPECT_EQ(store->reclaim(now, 1000), 0U);
    now += ttl / 2;
    EXPECT_EQ(store->reclaim(now, 0), 0U);
    EXPECT_EQ(store->reclaim(now, 150), 150U);
    EXPECT_EQ(store->counters().keys, 51U);
    EXPECT_EQ(store->reclaim(now, 1000), 50U);
    EXPECT_EQ(store->reclaim(now, 1000), 0U);
    EXPECT_EQ(get("young"), "1");
    EXPECT_EQ(store->counters().expirations, 200U);
}

TEST_F(StoreTest, FillsWhoseTimesOvertookEachOtherExpireInTheOrderOfStoring) {
    make(2);
    fill("a", "1");
    now -= milliseconds(10);
    fill("b", "1");
    now += milliseconds(10) + ttl - nanoseconds(1);
    EXPECT_EQ(get("b"), "1");
    now += nanoseconds(1);
    EXPECT_EQ(get("a"), std::nullopt);
    EXPECT_EQ(get("b"), std::nullopt);
    EXPECT_EQ(store->reclaim(now, 10), 2U);
}

TEST_F(StoreTest, EntryBeingSentOutlivesItsEviction) {
    make(1);
    fill("a", std::string(2000, 'v'));
    const EntryRef sending = look("a").entry;
    fill("b", "1");
    store->clear();
    store.reset();
    EXPECT_EQ(sending->value(), std::string(2000, 'v'));
}

TEST_F(StoreTest, CountsHitsMissesInsertionsAndBytes) {
    make(10);
    fill("a", "1");
    get("a");
    get("a");
    get("b");
    const Counters counters = store->counters();
    EXPECT_EQ(counters.hits, 2U);
    EXPECT_EQ(counters.misses, 1U);
    EXPECT_EQ(counters.insertions, 1U);
    EXPECT_EQ(counters.keys, 1U);
    EXPECT_EQ(counters.bytes, Blocks::footprint(1, 1));
}

TEST_F(StoreTest, FillTellsHowLongTheEntryWillBeServed) {
    make(10);
    now += std::chrono::microseconds(300);
    EXPECT_EQ(fill("a", "1"), ttl);
    EXPECT_EQ(fill("a", "2"), ttl);
    EXPECT_EQ(fill("b", "1", now + milliseconds(20)), milliseconds(20)); // 19.7, for it ends on a whole millisecond
    EXPECT_EQ(fill("b", "2", now + milliseconds(21)), milliseconds(21));
    EXPECT_EQ(fill("c", "1", now + 2 * ttl), ttl);
    EXPECT_EQ(look("b").remaining, milliseconds(21));
}

TEST_F(StoreTest, EntryIsServedUntilItsKeyEndsInRedisAndNotOneTickLonger) {
    make(10);
    fill("a", "1", now + milliseconds(20));
    now += milliseconds(20) - nanoseconds(1);
    EXPECT_EQ(get("a"), "1");
    EXPECT_EQ(look("a").remaining, milliseconds(1));
    now += nanoseconds(1);
    EXPECT_EQ(get("a"), std::nullopt);
    EXPECT_EQ(store->counters().keys, 1U);
    EXPECT_EQ(store->reclaim(now, 10), 1U);
    EXPECT_EQ(store->counters().keys, 0U);
}

TEST_F(StoreTest, ANewValueMayEndLaterOrEarlierThanTheFormerOne) {
    make(10);
    fill("a", "1", now + milliseconds(20));
    fill("a", "2");
    fill("b", "1");
    fill("b", "2", now + milliseconds(20));
    fill("c", "1", now + milliseconds(20));
    fill("c", "2", now + milliseconds(30));
    now += milliseconds(20);
    EXPECT_EQ(get("a"), "2");
    EXPECT_EQ(get("b"), std::nullopt);
    EXPECT_EQ(get("c"), "2");
    EXPECT_EQ(store->reclaim(now, 10), 1U);
    now += milliseconds(10);
    EXPECT_EQ(store->reclaim(now, 10), 1U);
    now += ttl;
    EXPECT_EQ(store->reclaim(now, 10), 1U);
}

TEST_F(StoreTest, KeyThatEndsByNowIsNotStoredAndEndsTheEntryThereWas) {
    make(10);
    EXPECT_EQ(fill("a", "1", now), std::nullopt);
    EXPECT_EQ(fill("a", "1", now - milliseconds(1)), std::nullopt);
    EXPECT_EQ(fill("a", "1", now + std::chrono::microseconds(999)), std::nullopt);
    EXPECT_TRUE(calls().empty());
    fill("a", "1");
    EXPECT_EQ(fill("a", "2", now), std::nullopt);
    EXPECT_EQ(get("a"), std::nullopt);
    EXPECT_THAT(calls(), ElementsAre("insert 0", "expired 0"));
    EXPECT_EQ(store->counters().lateFills, 4U);
}

TEST_F(StoreTest, ReclaimsAnEntryWhoseKeyHasEndedBeforeItEvictsALiveOne) {
    make(3);
    fill("a", "1");
    fill("b", "1", now + milliseconds(30));
    fill("c", "1", now + milliseconds(20));
    now += milliseconds(20);
    calls();
    fill("d", "1");
    EXPECT_THAT(calls(), ElementsAre("expired 2", "insert 2"));
    now += milliseconds(9);
    fill("e", "1");
    EXPECT_THAT(calls(), ElementsAre("victim 0", "insert 0"));
    now += milliseconds(1);
    fill("f", "1");
    EXPECT_THAT(calls(), ElementsAre("expired 1", "insert 1"));
}

TEST_F(StoreTest, ReclaimsManyKeysThatEndTogetherAndNoMoreThanAsked) {
    make(1000);
    for (int i = 0; i < 1000; ++i)
        fill(std::to_string(i), "", now + milliseconds(500) + milliseconds(i % 2));
    EXPECT_EQ(store->reclaim(now + milliseconds(499), 1000), 0U);
    EXPECT_EQ(store->reclaim(now + milliseconds(500), 150), 150U);
    EXPECT_EQ(store->reclaim(now + milliseconds(500), 1000), 350U);
    EXPECT_TRUE(store->check());
    EXPECT_EQ(store->reclaim(now + milliseconds(501), 1000), 500U);
    EXPECT_EQ(store->counters().expirations, 1000U);
}

TEST_F(StoreTest, DroppedGroupIsNotServedAndTheOthersAre) {
    make(10, 3);
    const std::string kept = keyOf(0);
    const std::string dropped = keyOf(1);
    fill(kept, "1");
    fill(dropped, "1", now + milliseconds(500));
    calls();
    store->drop(1);
    EXPECT_EQ(get(kept), "1");
    EXPECT_EQ(get(dropped), std::nullopt);
    EXPECT_FALSE(store->holds(dropped, hashKey(dropped), now));
    EXPECT_EQ(store->counters().keys, 1U);
    EXPECT_EQ(store->counters().dropped, 1U);
    EXPECT_EQ(store->counters().drops, 1U);
    EXPECT_EQ(store->counters().invalidations, 0U);
    EXPECT_THAT(calls(), ElementsAre("hits 0"));
}

TEST_F(StoreTest, DropVoidsTheTokensOfItsGroupOnly) {
    make(10, 3);
    const std::uint64_t kept = hashKey(keyOf(0));
    const std::uint64_t dropped = hashKey(keyOf(1));
    const Store::Token ofKept = store->token(kept);
    const Store::Token ofDropped = store->token(dropped);
    store->drop(1);
    EXPECT_TRUE(store->valid(kept, ofKept));
    EXPECT_FALSE(store->valid(dropped, ofDropped));
    EXPECT_FALSE(fillWith(keyOf(1), "stale", ofDropped));
    EXPECT_TRUE(fillWith(keyOf(0), "1", ofKept));
}

TEST_F(StoreTest, WhatIsFilledAfterADropIsServedThoughTheClockStandsStill) {
    make(10);
    fill("a", "1");
    store->drop(0);
    fill("a", "2");
    fill("b", "2");
    EXPECT_EQ(get("a"), "2");
    EXPECT_EQ(get("b"), "2");
    store->drop(0);
    store->drop(0);
    now -= milliseconds(5); // a fill that was overtaken
    fill("c", "3");
    EXPECT_EQ(get("a"), std::nullopt);
    EXPECT_EQ(get("b"), std::nullopt);
    EXPECT_EQ(get("c"), "3");
}

TEST_F(StoreTest, DroppedEntryOfTheSameKeyIsRemovedAndNotReplaced) {
    make(10);
    fill("a", "1");
    store->drop(0);
    calls();
    fill("a", "2");
    EXPECT_THAT(calls(), ElementsAre("deleted 0", "insert 0"));
    EXPECT_EQ(store->counters().insertions, 2U);
    EXPECT_EQ(store->counters().invalidations, 1U);
    EXPECT_EQ(store->counters().dropped, 0U);
}

TEST_F(StoreTest, InvalidatingADroppedEntryReclaimsIt) {
    make(10);
    fill("a", "1");
    store->drop(0);
    invalidate("a");
    EXPECT_EQ(store->counters().dropped, 0U);
    EXPECT_EQ(store->counters().invalidations, 1U);
    EXPECT_EQ(store->sweep(10), 0U);
}

TEST_F(StoreTest, GivesUpADroppedEntryBeforeALiveOneWhereverItLies) {
    make(5, 2);
    for (int i = 0; i < 4; ++i)
        fill(keyOf(0, i), "1");
    fill(keyOf(1), "1");
    store->drop(1);
    calls();
    fill(keyOf(0, 4), "1");
    EXPECT_THAT(calls(), ElementsAre("deleted 4", "insert 4"));
    fill(keyOf(0, 5), "1");
    EXPECT_THAT(calls(), ElementsAre("victim 0", "insert 0"));
}

TEST_F(StoreTest, ADroppedEntryThatIsThePolicysVictimIsNoEviction) {
    make(200, 2);
    for (int i = 0; i < 100; ++i)
        fill(keyOf(0, i), "1");
    fill(keyOf(1), "1"); // in slot 100: beyond those that are looked at for one fill
    for (int i = 101; i < 200; ++i)
        fill(keyOf(0, i), "1");
    for (int i = 0; i < 100; ++i)
        invalidate(keyOf(0, i));
    for (int i = 0; i < 100; ++i)
        fill(keyOf(0, i), "1");
    store->drop(1);
    calls();
    const std::uint64_t invalidations = store->counters().invalidations;
    fill(keyOf(0, 200), "1");
    EXPECT_THAT(calls(), ElementsAre("victim 100", "insert 100"));
    EXPECT_EQ(store->counters().evictions, 0U);
    EXPECT_EQ(store->counters().invalidations, invalidations + 1);
    EXPECT_EQ(store->counters().dropped, 0U);
}

TEST_F(StoreTest, SweepReclaimsWhatWasDroppedAndNoMoreThanAsked) {
    make(1000, 2);
    for (int i = 0; i < 200; ++i) {
        fill(keyOf(0, i), "1");
        fill(keyOf(1, i), "1");
    }
    EXPECT_EQ(store->sweep(1000), 0U);
    store->drop(1);
    EXPECT_EQ(store->sweep(0), 0U);
    EXPECT_EQ(store->sweep(150), 150U);
    EXPECT_TRUE(store->check());
    EXPECT_EQ(store->counters().dropped, 50U);
    EXPECT_EQ(store->sweep(1000), 50U);
    EXPECT_EQ(store->sweep(1000), 0U);
    EXPECT_EQ(store->counters().keys, 200U);
    EXPECT_EQ(store->counters().invalidations, 200U);
    EXPECT_EQ(get(keyOf(0, 7)), "1");
}

TEST_F(StoreTest, SweepGoesOnWhereItWasWhenMoreIsDropped) {
    make(300);
    for (int round = 0; round < 10; ++round) {
        for (int i = 0; i < 300; ++i)
            fill(std::to_string(i), "1");
        store->drop(0);
        EXPECT_EQ(store->sweep(7), 7U);
    }
    store->sweep(1000);
    EXPECT_EQ(store->counters().dropped, 0U);
    EXPECT_EQ(store->counters().bytes, 0U);
}

TEST_F(StoreTest, ExpiredEntryThatWasDroppedIsReclaimedByEither) {
    make(10);
    fill("a", "1");
    fill("b", "1", now + milliseconds(10));
    store->drop(0);
    now += ttl;
    EXPECT_EQ(store->reclaim(now, 1), 1U);
    EXPECT_EQ(store->counters().dropped, 1U);
    EXPECT_EQ(store->sweep(10), 1U);
    EXPECT_EQ(store->reclaim(now, 10), 0U);
    EXPECT_EQ(store->counters().invalidations, 2U);
    EXPECT_EQ(store->counters().expirations, 0U);
}

TEST_F(StoreTest, DroppingAnEmptyGroupDropsNothing) {
    make(10, 3);
    fill(keyOf(0), "1");
    store->drop(1);
    EXPECT_EQ(store->counters().dropped, 0U);
    EXPECT_EQ(get(keyOf(0)), "1");
}

TEST_F(StoreTest, ClearDropsEveryGroup) {
    make(10, 3);
    for (unsigned group = 0; group < 3; ++group)
        fill(keyOf(group), "1");
    store->clear();
    for (unsigned group = 0; group < 3; ++group)
        EXPECT_EQ(get(keyOf(group)), std::nullopt);
    EXPECT_EQ(store->counters().dropped, 3U);
    EXPECT_EQ(store->counters().clears, 1U);
    EXPECT_EQ(store->counters().drops, 0U);
    EXPECT_EQ(store->sweep(10), 3U);
    EXPECT_EQ(store->counters().bytes, 0U);
}

TEST_F(StoreTest, HitsOfADisconnectedGroupSaySo) {
    make(10, 2);
    const std::string here = keyOf(0);
    const std::string away = keyOf(1);
    fill(here, "1");
    fill(away, "1");
    store->setConnected(1, false);
    EXPECT_FALSE(look(here).disconnected);
    Lookup lookup = look(away);
    EXPECT_TRUE(lookup.disconnected);
    EXPECT_TRUE(lookup.found);
    EXPECT_FALSE(look(keyOf(1, 1)).disconnected); // a miss
    store->setConnected(1, true);
    store->find({&lookup, 1}, buffer, now);
    EXPECT_FALSE(lookup.disconnected);
    store->setConnected(1, false);
    store->peek(lookup, buffer, now);
    EXPECT_TRUE(lookup.disconnected);
    invalidate(away);
    store->find({&lookup, 1}, buffer, now);
    EXPECT_FALSE(lookup.disconnected); // a look-up used again forgets it
}

TEST_F(StoreTest, PeekTellsWhatFindTellsAndCountsNothing) {
    make(10);
    fill("a", "1", now + milliseconds(50));
    calls();
    now += milliseconds(20);
    Lookup lookup{"a", hashKey("a")};
    store->peek(lookup, buffer, now);
    EXPECT_EQ(lookup.value, "1");
    EXPECT_EQ(lookup.age, milliseconds(20));
    EXPECT_EQ(lookup.remaining, milliseconds(30));
    EXPECT_TRUE(store->holds("a", hashKey("a"), now));
    now += milliseconds(30);
    store->peek(lookup, buffer, now);
    EXPECT_FALSE(lookup.found);
    EXPECT_EQ(store->counters().hits + store->counters().misses, 0U);
    EXPECT_TRUE(calls().empty());
}

TEST_F(StoreTest, NotesTheKeyOfEverySoManyHits) {
    make(10);
    for (const char* key : {"a", "b", "c", "d"})
        fill(key, key);
    get("a");
    EXPECT_TRUE(store->takeSamples().empty()); // off at the start
    store->sampleHits(3);
    std::array<Lookup, 5> batch;
    const std::array<const char*, 5> keys{"a", "x", "b", "c", "d"}; // c is the third hit
    for (std::size_t i = 0; i < keys.size(); ++i)
        batch[i] = {keys[i], hashKey(keys[i])};
    store->find(batch, buffer, now);
    get("a");
    get("x");
    get("b"); // the sixth
    EXPECT_THAT(store->takeSamples(), UnorderedElementsAre("b", "c"));
    EXPECT_TRUE(store->takeSamples().empty());
    get("a");
    get("a");
    get("d");
    EXPECT_THAT(store->takeSamples(), ElementsAre("d"));
    store->sampleHits(0);
    for (int i = 0; i < 10; ++i)
        get("a");
    EXPECT_TRUE(store->takeSamples().empty());
}

TEST_F(StoreTest, SamplesAreEachKeyOnceAndOnlyWhatIsStillHeldAsItWas) {
    make(10);
    for (const char* key : {"gone", "new", "held", "taken"})
        fill(key, "1");
    store->sampleHits(1);
    for (const char* key : {"gone", "held", "new", "taken", "held"})
        get(key);
    invalidate("gone");
    invalidate("taken");
    now += milliseconds(1);
    fill("another", "1"); // in the slot of one of the two
    fill("new", "2");     // was fetched, and so touched
    EXPECT_THAT(store->takeSamples(), ElementsAre("held"));
}

TEST_F(StoreTest, NotesSoManySamplesAtMost) {
    make(1000);
    std::vector<std::string> keys;
    for (int i = 0; i < 1000; ++i)
        keys.push_back(std::to_string(i));
    std::vector<Lookup> batch;
    for (const std::string& key : keys) {
        fill(key, key);
        batch.push_back({key, hashKey(key)});
    }
    store->sampleHits(2);
    store->find(batch, buffer, now);
    EXPECT_EQ(store->takeSamples().size(), 128U);
    store->find(std::span(batch).first(20), buffer, now);
    EXPECT_EQ(store->takeSamples().size(), 10U);
}

class WrongPolicy final : public RecordingPolicy {
  public:
    using RecordingPolicy::RecordingPolicy;
    [[nodiscard]] Slot victim(std::uint64_t /*incomingKeyHash*/) noexcept override { return 5; }
};

TEST_F(StoreTest, APolicyThatNamesNoSlotOfTheCacheEndsTheProcess) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    Store wrong({1, ttl}, std::make_unique<WrongPolicy>(record));
    const std::uint64_t a = hashKey("a");
    const std::uint64_t b = hashKey("b");
    ASSERT_TRUE(wrong.fill({.key = "a", .hash = a, .token = wrong.token(a)}, now));
    EXPECT_DEATH(wrong.fill({.key = "b", .hash = b, .token = wrong.token(b)}, now), "victim that is not in the cache");
}

} // namespace
