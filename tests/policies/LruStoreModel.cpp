#include "LruStoreModel.h"

#include <algorithm>

namespace nearcache {

using std::chrono::milliseconds;

LruStoreModel::Place LruStoreModel::placeOf(const std::string& key) {
    return std::ranges::find(_held, key, &Held::key);
}

/// Times of storing are all different in the test that uses this.
LruStoreModel::Place LruStoreModel::storedFirst() {
    return std::ranges::min_element(_held, {}, &Held::storedAt);
}

std::optional<LruStoreModel::Found> LruStoreModel::find(const std::string& key, Time now) {
    const Place place = placeOf(key);
    if (place == _held.end() || expired(place, now)) {
        ++_counters.misses;
        return std::nullopt;
    }
    ++_counters.hits;
    _held.splice(_held.begin(), _held, place);
    const auto age = now - place->storedAt;
    return Found{place->value, std::chrono::floor<milliseconds>(age),
                 std::chrono::ceil<milliseconds>(_settings.ttl - age)};
}

bool LruStoreModel::fill(const std::string& key, const std::string& value, std::uint64_t token, Time now) {
    if (token != this->token(key)) {
        ++_counters.staleFills;
        return false;
    }
    Place place = placeOf(key);
    if (place != _held.end() && !expired(place, now)) {
        ++_counters.replacements;
        _held.erase(place);
    } else {
        ++_counters.insertions;
        if (place != _held.end()) {
            ++_counters.expirations;
            _held.erase(place);
        } else if (_held.size() == _settings.capacity && !reclaimOne(now)) {
            ++_counters.evictions;
            _held.pop_back();
        }
    }
    _held.push_front({key, value, now});
    return true;
}

void LruStoreModel::invalidate(const std::string& key) {
    ++_changes[key];
    const Place place = placeOf(key);
    if (place == _held.end())
        return;
    ++_counters.invalidations;
    _held.erase(place);
}

void LruStoreModel::clear() {
    ++_clears;
    ++_counters.clears;
    _held.clear();
}

bool LruStoreModel::reclaimOne(Time now) {
    const Place place = storedFirst();
    if (place == _held.end() || !expired(place, now))
        return false;
    ++_counters.expirations;
    _held.erase(place);
    return true;
}

std::size_t LruStoreModel::reclaim(Time now, std::size_t atMost) {
    std::size_t count = 0;
    while (count < atMost && reclaimOne(now))
        ++count;
    return count;
}

const Counters& LruStoreModel::counters() {
    _counters.keys = _held.size();
    _counters.bytes = 0;
    for (const Held& held : _held)
        _counters.bytes += Entry::make(held.key, held.value)->footprint();
    return _counters;
}

} // namespace nearcache
