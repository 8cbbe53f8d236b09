#include "LruStoreModel.h"

#include "cache/KeyHash.h"

#include <algorithm>

namespace nearcache {

using std::chrono::milliseconds;

unsigned LruStoreModel::groupOf(const std::string& key) const {
    return static_cast<unsigned>((hashKey(key) >> 16) % _settings.groups);
}

LruStoreModel::Place LruStoreModel::placeOf(const std::string& key) {
    return std::ranges::find(_held, key, &Held::key);
}

template <class Condition> void LruStoreModel::forgetIf(Condition&& condition) {
    _dead += _held.remove_if(std::forward<Condition>(condition));
}

void LruStoreModel::forgetExpired(Time now) {
    forgetIf([now](const Held& held) { return held.endsAt <= now; });
}

std::optional<LruStoreModel::Found> LruStoreModel::find(const std::string& key, Time now) {
    forgetExpired(now);
    const Place place = placeOf(key);
    if (place == _held.end()) {
        ++_counters.misses;
        return std::nullopt;
    }
    ++_counters.hits;
    _held.splice(_held.begin(), _held, place);
    return Found{place->value, std::chrono::floor<milliseconds>(now - place->storedAt),
                 std::chrono::ceil<milliseconds>(place->endsAt - now), !_connected[groupOf(key)]};
}

std::optional<milliseconds> LruStoreModel::fill(const std::string& key, const std::string& value, std::uint64_t token,
                                                Time now, Time keyEndsAt) {
    forgetExpired(now);
    if (token != this->token(key)) {
        ++_counters.staleFills;
        return std::nullopt;
    }
    const Place place = placeOf(key);
    const Time endsAt = std::min<Time>(now + _settings.ttl, std::chrono::floor<milliseconds>(keyEndsAt));
    if (endsAt <= now) {
        ++_counters.lateFills;
        forgetIf([&](const Held& held) { return held.key == key; });
        return std::nullopt;
    }
    ++(place != _held.end() ? _counters.replacements : _counters.insertions);
    if (place != _held.end()) {
        _held.erase(place);
    } else if (_held.size() == _settings.capacity) {
        ++_counters.evictions;
        _held.pop_back();
    }
    _held.push_front({key, value, now, endsAt});
    return std::chrono::ceil<milliseconds>(endsAt - now);
}

void LruStoreModel::invalidate(const std::string& key) {
    ++_changes[key];
    forgetIf([&](const Held& held) { return held.key == key; });
}

void LruStoreModel::drop(unsigned group) {
    ++_counters.drops;
    ++_drops[group];
    forgetIf([&](const Held& held) { return groupOf(held.key) == group; });
}

void LruStoreModel::clear() {
    ++_counters.clears;
    for (std::uint64_t& drops : _drops)
        ++drops;
    forgetIf([](const Held&) { return true; });
}

const Counters& LruStoreModel::counters(Time now) {
    forgetExpired(now);
    _counters.keys = _held.size();
    _counters.bytes = 0;
    for (const Held& held : _held)
        _counters.bytes += Blocks::footprint(held.key.size(), held.value.size());
    return _counters;
}

} // namespace nearcache
