#include "cache/Slots.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace nearcache {

Slots::~Slots() {
    for (Slot slot = 0; slot < _begun; ++slot)
        EntryRef::adopt(_entries[slot]).reset();
}

Slot Slots::freeSlot() {
    if (_free.empty())
        return _begun++;
    const Slot slot = _free.newest();
    _free.remove(slot);
    return slot;
}

Slots::Time Slots::seal() {
    return std::exchange(_latest, _latest + Time::duration(1));
}

/// 0 where the common time to live ends first. What would last beyond the array's 49 days ends then.
std::uint32_t Slots::lifetime(Time storedAt, Time keyEndsAt) const {
    constexpr Tick longest = std::numeric_limits<std::uint32_t>::max();
    const Time common = storedAt + _ttl;
    if (Time(std::chrono::floor<Milliseconds>(keyEndsAt)) >= common)
        return 0;
    return static_cast<std::uint32_t>(std::min(tickOf(keyEndsAt) - tickOf(storedAt), longest));
}

void Slots::settle(Slot slot, EntryRef entry, Time now, Time keyEndsAt) {
    _latest = stamp(now);
    const std::uint32_t early = lifetime(_latest, keyEndsAt);
    entry->stored(_latest, early != 0);
    _bytes += entry->footprint();
    _entries[slot] = entry.detach();
    if (early == 0) {
        _ages.pushNewest(slot);
    } else {
        _lifetimes[slot] = early;
        _wheel.add(slot, deadline(slot));
    }
}

EntryRef Slots::unsettle(Slot slot) {
    if (_entries[slot]->endsEarly())
        _wheel.remove(slot);
    else
        _ages.remove(slot);
    EntryRef entry = EntryRef::adopt(_entries[slot]);
    _entries[slot] = nullptr;
    _bytes -= entry->footprint();
    return entry;
}

Slot Slots::put(EntryRef entry, Time now, Time keyEndsAt) {
    const Slot slot = freeSlot();
    settle(slot, std::move(entry), now, keyEndsAt);
    return slot;
}

EntryRef Slots::replace(Slot slot, EntryRef entry, Time now, Time keyEndsAt) {
    EntryRef before = unsettle(slot);
    settle(slot, std::move(entry), now, keyEndsAt);
    return before;
}

EntryRef Slots::take(Slot slot) {
    EntryRef entry = unsettle(slot);
    _free.pushNewest(slot);
    return entry;
}

bool Slots::advance(Time now, std::size_t atMost) {
    return _wheel.advance(tickOf(now), atMost, [this](Slot slot) { return deadline(slot); });
}

Slot Slots::expiredOne(Time now) const {
    const Slot oldest = _ages.oldest();
    return oldest != noSlot && now >= endsAt(oldest) ? oldest : _wheel.due();
}

bool Slots::checkAges() const {
    if (!_ages.check() || !_free.check())
        return false;
    for (Slot slot = _ages.oldest(); slot != noSlot; slot = _ages.newer(slot)) {
        const Slot newer = _ages.newer(slot);
        if (!used(slot) || entry(slot).endsEarly() ||
            (newer != noSlot && entry(newer).storedAt() < entry(slot).storedAt()))
            return false;
    }
    return true;
}

bool Slots::check() const {
    if (!checkAges() || size() + _free.size() != _begun ||
        !_wheel.check([this](Slot slot) { return used(slot) && entry(slot).endsEarly() ? deadline(slot) : ~Tick{0}; }))
        return false;
    std::size_t bytes = 0;
    for (Slot slot = 0; slot < _begun; ++slot)
        bytes += used(slot) ? entry(slot).footprint() : 0;
    for (Slot slot = _free.oldest(); slot != noSlot; slot = _free.newer(slot)) {
        if (used(slot))
            return false;
    }
    return bytes == _bytes;
}

} // namespace nearcache
