#include "LruStoreModel.h"
#include "cache/KeyHash.h"
#include "cache/Slots.h"
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

/// How long entries live, and how far a step of the test goes at most: two to the power of `bits` microseconds.
struct Scale {
    milliseconds ttl;
    unsigned bits;
};

constexpr Scale shortScale{milliseconds(100), 16};
constexpr Scale longScale{std::chrono::hours(24 * 30), 42}; // six levels of the wheel

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
    Comparison(const Scale& scale, std::uint32_t capacity, unsigned groups, unsigned seed)
        : _scale(scale), _settings{capacity, scale.ttl, groups}, _store(_settings, std::make_unique<Lru>(capacity)),
          _model(_settings), _names(keyNames(2 * capacity + 2)), _random(seed) {}

    void step() {
        _now += microseconds(1 + anySpan());
        switch (random(18)) {
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
        case 10:
        case 11: return beginFetch(), endFetch();
        case 12: return random(4) == 0 ? drop() : find();
        case 13: return random(4) == 0 ? setConnected() : find();
        default: return find();
        }
    }

    void compareCounters() {
        reclaimAll();
        const Counters got = _store.counters();
        const Counters& wanted = _model.counters(_now);
        EXPECT_EQ(got.keys, wanted.keys);
        EXPECT_EQ(got.dropped, 0U);
        EXPECT_EQ(got.bytes, wanted.bytes);
        EXPECT_EQ(got.hits, wanted.hits);
        EXPECT_EQ(got.misses, wanted.misses);
        EXPECT_EQ(got.insertions, wanted.insertions);
        EXPECT_EQ(got.replacements, wanted.replacements);
        EXPECT_EQ(got.evictions, wanted.evictions);
        EXPECT_EQ(got.expirations + got.invalidations, _model.dead());
        EXPECT_EQ(got.drops, wanted.drops);
        EXPECT_EQ(got.clears, wanted.clears);
        EXPECT_EQ(got.staleFills, wanted.staleFills);
        EXPECT_EQ(got.lateFills, wanted.lateFills);
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

    std::uint64_t random(std::uint64_t below) { return _random() % below; }

    /// In microseconds; of every size.
    std::int64_t anySpan() { return static_cast<std::int64_t>(random(std::uint64_t{1} << random(_scale.bits))); }

    /// Of keys in Redis: most have no end, and some ends have passed when the answer comes.
    Store::Time anyEnd() {
        return random(2) == 0 ? Store::Time::max() : _now + microseconds(4 * anySpan()) - microseconds(200);
    }
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
        _store.find(batch, _buffer, _now);
        for (const Lookup& lookup : batch)
            compare(lookup, _model.find(std::string(lookup.key), _now));
    }

    /// Times of storing are rounded down, which shows in the time left; and in the age where a drop has just set a
    /// mark.
    void compare(const Lookup& got, const std::optional<LruStoreModel::Found>& wanted) const {
        ASSERT_EQ(got.found, wanted.has_value()) << got.key;
        if (!wanted)
            return;
        EXPECT_EQ(got.value, wanted->value);
        EXPECT_TRUE(got.age >= wanted->age - _unit && got.age <= wanted->age + _unit) << got.key;
        compareRemaining(got.remaining, wanted->remaining);
        EXPECT_EQ(got.disconnected, wanted->disconnected);
    }

    void compareRemaining(milliseconds got, milliseconds wanted) const {
        EXPECT_LE(got, wanted);
        EXPECT_GE(got, wanted - _unit);
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
        EXPECT_EQ(_store.valid(hash, fetch.token), _model.token(fetch.key) == fetch.modelToken);
        const Store::Time endsAt = anyEnd();
        const auto wanted = _model.fill(fetch.key, fetch.value, fetch.modelToken, _now, endsAt);
        const auto lives = _store.fill(
            {.key = fetch.key, .hash = hash, .value = fetch.value, .token = fetch.token, .keyEndsAt = endsAt}, _now);
        EXPECT_EQ(lives.has_value(), wanted.has_value());
        if (lives && wanted)
            compareRemaining(*lives, *wanted);
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

    void drop() {
        const auto group = static_cast<unsigned>(random(_settings.groups));
        _store.drop(group);
        _model.drop(group);
    }

    void setConnected() {
        const auto group = static_cast<unsigned>(random(_settings.groups));
        const bool connected = random(2) == 0;
        _store.setConnected(group, connected);
        _model.setConnected(group, connected);
    }

    void reclaim() {
        const std::size_t atMost = random(5);
        EXPECT_LE(_store.reclaim(_now, atMost), atMost);
        EXPECT_LE(_store.sweep(atMost), atMost);
        EXPECT_TRUE(_store.check());
    }

    void reclaimAll() {
        static_cast<void>(_store.reclaim(_now, Store::maxCapacity));
        static_cast<void>(_store.sweep(Store::maxCapacity));
    }

    Scale _scale;
    /// What times of storing are rounded down to; of short spans, nothing is lost, for all of this goes by
    /// microseconds.
    const milliseconds _unit = std::chrono::ceil<milliseconds>(Slots::unitOf(_scale.ttl) - microseconds(1));
    Store::Settings _settings;
    Store _store;
    LookupBuffer _buffer;
    LruStoreModel _model;
    std::vector<std::string> _names;
    std::vector<Fetch> _fetches;
    std::mt19937_64 _random;
    std::uint64_t _values = 0;
    Store::Time _now{std::chrono::hours(1)};
};

void compare(const Scale& scale, unsigned seeds) {
    for (const std::uint32_t capacity : {1U, 2U, 3U, 5U, 8U, 20U, 50U}) {
        for (unsigned seed = 0; seed < seeds; ++seed) {
            Comparison comparison(scale, capacity, 1 + seed % 4, seed);
            for (int step = 0; step < 1500; ++step)
                comparison.step();
            comparison.compareContents();
            comparison.compareCounters();
            ASSERT_FALSE(testing::Test::HasFailure()) << "capacity " << capacity << ", seed " << seed;
        }
    }
}

TEST(LruStore, AgreesWithAModelInEveryDetail) {
    compare(shortScale, 24);
}

TEST(LruStore, AgreesWithAModelOverMonths) {
    compare(longScale, 12);
}

/// The key evicted is the one read longest ago, whichever thread read it: at every capacity, by the book.
TEST(LruStore, EvictsTheKeyReadLongestAgo) {
    Store store({3, milliseconds(100)}, std::make_unique<Lru>(3));
    const Store::Time now{};
    const auto fill = [&](std::string_view key) {
        return store.fill({.key = key, .hash = hashKey(key), .value = key, .token = store.token(hashKey(key))}, now);
    };
    const auto holds = [&](std::string_view key) {
        Lookup lookup{key, hashKey(key)};
        LookupBuffer buffer;
        store.find({&lookup, 1}, buffer, now);
        return lookup.found;
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
