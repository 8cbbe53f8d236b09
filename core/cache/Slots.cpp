#include "cache/Slots.h"

#include <algorithm>

namespace nearcache {

Slots::~Slots() {
    while (!_ages.empty())
        unsettle(_ages.oldest()).reset();
}

Slot Slots::freeSlot() {
    if (_free.empty())
        return _begun++;
    const Slot slot = _free.newest();
    _free.remove(slot);
    return slot;
}

void Slots::settle(Slot slot, EntryRef entry, Time now) {
    const Slot newest = _ages.newest();
    entry->storedAt(newest == noSlot ? now : std::max(now, _entries[newest]->storedAt()));
    _bytes += entry->footprint();
    _entries[slot] = entry.detach();
    _ages.pushNewest(slot);
}

EntryRef Slots::unsettle(Slot slot) {
    _ages.remove(slot);
    EntryRef entry = EntryRef::adopt(_entries[slot]);
    _entries[slot] = nullptr;
    _bytes -= entry->footprint();
    return entry;
}

Slot Slots::put(EntryRef entry, Time now) {
    const Slot slot = freeSlot();
    settle(slot, std::move(entry), now);
    return slot;
}

EntryRef Slots::replace(Slot slot, EntryRef entry, Time now) {
    EntryRef before = unsettle(slot);
    settle(slot, std::move(entry), now);
    return before;
}

EntryRef Slots::take(Slot slot) {
    EntryRef entry = unsettle(slot);
    _free.pushNewest(slot);
    return entry;
}

bool Slots::check() const {
    if (!_ages.check() || !_free.check() || _ages.size() + _free.size() != _begun)
        return false;
    std::size_t bytes = 0;
    for (Slot slot = _ages.oldest(); slot != noSlot; slot = _ages.newer(slot)) {
        const Slot newer = _ages.newer(slot);
        if (!used(slot) || (newer != noSlot && entry(newer).storedAt() < entry(slot).storedAt()))
            return false;
        bytes += entry(slot).footprint();
    }
    for (Slot slot = _free.oldest(); slot != noSlot; slot = _free.newer(slot)) {
        if (used(slot))
            return false;
    }
    return bytes == _bytes;
}

} // namespace nearcache
