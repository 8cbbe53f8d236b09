/// LRU is strict whichever thread reads: threads that take turns, against a list by use; and threads side by side,
/// whose hits must reach the policy in an order that each of them agrees with.

#include "cache/KeyHash.h"
#include "cache/Store.h"
#include "lru/Lru.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

using namespace nearcache;

namespace {

const Store::Time now{std::chrono::hours(1)};

std::string keyName(std::uint64_t number) {
    return "key:" + std::to_string(number);
}

void fill(Store& store, const std::string& key) {
    const std::uint64_t hash = hashKey(key);
    store.fill({.key = key, .hash = hash, .value = key, .token = store.token(hash)}, now);
}

/// The hashes of those that were found, in their order.
std::vector<std::uint64_t> find(Store& store, const std::vector<std::string>& keys) {
    LookupBuffer buffer;
    std::vector<Lookup> batch;
    for (const std::string& key : keys)
        batch.push_back({key, hashKey(key)});
    store.find(batch, buffer, now);
    std::vector<std::uint64_t> hits;
    for (const Lookup& lookup : batch) {
        if (lookup.found)
            hits.push_back(lookup.hash);
    }
    return hits;
}

/// A thread that does one thing at a time while the caller waits.
class Helper {
  public:
    Helper() : _thread([this] { work(); }) {}
    Helper(const Helper&) = delete;
    Helper& operator=(const Helper&) = delete;
    ~Helper() {
        run({});
        _thread.join();
    }

    void run(std::function<void()> task) {
        std::unique_lock lock(_mutex);
        _task = std::move(task);
        _asked = true;
        _changed.notify_one();
        _changed.wait(lock, [this] { return !_asked; });
    }

  private:
    void work() {
        std::unique_lock lock(_mutex);
        for (bool more = true; more; _changed.notify_one()) {
            _changed.wait(lock, [this] { return _asked; });
            more = bool(_task);
            if (more)
                _task();
            _asked = false;
        }
    }

    std::mutex _mutex;
    std::condition_variable _changed;
    std::function<void()> _task;
    bool _asked = false;
    std::thread _thread; ///< last: it uses the others
};

/// Does the same to a store, by threads that take turns, and to a list of keys by use.
class Turns {
  public:
    Turns(std::uint32_t capacity, unsigned seed)
        : _capacity(capacity), _keys(2 * capacity + 1),
          _store({.capacity = capacity, .ttl = std::chrono::hours(1), .readers = 3}, std::make_unique<Lru>(capacity)),
          _random(seed) {}

    void step() {
        Helper& thread = _threads[_random() % _threads.size()];
        const unsigned what = _random() % 8;
        if (what == 0)
            thread.run([this] { invalidate(anyKey()); });
        else if (what < 3)
            thread.run([this] { fillOne(anyKey()); });
        else
            thread.run([this] { findSome(); });
    }

    /// Looks without using.
    void compare() {
        for (std::size_t i = 0; i < _keys; ++i) {
            const std::string key = keyName(i);
            ASSERT_EQ(_store.holds(key, hashKey(key), now), std::ranges::count(_byUse, key) == 1) << key;
        }
        ASSERT_TRUE(_store.check());
    }

  private:
    [[nodiscard]] std::string anyKey() { return keyName(_random() % _keys); }

    void use(const std::string& key) {
        _byUse.remove(key);
        _byUse.push_front(key);
    }

    void invalidate(const std::string& key) {
        _store.invalidate(key, hashKey(key));
        _byUse.remove(key);
    }

    void fillOne(const std::string& key) {
        fill(_store, key);
        use(key);
        if (_byUse.size() > _capacity)
            _byUse.pop_back();
    }

    void findSome() {
        std::vector<std::string> keys(1 + _random() % 6);
        std::vector<std::uint64_t> wanted;
        for (std::string& key : keys) {
            key = anyKey();
            if (std::ranges::count(_byUse, key) == 0)
                continue;
            wanted.push_back(hashKey(key));
            use(key);
        }
        EXPECT_EQ(find(_store, keys), wanted);
    }

    std::uint32_t _capacity;
    std::size_t _keys;
    Store _store;
    std::list<std::string> _byUse;
    std::mt19937 _random;
    std::array<Helper, 3> _threads;
};

TEST(LruReaders, TheKeyEvictedIsTheOneReadLongestAgoWhicheverThreadReadIt) {
    for (const std::uint32_t capacity : {1U, 2U, 3U, 4U, 7U, 20U}) {
        for (unsigned seed = 0; seed < 4; ++seed) {
            Turns turns(capacity, seed);
            for (int step = 0; step < 400; ++step) {
                turns.step();
                turns.compare();
                ASSERT_FALSE(testing::Test::HasFailure()) << "capacity " << capacity << ", seed " << seed;
            }
        }
    }
}

/// More hits than wait for the policy, by threads in turn, and then one key more.
TEST(LruReaders, NoHitIsForgottenHoweverManyThereAre) {
    for (std::size_t rounds = HitLog::room - 3; rounds < HitLog::room + 3; ++rounds) {
        Store store({.capacity = 3, .ttl = std::chrono::hours(1), .readers = 2}, std::make_unique<Lru>(3));
        for (const char* key : {"a", "b", "c"})
            fill(store, key);
        Helper other;
        for (std::size_t round = 0; round < rounds; ++round) {
            find(store, {"b"});
            other.run([&] { find(store, {"c", "a"}); });
        }
        fill(store, "d");
        EXPECT_EQ(find(store, {"a", "b", "c", "d"}).size(), 3U);
        EXPECT_FALSE(store.holds("b", hashKey("b"), now));
    }
}

/// LRU as it would be written without a thought for speed, which checks the real one's victims, and that slots hit are
/// slots in use; and keeps the hits by the reader whose key it was.
class CheckedLru final : public Policy {
  public:
    using Hits = std::vector<std::vector<std::uint64_t>>; ///< hashes, by reader

