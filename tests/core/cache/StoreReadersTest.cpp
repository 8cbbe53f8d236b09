/// What the policy hears, and what is counted, where several threads look up at once.

#include "cache/Store.h"

#include "RecordingPolicy.h"
#include "cache/KeyHash.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace nearcache;

namespace {

class StoreReaders : public testing::Test {
  protected:
    void fill(const std::string& key) {
        const std::uint64_t hash = hashKey(key);
        store.fill({.key = key, .hash = hash, .value = "value", .token = store.token(hash)}, now);
    }

    void find(const std::vector<std::string>& keys) {
        LookupBuffer buffer;
        std::vector<Lookup> batch;
        for (const std::string& key : keys)
            batch.push_back({key, hashKey(key)});
        store.find(batch, buffer, now);
    }

    void findElsewhere(const std::vector<std::string>& keys) {
        std::thread([&] { find(keys); }).join();
    }

    /// Since the last call.
    std::vector<std::string> calls() { return std::exchange(record.calls, {}); }

    const Store::Time now{std::chrono::hours(1)};
    RecordingPolicy::Record record;
    Store store{{.capacity = 3, .ttl = std::chrono::hours(1), .readers = 2}, std::make_unique<RecordingPolicy>(record)};
};

TEST_F(StoreReaders, ThePolicyHearsOfAllHitsInTheirOrderBeforeItIsAskedForAVictim) {
    for (const char* key : {"a", "b", "c"})
        fill(key);
    static_cast<void>(calls());
    find({"b", "x", "a"});
    findElsewhere({"c", "b"});
    find({"a"});
    fill("d");
    EXPECT_EQ(calls(), (std::vector<std::string>{"hits 1 0 2 1 0", "victim 0", "insert 0"}));
}

TEST_F(StoreReaders, ThePolicyHearsOfAHitBeforeItsSlotIsEmptied) {
    fill("a");
    static_cast<void>(calls());
    findElsewhere({"a"});
    store.invalidate("a", hashKey("a"));
    EXPECT_EQ(calls(), (std::vector<std::string>{"hits 0", "deleted 0"}));

    fill("b");
    static_cast<void>(calls());
    find({"b"});
    store.reclaim(now + std::chrono::hours(2), 1);
    EXPECT_EQ(calls(), (std::vector<std::string>{"hits 0", "expired 0"}));

    fill("c");
    static_cast<void>(calls());
    find({"c"});
    store.clear();
    store.sweep(1);
    EXPECT_EQ(calls(), (std::vector<std::string>{"hits 0", "deleted 0"}));
}

TEST_F(StoreReaders, ThePolicyHearsOfHitsBeforeTheirValueIsReplaced) {
    fill("a");
    fill("b");
    static_cast<void>(calls());
    findElsewhere({"a"});
    fill("b");
    EXPECT_EQ(calls(), (std::vector<std::string>{"hits 0", "hits 1"}));
}

/// However long nothing is written, a bounded number of hits waits to be told.
TEST_F(StoreReaders, ThePolicyHearsOfHitsWithoutAnyWrite) {
    fill("a");
    static_cast<void>(calls());
    for (std::size_t i = 0; i < HitLog::room; ++i)
        find({"a"});
    EXPECT_FALSE(calls().empty());
}

TEST_F(StoreReaders, HitsOfAllThreadsAreCounted) {
    fill("a");
    find({"a", "x"});
    findElsewhere({"a", "a", "y", "z"});
    findElsewhere(std::vector<std::string>(1'000, "a"));
    EXPECT_EQ(store.counters().hits, 1'003U);
    EXPECT_EQ(store.counters().misses, 3U);
}

TEST_F(StoreReaders, HitsOfAllThreadsAreSampled) {
    for (const char* key : {"a", "b", "c"})
        fill(key);
    find({"a"});
    store.sampleHits(2); // of the hits from now on
    find({"a", "b", "a"});
    findElsewhere({"c"});
    EXPECT_EQ(store.takeSamples(), (std::vector<std::string>{"b", "c"}));
}

TEST_F(StoreReaders, AStoreIsMadeForOneReaderAtLeast) {
    const Store::Settings none{.capacity = 1, .ttl = std::chrono::hours(1), .readers = 0};
    EXPECT_THROW(Store(none, std::make_unique<FifoPolicy>()), std::invalid_argument);
}

} // namespace
