#pragma once

/// The store's places: which entry lies in which slot, which slots are free, and in what order entries were stored.
///
/// With one time to live, the order of storing is the order of expiry: oldest() expires next. An entry that is to have a
/// deadline of its own would leave that list for another over the same links. Slots never used cost no memory. Every
/// operation is O(1), but for the destructor, which drops all entries. Not thread-safe.
///
/// Invariants: a slot is free or in the list of ages, once; stored times grow from oldest() to the newest.

#include "cache/Entry.h"
#include "nearcache/SlotList.h"
#include "nearcache/ZeroedArray.h"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace nearcache {

class Slots {
  public:
    using Time = std::chrono::steady_clock::time_point;

    /// Throws std::bad_alloc.
    explicit Slots(std::uint32_t capacity) : _entries(capacity), _links(capacity) {}
    Slots(const Slots&) = delete;
    Slots& operator=(const Slots&) = delete;
    ~Slots();

    [[nodiscard]] std::uint32_t size() const { return _ages.size(); }
    [[nodiscard]] bool full() const { return size() == _entries.size(); }
    [[nodiscard]] std::size_t bytes() const { return _bytes; }

    /// The slot whose entry was stored first, or noSlot.
    [[nodiscard]] Slot oldest() const { return _ages.oldest(); }

    [[nodiscard]] bool used(Slot slot) const { return slot < _entries.size() && _entries[slot] != nullptr; }

    /// REQUIRES: the slot is in use.
    [[nodiscard]] Entry& entry(Slot slot) const { return *_entries[slot]; }

    /// Another reference to the slot's entry. REQUIRES: the slot is in use.
    [[nodiscard]] EntryRef share(Slot slot) const { return EntryRef::share(*_entries[slot]); }

    /// Stores in a free slot, and returns which. A time before the newest stored one is taken as that one.
    /// REQUIRES: not full.
    Slot put(EntryRef entry, Time now);

    /// Stores in the place of another entry, which is returned. REQUIRES: the slot is in use.
    [[nodiscard]] EntryRef replace(Slot slot, EntryRef entry, Time now);

    /// Frees a slot and returns what it held. REQUIRES: the slot is in use.
    [[nodiscard]] EntryRef take(Slot slot);

    /// Whether the invariants hold. For tests: O(capacity).
    [[nodiscard]] bool check() const;

  private:
    [[nodiscard]] Slot freeSlot();
    void settle(Slot slot, EntryRef entry, Time now);
    EntryRef unsettle(Slot slot);

    ZeroedArray<Entry*> _entries; ///< one reference each; null in a free slot
    SlotLinks _links;
    SlotList _ages{_links};
    SlotList _free{_links};   ///< slots used before; the last freed is taken first, its memory being the warmest
    std::uint32_t _begun = 0; ///< slots below this one have been used
    std::size_t _bytes = 0;
};

} // namespace nearcache
