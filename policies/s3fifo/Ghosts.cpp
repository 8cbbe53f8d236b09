#include "Ghosts.h"

namespace nearcache {

Slot Ghosts::find(std::uint64_t hash) const noexcept {
    return _index.find(hash, [&](Slot place) { return _hashes[place] == hash; });
}

void Ghosts::forget(Slot place) noexcept {
    _index.erase(_hashes[place], place);
    _order.remove(place);
    _free.pushNewest(place);
}

/// REQUIRES: not full.
Slot Ghosts::freePlace() noexcept {
    return _free.empty() ? _begun++ : _free.popOldest();
}

void Ghosts::add(std::uint64_t hash) noexcept {
    if (_hashes.size() == 0 || find(hash) != noSlot)
        return;
    if (_order.size() == _hashes.size())
        forget(_order.oldest());
    const Slot place = freePlace();
    _hashes[place] = hash;
    _index.insert(hash, place);
    _order.pushNewest(place);
}

bool Ghosts::remove(std::uint64_t hash) noexcept {
    const Slot place = find(hash);
    if (place == noSlot)
        return false;
    forget(place);
    return true;
}

void Ghosts::clear() noexcept {
    _index.clear();
    _order.clear();
    _free.clear();
    _begun = 0;
}

bool Ghosts::check() const noexcept {
    if (!_order.check() || !_free.check() ||
        !_index.check(_order.size(), [this](Slot place) { return _hashes[place]; }) ||
        _order.size() + _free.size() != _begun)
        return false;
    for (Slot place = _order.oldest(); place != noSlot; place = _order.newer(place)) {
        if (find(_hashes[place]) != place)
            return false;
    }
    return true;
}

} // namespace nearcache
