#include "cache/Wheel.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace nearcache {

Wheel::Wheel(SlotLinks& links) : _links(&links), _heads(static_cast<Slot>(links.size() - heads)) {
    for (Slot bucket = 0; bucket < heads; ++bucket)
        links[head(bucket)] = {head(bucket), head(bucket)};
}

Slot Wheel::placeOf(Tick deadline) const {
    if (deadline <= _now)
        return dueList;
    const unsigned level = static_cast<unsigned>(std::bit_width(deadline ^ _now) - 1) / digitBits;
    return level * digits + digitOf(deadline, level);
}

void Wheel::add(Slot slot, Tick deadline) {
    assert(deadline >> (levels * digitBits) == 0);
    link(slot, deadline);
    ++_size;
}

void Wheel::remove(Slot slot) {
    assert(_size > 0);
    unlink(slot);
    --_size;
}

void Wheel::link(Slot slot, Tick deadline) {
    const Slot place = placeOf(deadline);
    if (place != dueList)
        _occupied[place / digits] |= std::uint64_t{1} << place % digits;
    SlotLink& ring = (*_links)[head(place)];
    (*_links)[slot] = {head(place), ring.older};
    (*_links)[ring.older].newer = slot;
    ring.older = slot;
}

/// A bucket that it leaves empty keeps its bit, for nobody knows here which it is; the time passes over it all the
/// same.
void Wheel::unlink(Slot slot) {
    const SlotLink link = (*_links)[slot];
    (*_links)[link.newer].older = link.older;
    (*_links)[link.older].newer = link.newer;
}

/// Whether there are slots to be moved out of _emptying. If not, the time is `now`, or later.
/// The lowest level with a bucket ahead has the one that comes first: a level's buckets lie within one of the next.
bool Wheel::nextBucket(Tick now) {
    if (_emptying != none && !empty(_emptying))
        return true;
    _emptying = none;
    for (unsigned level = 0; level < levels; ++level) {
        if (_occupied[level] == 0)
            continue;
        const auto digit = static_cast<Slot>(std::countr_zero(_occupied[level]));
        const Tick span = Tick{1} << level * digitBits;
        const Tick begins = (_now / (span * digits) * digits + digit) * span;
        if (begins > now)
            break;
        _now = begins;
        _occupied[level] &= _occupied[level] - 1;
        _emptying = level * digits + digit;
        return true;
    }
    _now = std::max(_now, now);
    return false;
}

bool Wheel::belongs(Slot bucket, Tick deadline) const {
    if (bucket == dueList || bucket == _emptying)
        return bucket == _emptying || deadline <= _now;
    return placeOf(deadline) == bucket && (_occupied[bucket / digits] >> bucket % digits & 1) != 0;
}

bool Wheel::wellLinked(Slot slot) const {
    const SlotLink link = (*_links)[slot];
    return (*_links)[link.newer].older == slot && (*_links)[link.older].newer == slot;
}

} // namespace nearcache
