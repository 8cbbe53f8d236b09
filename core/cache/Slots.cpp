#include "cache/Slots.h"

#include "cache/KeyHash.h"

#include <cassert>
#include <limits>

namespace nearcache {

Slots::~Slots() {
    for (Slot slot = 0; slot < _begun; ++slot) {
        if (used(slot))
            EntryRef::adopt(home(slot)).reset();
    }
}

Slot Slots::freeSlot() {
    if (_free.empty())
        return _begun++;
    const Slot slot = _free.newest();
    _free.remove(slot);
    return slot;
}

/// When an entry that is stored at `now` ends, if that is before the common time to live is over for its time of
/// storing.
Slots::Time Slots::endOf(Time keyEndsAt, Time now) const {
    const Tick unsealed = unsealedTick(now);
    return unsealed < _earliest ? std::min(keyEndsAt, timeOf(unsealed) + _ttl) : keyEndsAt;
}

/// 0 where the common time to live ends first. What would last beyond the array's 49 days ends then.
std::uint32_t Slots::lifetime(Time storedAt, Time end) const {
    constexpr Wheel::Tick longest = std::numeric_limits<std::uint32_t>::max();
    if (Time(std::chrono::floor<Milliseconds>(end)) >= storedAt + _ttl)
        return 0;
    return static_cast<std::uint32_t>(std::min(millisecondOf(end) - millisecondOf(storedAt), longest));
}

void Slots::settle(Slot slot, Time now, Time keyEndsAt) {
    const Time end = endOf(keyEndsAt, now);
    _latest = nextTick(now);
    const std::uint32_t early = lifetime(timeOf(_latest), end);
    _blocks.setStamp(_handles[slot], {static_cast<std::uint32_t>(_latest) & stampMask, early != 0});
    _bytes += _blocks.footprint(_handles[slot]);
    if (early == 0) {
        _ages.pushNewest(slot);
    } else {
        _lifetimes[slot] = early;
        _wheel.add(slot, deadline(slot));
    }
}

void Slots::unsettle(Slot slot) {
    if (stamp(slot).endsEarly)
        _wheel.remove(slot);
    else
        _ages.remove(slot);
    _bytes -= _blocks.footprint(_handles[slot]);
}

EntryRef Slots::free(Blocks::Handle block) {
    return _blocks.free(block, [this](Blocks::Handle from, Blocks::Handle to) { onMoved(from, to); });
}

void Slots::onMoved(Blocks::Handle from, Blocks::Handle to) {
    const Slot slot = _index.find(hashKey(_blocks.key(to)), [&](Slot one) { return _handles[one] == from; });
    assert(slot != noSlot);
    _handles[slot] = to;
}

Slot Slots::put(std::string_view key, std::string_view value, EntryRef home, Time now, Time keyEndsAt) {
    const Blocks::Handle block = _blocks.make(key, value, std::move(home));
    if (block == Blocks::none)
        return noSlot;
    const Slot slot = freeSlot();
    _handles[slot] = block;
    settle(slot, now, keyEndsAt);
    return slot;
}

bool Slots::replace(Slot slot, std::string_view key, std::string_view value, EntryRef& home, Time now, Time keyEndsAt) {
    const Blocks::Handle block = _blocks.make(key, value, std::move(home));
    if (block == Blocks::none)
        return false;
    unsettle(slot);
    const Blocks::Handle former = std::exchange(_handles[slot], block);
    settle(slot, now, keyEndsAt);
    home = free(former); // last: the new block may be the one that is moved into its place
    return true;
}

EntryRef Slots::take(Slot slot) {
    unsettle(slot);
    _free.pushNewest(slot);
    return free(std::exchange(_handles[slot], Blocks::none));
}

bool Slots::advance(Time now, std::size_t atMost) {
    return _wheel.advance(millisecondOf(now), atMost, [this](Slot slot) { return deadline(slot); });
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
        if (!used(slot) || stamp(slot).endsEarly || (newer != noSlot && storedAt(newer) < storedAt(slot)))
            return false;
    }
    return true;
}

bool Slots::check() const {
    if (!_blocks.check() || !checkAges() || size() + _free.size() != _begun ||
        !_wheel.check([this](Slot slot) { return used(slot) && stamp(slot).endsEarly ? deadline(slot) : ~0ULL; }))
        return false;
    std::size_t bytes = 0;
    for (Slot slot = 0; slot < _begun; ++slot)
        bytes += used(slot) ? _blocks.footprint(_handles[slot]) : 0;
    for (Slot slot = _free.oldest(); slot != noSlot; slot = _free.newer(slot)) {
        if (used(slot))
            return false;
    }
    return bytes == _bytes;
}

} // namespace nearcache
