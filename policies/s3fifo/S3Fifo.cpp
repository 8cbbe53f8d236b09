#include "S3Fifo.h"

#include <algorithm>
#include <utility>

namespace nearcache {

namespace {

constexpr double maxShare = 1U << 30; // what a SlotIndex can hold

std::uint32_t share(std::uint32_t capacity, double part) {
    return static_cast<std::uint32_t>(std::min(capacity * part, maxShare));
}

} // namespace

S3Fifo::S3Fifo(std::uint32_t capacity, const S3FifoSettings& settings)
    : _settings(settings), _smallCapacity(std::max(1U, share(capacity, settings.small))),
      _mainCapacity(capacity - _smallCapacity), _links(capacity), _uses(capacity), _hashes(capacity),
      _ghosts(share(capacity, settings.ghost)) {}

void S3Fifo::onHits(std::span<const Slot> slots) noexcept {
    for (const Slot slot : slots) {
        if (_uses[slot].frequency < _settings.maxFrequency)
            ++_uses[slot].frequency;
    }
}

bool S3Fifo::wasRemembered(std::uint64_t keyHash) noexcept {
    if (const auto incoming = std::exchange(_incoming, std::nullopt); incoming && incoming->hash == keyHash)
        return incoming->remembered;
    return _ghosts.remove(keyHash);
}

void S3Fifo::enter(Slot slot, bool main, std::uint8_t frequency) noexcept {
    _uses[slot] = {frequency, main};
    (main ? _main : _small).pushNewest(slot);
}

void S3Fifo::onInsert(Slot slot, std::uint64_t keyHash) noexcept {
    const bool warmUp = !_hasEvicted && _small.size() >= _smallCapacity;
    _hashes[slot] = keyHash;
    enter(slot, wasRemembered(keyHash) || warmUp, 0);
}

void S3Fifo::onRemove(Slot slot, std::uint64_t /*keyHash*/, Removal /*why*/) noexcept {
    (_uses[slot].main ? _main : _small).remove(slot);
}

Slot S3Fifo::evictFromSmall() noexcept {
    while (!_small.empty()) {
        const Slot slot = _small.popOldest();
        if (_uses[slot].frequency < _settings.threshold) {
            _ghosts.add(_hashes[slot]);
            return slot;
        }
        enter(slot, true, 0);
    }
    return noSlot;
}

Slot S3Fifo::evictFromMain() noexcept {
    Slot slot = _main.popOldest();
    while (_uses[slot].frequency > 0) {
        enter(slot, true, static_cast<std::uint8_t>(_uses[slot].frequency - 1));
        slot = _main.popOldest();
    }
    return slot;
}

Slot S3Fifo::victim(std::uint64_t incomingKeyHash) noexcept {
    _hasEvicted = true;
    _incoming = Incoming{incomingKeyHash, _ghosts.remove(incomingKeyHash)};
    if (_main.size() <= _mainCapacity) {
        if (const Slot slot = evictFromSmall(); slot != noSlot)
            return slot;
    }
    return evictFromMain();
}

void S3Fifo::clear() noexcept {
    _small.clear();
    _main.clear();
    _ghosts.clear();
    _incoming.reset();
    _hasEvicted = false;
}

bool S3Fifo::checkQueue(const SlotList& queue, bool main) const noexcept {
    if (!queue.check())
        return false;
    for (Slot slot = queue.oldest(); slot != noSlot; slot = queue.newer(slot)) {
        if (_uses[slot].main != main || _uses[slot].frequency > _settings.maxFrequency)
            return false;
    }
    return true;
}

bool S3Fifo::check() const noexcept {
    return checkQueue(_small, false) && checkQueue(_main, true) && _ghosts.check() &&
           _small.size() + _main.size() <= _links.size();
}

} // namespace nearcache
