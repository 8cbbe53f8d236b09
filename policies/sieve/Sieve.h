#pragma once

/// SIEVE: one FIFO, one bit a slot, and a hand that evicts the first key it meets that was not read since it last came
/// by.
///
/// Keys enter at the newest end with the bit clear; a hit sets the bit and moves nothing. The hand walks from the
/// oldest to the newest and around again, clearing bits; survivors stay where they are, so newcomers must prove
/// themselves early. Good where few keys are read often; poor on scans and on plain recency.
/// Source: Zhang et al., "SIEVE is Simpler than LRU", NSDI 2024.
///
/// A hit, an insert and a removal are O(1); victim() is O(1) amortised: each step of the hand but the last clears a bit
/// that a hit has set. Memory: 9 bytes a slot.

#include "nearcache/SlotList.h"

namespace nearcache {

class Sieve final : public Policy {
  public:
    /// Throws std::bad_alloc.
    explicit Sieve(std::uint32_t capacity) : _links(capacity), _read(capacity) {}

    void onHits(std::span<const Slot> slots) noexcept override;
    void onInsert(Slot slot, std::uint64_t keyHash) noexcept override;
    void onRemove(Slot slot, std::uint64_t keyHash, Removal why) noexcept override;
    [[nodiscard]] Slot victim(std::uint64_t incomingKeyHash) noexcept override;
    void clear() noexcept override;
    [[nodiscard]] bool check() const noexcept override;

  private:
    void unlink(Slot slot);

    SlotLinks _links;
    SlotList _queue{_links};
    ZeroedArray<bool> _read; ///< the bit: read since the hand last came by
    Slot _hand = noSlot;     ///< where the hand goes on; noSlot: at the oldest
};

} // namespace nearcache
