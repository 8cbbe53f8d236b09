#include "coherence/verify/History.h"

#include <algorithm>

namespace nearcache::coherence {

History::History(std::string key) : _key(std::move(key)) {
    _states.push_back({Time::min(), Time::min(), true});
}

Index History::begin(bool absent, int instance) {
    const std::lock_guard lock(_mutex);
    const auto index = static_cast<Index>(_states.size());
    _states.push_back({Clock::now(), Time::max(), absent});
    if (instance != direct)
        _written[instance].push_back(index);
    return index;
}

void History::acknowledge(Index index) {
    const std::lock_guard lock(_mutex);
    _states.at(index).acknowledged = Clock::now();
}

void History::abandon() {
    const std::lock_guard lock(_mutex);
    _abandoned = true;
}

bool History::abandoned() const {
    const std::lock_guard lock(_mutex);
    return _abandoned;
}

bool History::matches(Index index, const Sighting& sighting) const {
    const auto& state = _states[index];
    if (state.begun > sighting.received)
        return false;
    switch (sighting.kind) {
    case Sighting::Kind::Value: return !state.absent && index == sighting.index;
    case Sighting::Kind::Absent: return state.absent;
    case Sighting::Kind::Length: return !state.absent && lengthOf(index) == sighting.length;
    }
    return false;
}

/// Where several states look alike, the proxy is given the benefit of the doubt.
std::optional<Index> History::latestMatch(const Sighting& sighting) const {
    if (sighting.kind == Sighting::Kind::Value)
        return sighting.index < _states.size() && matches(sighting.index, sighting) ? std::optional(sighting.index)
                                                                                    : std::nullopt;
    for (auto index = static_cast<Index>(_states.size()); index-- > 0;)
        if (matches(index, sighting))
            return index;
    return std::nullopt;
}

Index History::firstMatchFrom(Index from, Index latest, const Sighting& sighting) const {
    while (from < latest && !matches(from, sighting))
        ++from;
    return from;
}

std::optional<Index> History::ownWrite(const Sighting& sighting) const {
    const auto found = _written.find(sighting.instance);
    if (found == _written.end())
        return std::nullopt;
    const auto& indexes = found->second;
    const auto done = std::find_if(indexes.rbegin(), indexes.rend(),
                                   [&](Index index) { return _states[index].acknowledged <= sighting.sent; });
    return done == indexes.rend() ? std::nullopt : std::optional(*done);
}

Judgement History::judge(const Sighting& sighting, Index& seen) const {
    const std::lock_guard lock(_mutex);
    Judgement out;
    if (_abandoned) {
        out.ignored = true;
        return out;
    }
    const auto latest = latestMatch(sighting);
    if (!latest) {
        out.unknown = true;
        return out;
    }
    if (const auto next = *latest + 1; next < _states.size() && _states[next].acknowledged <= sighting.sent)
        out.stale = sighting.sent - _states[next].acknowledged;
    if (const auto own = ownWrite(sighting))
        out.ownMissed = *latest < *own;
    if (*latest < seen)
        out.backward = true;
    else
        seen = firstMatchFrom(seen, *latest, sighting);
    return out;
}

} // namespace nearcache::coherence
