#include "Sieve.h"

namespace nearcache {

void Sieve::onHits(std::span<const Slot> slots) noexcept {
    for (const Slot slot : slots) {
        if (!_read[slot]) // a line that is only read stays clean
            _read[slot] = true;
    }
}

void Sieve::onInsert(Slot slot, std::uint64_t /*keyHash*/) noexcept {
    _read[slot] = false;
    _queue.pushNewest(slot);
}

void Sieve::unlink(Slot slot) {
    if (slot == _hand)
        _hand = _queue.newer(slot);
    _queue.remove(slot);
}

void Sieve::onRemove(Slot slot, std::uint64_t /*keyHash*/, Removal /*why*/) noexcept {
    unlink(slot);
}

Slot Sieve::victim(std::uint64_t /*incomingKeyHash*/) noexcept {
    Slot slot = _hand == noSlot ? _queue.oldest() : _hand;
    while (_read[slot]) {
        _read[slot] = false;
        slot = slot == _queue.newest() ? _queue.oldest() : _queue.newer(slot);
    }
    _hand = slot;
    unlink(slot);
    return slot;
}

void Sieve::clear() noexcept {
    _queue.clear();
    _hand = noSlot;
}

bool Sieve::check() const noexcept {
    if (!_queue.check())
        return false;
    bool handFound = _hand == noSlot;
    for (Slot slot = _queue.oldest(); slot != noSlot; slot = _queue.newer(slot))
        handFound = handFound || slot == _hand;
    return handFound;
}

} // namespace nearcache
