#include "Lru.h"

namespace nearcache {

void Lru::onHits(std::span<const Slot> slots) noexcept {
    for (const Slot slot : slots)
        _byUse.moveToNewest(slot);
}

void Lru::onInsert(Slot slot, std::uint64_t /*keyHash*/) noexcept {
    _byUse.pushNewest(slot);
}

void Lru::onRemove(Slot slot, std::uint64_t /*keyHash*/, Removal /*why*/) noexcept {
    _byUse.remove(slot);
}

Slot Lru::victim(std::uint64_t /*incomingKeyHash*/) noexcept {
    return _byUse.popOldest();
}

void Lru::clear() noexcept {
    _byUse.clear();
}

bool Lru::check() const noexcept {
    return _byUse.check();
}

} // namespace nearcache
