#include "Lru.h"

#include <algorithm>

namespace nearcache {

namespace {

/// What is fetched ahead of its use: three cache lines a hit, a third of a small first-level cache.
constexpr std::size_t ahead = 64;

} // namespace

/// The links of slots that were hit lie anywhere, and as likely as not in the cache of the processor whose thread hit
/// others last: they are waited for together, not one after the other.
void Lru::onHits(std::span<const Slot> slots) noexcept {
    while (!slots.empty()) {
        const std::span<const Slot> some = slots.first(std::min(slots.size(), ahead));
        slots = slots.subspan(some.size());
        if (some.size() > 1) {
            for (const Slot slot : some)
                _byUse.prefetch(slot);
            for (const Slot slot : some)
                _byUse.prefetchNeighbours(slot);
        }
        for (const Slot slot : some)
            _byUse.moveToNewest(slot);
    }
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
