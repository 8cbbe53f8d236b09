#include "LruStoreModel.h"
#include "cache/KeyHash.h"
#include "lru/Lru.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <set>
#include <string>
#include <vector>

using namespace nearcache;
using std::chrono::microseconds;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds ttl(100);

/// Names of keys that share no version counter: the model counts by key.
std::vector<std::string> keyNames(std::size_t count) {
    std::vector<std::string> names;
    std::set<std::uint64_t> counters;
    for (int i = 0; names.size() < count; ++i) {
        std::string name = "key:" + std::to_string(i);
        if (counters.insert(hashKey(name) % 65'536).second)
            names.push_back(std::move(name));
    }
    return names;
}

/// Does the same to a store and to the model, and compares all that can be seen from outside.
class Comparison {
  public:
    Comparison(std::uint32_t capacity, unsigned seed)
        : _settings{capacity, ttl}, _store(_settings, std::make_unique<Lru>(capacity)), _model(_settings),
          _names(keyNames(2 * capacity + 2)), _random(seed) {}

    void step() {
        _now += microseconds(1 + random(random(20) == 0 ? 60'000 : 2'000));
        switch (random(16)) {
        case 0: return invalidate();
        case 1: return reclaim();
        case 2: return random(10) == 0 ? clear() : find();
        case 3:
        case 4:
        case 5: return beginFetch();
        case 6:
        case 7:
        case 8: return endFetch();
        case 9:
        case 10: return beginFetch(), endFetch();
        default: return find();
        }
    }

    void compareCounters() {
        const Counters got = _store.counters();
        const Counters& wanted = _model.counters();
        EXPECT_EQ(got.keys, wanted.keys);
        EXPECT_EQ(got.bytes, wanted.bytes);
        EXPECT_EQ(got.hits, wanted.hits);
        EXPECT_EQ(got.misses, wanted.misses);
        EXPECT_EQ(got.insertions, wanted.insertions);
        EXPECT_EQ(got.replacements, wanted.replacements);
        EXPECT_EQ(got.evictions, wanted.evictions);
        EXPECT_EQ(got.expirations, wanted.expirations);
        EXPECT_EQ(got.invalidations, wanted.invalidations);
        EXPECT_EQ(got.clears, wanted.clears);
        EXPECT_EQ(got.staleFills, wanted.staleFills);
        EXPECT_EQ(got.refusedFills, 0U);
        EXPECT_TRUE(_store.check());
    }

    /// Reads every key, in an order of its own.
    void compareContents() {
        for (const std::string& name : _names)
            find({&name, 1});
    }

  private:
    struct Fetch {
        std::string key;
        std::string value;
        Store::Token token;
        std::uint64_t modelToken;
    };

    std::size_t random(std::size_t below) { return _random() % below; }
    const std::string& anyKey() { return _names[random(_names.size())]; }

    void find() {
        std::vector<std::string> keys(1 + random(6));
        for (std::string& key : keys)
            key = anyKey();
        find(keys);
    }

    void find(std::span<const std::string> keys) {
        std::vector<Lookup> batch;
        for (const std::string& key : keys)
            batch.push_back({key, hashKey(key)});
        _store.find(batch, _now);
        for (const Lookup& lookup : batch)
            compare(lookup, _model.find(std::string(lookup.key), _now));
    }

    static void compare(const Lookup& got, const std::optional<LruStoreModel::Found>& wanted) {
        ASSERT_EQ(bool(got.entry), wanted.has_value()) << got.key;
        if (!wanted)
            return;
        EXPECT_EQ(got.entry->key(), got.key);
        EXPECT_EQ(got.entry->value(), wanted->value);
        EXPECT_EQ(got.age, wanted->age);
        EXPECT_EQ(got.remaining, wanted->remaining);
    }

    void beginFetch() {
        const std::string& key = anyKey();
        std::string value = std::to_string(++_values) + std::string(random(40), '.');
        _fetches.push_back({key, std::move(value), _store.token(hashKey(key)), _model.token(key)});
    }

    /// Any of those under way, not the one sent first.
    void endFetch() {
        if (_fetches.empty())
            return;
        const auto at = _fetches.begin() + static_cast<std::ptrdiff_t>(random(_fetches.size()));
        const Fetch fetch = *at;
        _fetches.erase(at);
        const std::uint64_t hash = hashKey(fetch.key);
        const bool wanted = _model.fill(fetch.key, fetch.value, fetch.modelToken, _now);
        EXPECT_EQ(_store.valid(hash, fetch.token), wanted);
        EXPECT_EQ(_store.fill(Entry::make(fetch.key, fetch.value), hash, fetch.token, _now), wanted);
    }

    void invalidate() {
        const std::string& key = anyKey();
        _store.invalidate(key, hashKey(key));
        _model.invalidate(key);
    }

    void clear() {
        _store.clear();
        _model.clear();
    }

    void reclaim() {
        const std::size_t atMost = random(5);
        EXPECT_EQ(_store.reclaim(_now, atMost), _model.reclaim(_now, atMost));
    }

    Store::Settings _settings;
    Store _store;
    LruStoreModel _model;
    std::vector<std::string> _names;
    std::vector<Fetch> _fetches;
    std::mt19937 _random;
    std::uint64_t _values = 0;
    Store::Time _now{std::chrono::hours(1)};
};

TEST(LruStore, AgreesWithAModelInEveryDetail) {
    for (const std::uint32_t capacity : {1U, 2U, 3U, 5U, 8U, 20U, 50U}) {
        for (unsigned seed = 0; seed < 12; ++seed) {
            Comparison comparison(capacity, seed);
            for (int step = 0; step < 1500; ++step)
                comparison.step();
            comparison.compareContents();
            comparison.compareCounters();
            ASSERT_FALSE(testing::Test::HasFailure()) << "capacity " << capacity << ", seed " << seed;
        }
    }
}

/// The key evicted is the one read longest ago, whichever thread read it: at every capacity, by the book.
TEST(LruStore, EvictsTheKeyReadLongestAgo) {
    Store store({3, ttl}, std::make_unique<Lru>(3));
    const Store::Time now{};
    const auto fill = [&](std::string_view key) {
        return store.fill(Entry::make(key, key), hashKey(key), store.token(hashKey(key)), now);
    };
    const auto holds = [&](std::string_view key) {
        Lookup lookup{key, hashKey(key)};
        store.find({&lookup, 1}, now);
        return bool(lookup.entry);
    };
    for (const char* key : {"a", "b", "c"})
        ASSERT_TRUE(fill(key));
    ASSERT_TRUE(holds("a"));
    ASSERT_TRUE(fill("d"));
    EXPECT_FALSE(holds("b"));
    EXPECT_TRUE(holds("c"));
    EXPECT_TRUE(holds("a"));
    ASSERT_TRUE(fill("e"));
    EXPECT_FALSE(holds("d"));
}

} // namespace
