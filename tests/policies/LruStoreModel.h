#pragma once

/// A cache with LRU, time to live, capacity and version tokens as it would be written without a thought for speed: the
/// reference for the store with the LRU policy.

#include "cache/Store.h"

#include <list>
#include <map>
#include <optional>
#include <string>

namespace nearcache {

class LruStoreModel {
  public:
    using Time = Store::Time;

    struct Found {
        std::string value;
        std::chrono::milliseconds age;
        std::chrono::milliseconds remaining;
    };

    explicit LruStoreModel(const Store::Settings& settings) : _settings(settings) {}

    [[nodiscard]] std::optional<Found> find(const std::string& key, Time now);

    /// Stands for a token: how often the key was changed so far.
    [[nodiscard]] std::uint64_t token(const std::string& key) { return _changes[key] + _clears; }
    bool fill(const std::string& key, const std::string& value, std::uint64_t token, Time now);

    void invalidate(const std::string& key);
    void clear();
    std::size_t reclaim(Time now, std::size_t atMost);

    [[nodiscard]] const Counters& counters();

  private:
    struct Held {
        std::string key;
        std::string value;
        Time storedAt;
    };
    using Place = std::list<Held>::iterator;

    [[nodiscard]] Place placeOf(const std::string& key);
    [[nodiscard]] Place storedFirst();
    [[nodiscard]] bool expired(Place place, Time now) const { return now >= place->storedAt + _settings.ttl; }
    bool reclaimOne(Time now);

    Store::Settings _settings;
    std::list<Held> _held; ///< by use, the latest first
    std::map<std::string, std::uint64_t> _changes;
    std::uint64_t _clears = 0;
    Counters _counters;
};

} // namespace nearcache
