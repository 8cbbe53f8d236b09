#include "cache/Store.h"

#include "RecordingPolicy.h"
#include "cache/KeyHash.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <stdexcept>
#include <string>

using namespace nearcache;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using testing::ElementsAre;

namespace {

constexpr milliseconds ttl(1000);

class StoreTest : public testing::Test {
  protected:
    void make(std::uint32_t capacity) {
        store = std::make_unique<Store>(Store::Settings{capacity, ttl}, std::make_unique<RecordingPolicy>(record));
    }

    std::optional<milliseconds> fill(std::string_view key, std::string_view value,
                                     Store::Time endsAt = Store::Time::max()) {
        const std::uint64_t hash = hashKey(key);
        return store->fill(Entry::make(key, value), hash, store->token(hash), now, endsAt);
    }

    Lookup look(std::string_view key) {
        Lookup lookup{key, hashKey(key)};
        store->find({&lookup, 1}, now);
        return lookup;
    }

    std::optional<std::string> get(std::string_view key) {
        const Lookup lookup = look(key);
        return lookup.entry ? std::optional(std::string(lookup.entry->value())) : std::nullopt;
    }

    void invalidate(std::string_view key) { store->invalidate(key, hashKey(key)); }

    std::vector<std::string> calls() { return std::exchange(record.calls, {}); }

    void TearDown() override { EXPECT_TRUE(!store || store->check()); }

    RecordingPolicy::Record record;
    std::unique_ptr<Store> store;
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
    store->find(batch, now);
    EXPECT_THAT(calls(), ElementsAre("hits 2 0 2 1"));
    EXPECT_EQ(batch[0].entry->value(), "c");
    EXPECT_FALSE(batch[1].entry);
    EXPECT_EQ(batch[4].entry->value(), "b");
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
    store->find(batch, now);
    std::string told;
    for (const std::string& call : calls())
        told += call.substr(4);
    std::string expected;
    for (const Lookup& lookup : batch) {
        ASSERT_TRUE(lookup.entry);
        EXPECT_EQ(lookup.entry->value(), lookup.key);
        expected += ' ' + std::string(lookup.key); // key i went into slot i
    }
    EXPECT_EQ(told, expected);
}

TEST_F(StoreTest, ALookupUsedAgainForgetsItsFormerEntry) {
    make(10);
    fill("a", "1");
    Lookup lookup = look("a");
    ASSERT_TRUE(lookup.entry);
    invalidate("a");
    store->find({&lookup, 1}, now);
    EXPECT_FALSE(lookup.entry);
}

TEST_F(StoreTest, MissesAndEmptyBatchesAreNoneOfThePolicysBusiness) {
    make(10);
    get("a");
    store->find({}, now);
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
    EXPECT_FALSE(store->fill(Entry::make("a", "stale"), hash, token, now));
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
    EXPECT_FALSE(store->fill(Entry::make("a", "stale"), hash, token, now));
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
    EXPECT_FALSE(store->fill(Entry::make("d", "stale"), hash, token, now));
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
    fill("a", std::string(1000, 'v'));
    const EntryRef sending = look("a").entry;
    fill("b", "1");
    store->clear();
    store.reset();
    EXPECT_EQ(sending->value(), std::string(1000, 'v'));
}

TEST_F(StoreTest, CountsHitsMissesInsertionsAndBytes) {
    make(10);
    const EntryRef entry = Entry::make("a", "1");
    fill("a", "1");
    get("a");
    get("a");
    get("b");
    const Counters counters = store->counters();
    EXPECT_EQ(counters.hits, 2U);
    EXPECT_EQ(counters.misses, 1U);
    EXPECT_EQ(counters.insertions, 1U);
    EXPECT_EQ(counters.keys, 1U);
    EXPECT_EQ(counters.bytes, entry->footprint());
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
    ASSERT_TRUE(wrong.fill(Entry::make("a", ""), a, wrong.token(a), now));
    EXPECT_DEATH(wrong.fill(Entry::make("b", ""), b, wrong.token(b), now), "victim that is not in the cache");
}

} // namespace