    CheckedLru(std::uint32_t capacity, const std::map<std::uint64_t, std::size_t>& readerOf, Hits& hits)
        : _lru(capacity), _readerOf(readerOf), _hits(hits) {}

    void onHits(std::span<const Slot> slots) noexcept override {
        _lru.onHits(slots);
        for (const Slot slot : slots) {
            if (!_held.contains(slot)) {
                ADD_FAILURE() << "a hit of an empty slot";
                continue;
            }
            _hits[_readerOf.at(_held[slot])].push_back(_held[slot]);
            _byUse.remove(slot);
            _byUse.push_front(slot);
        }
    }

    void onInsert(Slot slot, std::uint64_t keyHash) noexcept override {
        _lru.onInsert(slot, keyHash);
        EXPECT_TRUE(_held.emplace(slot, keyHash).second);
        _byUse.push_front(slot);
    }

    void onRemove(Slot slot, std::uint64_t keyHash, Removal why) noexcept override {
        _lru.onRemove(slot, keyHash, why);
        forget(slot);
    }

    [[nodiscard]] Slot victim(std::uint64_t incomingKeyHash) noexcept override {
        const Slot slot = _lru.victim(incomingKeyHash);
        EXPECT_EQ(slot, _byUse.back());
        forget(slot);
        return slot;
    }

    void clear() noexcept override {}
    [[nodiscard]] bool check() const noexcept override { return _lru.check(); }

  private:
    void forget(Slot slot) {
        _held.erase(slot);
        _byUse.remove(slot);
    }

    Lru _lru;
    std::map<Slot, std::uint64_t> _held;
    std::list<Slot> _byUse;
    const std::map<std::uint64_t, std::size_t>& _readerOf;
    Hits& _hits;
};

/// Readers with keys of their own, which they fill when they miss, and change now and then; and what each has hit.
class SideBySide {
  public:
    static constexpr std::size_t readers = 3;
    static constexpr std::size_t keysEach = 12;

    SideBySide(std::uint32_t capacity, unsigned stripes)
        : _readerOf(owners()), _told(readers), _hit(readers),
          _store({.capacity = capacity, .ttl = std::chrono::hours(1), .readers = stripes},
                 std::make_unique<CheckedLru>(capacity, _readerOf, _told)) {}

    void run(int rounds) {
        std::vector<std::thread> threads;
        for (std::size_t reader = 0; reader < readers; ++reader)
            threads.emplace_back([this, reader, rounds] { read(reader, rounds); });
        for (std::thread& thread : threads)
            thread.join();
        _store.invalidate("none", hashKey("none")); // the policy hears of all hits before
    }

    void compare() {
        std::size_t hits = 0;
        for (std::size_t reader = 0; reader < readers; ++reader) {
            EXPECT_EQ(_told[reader], _hit[reader]) << "reader " << reader;
            hits += _hit[reader].size();
        }
        EXPECT_EQ(_store.counters().hits, hits);
        EXPECT_GT(hits, 0U);
        EXPECT_TRUE(_store.check());
    }

  private:
    [[nodiscard]] static std::string keyOf(std::size_t reader, std::size_t number) {
        return keyName(reader * keysEach + number);
    }

    [[nodiscard]] static std::map<std::uint64_t, std::size_t> owners() {
        std::map<std::uint64_t, std::size_t> owners;
        for (std::size_t i = 0; i < readers * keysEach; ++i)
            owners[hashKey(keyName(i))] = i / keysEach;
        return owners;
    }

    void read(std::size_t reader, int rounds) {
        std::mt19937 random(static_cast<unsigned>(reader));
        for (int round = 0; round < rounds; ++round) {
            std::vector<std::string> keys(1 + random() % 8);
            for (std::string& key : keys)
                key = keyOf(reader, random() % keysEach);
            const std::vector<std::uint64_t> hits = find(_store, keys);
            _hit[reader].insert(_hit[reader].end(), hits.begin(), hits.end());
            if (const std::string key = keyOf(reader, random() % keysEach); random() % 16 == 0)
                _store.invalidate(key, hashKey(key));
            if (const std::string& key = keys.front(); random() % 4 == 0 && !_store.holds(key, hashKey(key), now))
                fill(_store, key);
        }
    }

    std::map<std::uint64_t, std::size_t> _readerOf;
    CheckedLru::Hits _told;
    CheckedLru::Hits _hit;
    Store _store;
};

TEST(LruReaders, ThePolicyHearsOfEveryHitOnceInTheOrderOfItsReader) {
    for (const std::uint32_t capacity : {1U, 2U, 3U, 10U, 30U}) {
        for (const unsigned stripes : {1U, 2U, 3U}) {
            SideBySide readers(capacity, stripes);
            readers.run(4'000);
            readers.compare();
            ASSERT_FALSE(testing::Test::HasFailure()) << "capacity " << capacity << ", " << stripes << " stripes";
        }
    }
}

} // namespace
