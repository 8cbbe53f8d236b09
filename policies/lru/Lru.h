#pragma once

/// Least recently used: evicts the key that was read or stored longest ago.
///
/// One list of slots, newest first; a hit moves its slot to the front. Strict at every capacity from 1 up. Every call
/// is O(1), onHits() O(1) a hit. Memory: 8 bytes a slot.

#include "nearcache/SlotList.h"

namespace nearcache {

class Lru final : public Policy {
  public:
    /// Throws std::bad_alloc.
    explicit Lru(std::uint32_t capacity) : _links(capacity) {}

    void onHits(std::span<const Slot> slots) noexcept override;
    void onInsert(Slot slot, std::uint64_t keyHash) noexcept override;
    void onRemove(Slot slot, std::uint64_t keyHash, Removal why) noexcept override;
    [[nodiscard]] Slot victim(std::uint64_t incomingKeyHash) noexcept override;
    void clear() noexcept override;
    [[nodiscard]] bool check() const noexcept override;

  private:
    SlotLinks _links;
    SlotList _byUse{_links};
};

} // namespace nearcache
