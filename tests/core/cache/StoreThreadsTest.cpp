#include "cache/Store.h"

#include "RecordingPolicy.h"
#include "cache/KeyHash.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <random>
#include <string>
#include <thread>
#include <vector>

using namespace nearcache;
using std::chrono::milliseconds;

namespace {

/// A key, and a number that stands for its value in Redis.
struct Key {
    std::string name;
    std::uint64_t hash = 0;
    std::atomic<std::uint64_t> truth{0};
    std::atomic<std::uint64_t> announced{0}; ///< the newest value whose invalidation the store has had
};

/// Threads that read, fetch, change, drop, reclaim, sweep and clear the keys of one store. What is checked: once the
/// store was told of a change, no reader sees an older value, however fetches and changes overtake each other.
class StoreThreads : public testing::TestWithParam<unsigned> {
  protected:
    /// Few, so that threads meet: a check of the token outside of the lock is caught in nearly every run.
    static constexpr std::size_t keyCount = 4;
    static constexpr std::size_t batchSize = 8;
    static constexpr int rounds = 10000;

    StoreThreads() {
        for (std::size_t i = 0; i < keyCount; ++i) {
            keys[i].name = "key:" + std::to_string(i);
            keys[i].hash = hashKey(keys[i].name);
        }
    }

    [[nodiscard]] Store::Time now() const { return Store::Time(milliseconds(time.load())); }

    /// Goes on until all that is to overtake each other has done so.
    void read(unsigned seed) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        std::mt19937 random(seed);
        for (int round = 0; round < rounds || (!raced() && std::chrono::steady_clock::now() < deadline); ++round)
            readBatch(random);
    }

    [[nodiscard]] bool raced() const {
        const Counters counters = store.counters();
        return counters.hits > 0 && counters.invalidations > 0 && counters.staleFills > 0 && counters.clears > 0 &&
               counters.drops > 0 && counters.expirations > 0;
    }

    void readBatch(std::mt19937& random) {
        LookupBuffer buffer;
        std::array<Lookup, batchSize> batch;
        std::array<Key*, batchSize> asked{};
        std::array<std::uint64_t, batchSize> least{};
        for (std::size_t i = 0; i < batchSize; ++i) {
            asked[i] = &keys[random() % keyCount];
            batch[i] = {asked[i]->name, asked[i]->hash};
            least[i] = asked[i]->announced.load();
        }
        store.find(batch, buffer, now());
        for (std::size_t i = 0; i < batchSize; ++i) {
            if (!batch[i].found)
                fetch(*asked[i]);
            else if (std::stoull(std::string(batch[i].value)) < least[i])
                ++staleReads;
        }
    }

    void fetch(const Key& key) {
        const Store::Token token = store.token(key.hash);
        const std::string value = std::to_string(key.truth.load());
        std::this_thread::yield(); // room for a change while the reply is under way
        const Store::Time endsAt = value.back() % 2 == 0 ? Store::Time::max() : now() + milliseconds(5);
        store.fill({.key = key.name, .hash = key.hash, .value = value, .token = token, .keyEndsAt = endsAt}, now());
    }

    void change(unsigned seed) {
        std::mt19937 random(seed);
        while (!readersAreDone) {
            Key& key = keys[random() % keyCount];
            const std::uint64_t value = ++key.truth;
            if (random() % 16 == 0)
                store.drop(store.groupOf(key.hash));
            else
                store.invalidate(key.name, key.hash);
            raise(key.announced, value);
            std::this_thread::yield();
        }
    }

    static void raise(std::atomic<std::uint64_t>& number, std::uint64_t to) {
        std::uint64_t before = number.load();
        while (before < to && !number.compare_exchange_weak(before, to)) {
        }
    }

    void maintain() {
        for (int round = 0; !readersAreDone; ++round) {
            ++time;
            store.reclaim(now(), 10);
            store.sweep(10);
            store.setConnected(0, round % 2 == 0);
            store.sampleHits(round % 5);
            EXPECT_LE(store.takeSamples().size(), keyCount);
            if (round % 200 == 0)
                store.clear();
            EXPECT_LE(store.counters().keys, keyCount / 2);
            std::this_thread::yield();
        }
    }

    std::array<Key, keyCount> keys;
    std::atomic<int> time{0}; ///< in milliseconds
    Store store{{.capacity = keyCount / 2, .ttl = milliseconds(50), .groups = 2, .readers = GetParam()},
                std::make_unique<FifoPolicy>()};
    std::atomic<int> staleReads{0};
    std::atomic<bool> readersAreDone{false};
};

TEST_P(StoreThreads, NoReaderSeesAValueOlderThanAnAnnouncedChange) {
    std::vector<std::thread> readers;
    std::vector<std::thread> others;
    for (unsigned seed = 0; seed < 2; ++seed) {
        readers.emplace_back([this, seed] { read(seed); });
        others.emplace_back([this, seed] { change(seed); });
    }
    others.emplace_back([this] { maintain(); });
    for (std::thread& reader : readers)
        reader.join();
    readersAreDone = true;
    for (std::thread& other : others)
        other.join();

    EXPECT_EQ(staleReads.load(), 0);
    EXPECT_TRUE(raced());
    EXPECT_TRUE(store.check());
}

/// Made for one reader, and so with one lock; for two; and for more than there are.
INSTANTIATE_TEST_SUITE_P(Readers, StoreThreads, testing::Values(1, 2, 5));

} // namespace
