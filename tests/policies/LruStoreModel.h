#pragma once

/// A cache with LRU, time to live, ends of keys, groups, capacity and version tokens as it would be written without a
/// thought for speed: the reference for the store with the LRU policy.
///
/// It forgets at once what has expired or was dropped: so in a store that agrees with it, such an entry always went
/// before a live one, and when it was reclaimed made no difference.

#include "cache/Store.h"

#include <list>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace nearcache {

class LruStoreModel {
  public:
    using Time = Store::Time;

    struct Found {
        std::string value;
        std::chrono::milliseconds age;
        std::chrono::milliseconds remaining;
        bool disconnected;
    };

    explicit LruStoreModel(const Store::Settings& settings)
        : _settings(settings), _drops(settings.groups), _connected(settings.groups, true) {}

    [[nodiscard]] std::optional<Found> find(const std::string& key, Time now);

    /// Stands for a token: how often the key was changed so far, or dropped with its group.
    [[nodiscard]] std::uint64_t token(const std::string& key) { return _changes[key] + _drops[groupOf(key)]; }
    std::optional<std::chrono::milliseconds> fill(const std::string& key, const std::string& value, std::uint64_t token,
                                                  Time now, Time keyEndsAt);

    void invalidate(const std::string& key);
    void drop(unsigned group);
    void clear();
    void setConnected(unsigned group, bool connected) { _connected[group] = connected; }

    /// Of expirations and invalidations, which depend on when what is dead is reclaimed, their sum after all was.
    [[nodiscard]] const Counters& counters(Time now);
    [[nodiscard]] std::uint64_t dead() const { return _dead; }

  private:
    struct Held {
        std::string key;
        std::string value;
        Time storedAt;
        Time endsAt;
    };
    using Place = std::list<Held>::iterator;

    [[nodiscard]] unsigned groupOf(const std::string& key) const;
    [[nodiscard]] Place placeOf(const std::string& key);
    template <class Condition> void forgetIf(Condition&& condition);
    void forgetExpired(Time now);

    Store::Settings _settings;
    std::list<Held> _held; ///< by use, the latest first
    std::map<std::string, std::uint64_t> _changes;
    std::vector<std::uint64_t> _drops;
    std::vector<bool> _connected;
    std::uint64_t _dead = 0; ///< entries that expired or were invalidated or dropped
    Counters _counters;
};

} // namespace nearcache
