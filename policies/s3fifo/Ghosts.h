#pragma once

/// Hashes of keys that were evicted lately: a FIFO of fixed length that can be asked for a hash.
///
/// All memory is made at the start: 8 bytes a hash, 8 for the order, 5 for the index. Every operation is O(1) expected,
/// clear() O(capacity). Two keys of one 64-bit hash are taken for one.

#include "nearcache/SlotIndex.h"
#include "nearcache/SlotList.h"

namespace nearcache {

class Ghosts {
  public:
    /// Throws std::bad_alloc. A capacity of 0 remembers nothing.
    explicit Ghosts(std::uint32_t capacity) : _index(capacity), _hashes(capacity), _links(capacity) {}

    /// Remembers a hash, and forgets the oldest if there are too many. One that is known already keeps its place.
    void add(std::uint64_t hash) noexcept;

    /// Forgets a hash. Returns whether it was known.
    bool remove(std::uint64_t hash) noexcept;

    void clear() noexcept;

    [[nodiscard]] std::uint32_t size() const noexcept { return _order.size(); }

    /// Whether index and order agree. For tests: O(capacity).
    [[nodiscard]] bool check() const noexcept;

  private:
    [[nodiscard]] Slot find(std::uint64_t hash) const noexcept;
    [[nodiscard]] Slot freePlace() noexcept;
    void forget(Slot place) noexcept;

    SlotIndex _index;
    ZeroedArray<std::uint64_t> _hashes;
    SlotLinks _links;
    SlotList _order{_links};
    SlotList _free{_links};   ///< places that were used before
    std::uint32_t _begun = 0; ///< places below this one have been used
};

} // namespace nearcache
