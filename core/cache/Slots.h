#pragma once

/// The store's places: which entry lies in which slot, which slots are free, and when each entry expires.
///
/// With one time to live, the order of storing is the order of expiry: those entries form a list of ages, and its oldest
/// expires next. Entries that end earlier, with their key in Redis, are in a timing wheel over the same links. Their
/// lifetimes lie in an array of their own, whose memory is not resident before the first of them, as that of slots never
/// used is not. Every operation is O(1), but for advance() and the destructor, which drops all entries. Not thread-safe.
///
/// Invariants: a slot is free, in the list of ages, or in the wheel, once; stored times grow from the oldest to the
/// newest of the list.

#include "cache/Entry.h"
#include "cache/Wheel.h"
#include "nearcache/SlotList.h"
#include "nearcache/ZeroedArray.h"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace nearcache {

class Slots {
  public:
    using Time = std::chrono::steady_clock::time_point;
    using Milliseconds = std::chrono::milliseconds;

    /// Throws std::bad_alloc.
    Slots(std::uint32_t capacity, std::chrono::nanoseconds ttl)
        : _ttl(ttl), _entries(capacity), _lifetimes(capacity), _links(std::size_t{capacity} + Wheel::heads) {}
    Slots(const Slots&) = delete;
    Slots& operator=(const Slots&) = delete;
    ~Slots();

    [[nodiscard]] std::uint32_t size() const { return _ages.size() + _wheel.size(); }
    [[nodiscard]] bool full() const { return size() == _entries.size(); }
    [[nodiscard]] std::size_t bytes() const { return _bytes; }

    /// All slots that are in use are below this one.
    [[nodiscard]] Slot begun() const { return _begun; }

    [[nodiscard]] bool used(Slot slot) const { return slot < _entries.size() && _entries[slot] != nullptr; }

    /// REQUIRES: the slot is in use.
    [[nodiscard]] Entry& entry(Slot slot) const { return *_entries[slot]; }

    /// Brings what leads to the slot's entry towards the processor; and then, where the slot is in use, the entry.
    void prefetch(Slot slot) const { __builtin_prefetch(&_entries[slot]); }
    void prefetchEntry(Slot slot) const { __builtin_prefetch(_entries[slot]); }

    /// Another reference to the slot's entry. REQUIRES: the slot is in use.
    [[nodiscard]] EntryRef share(Slot slot) const { return EntryRef::share(*_entries[slot]); }

    /// The slot's entry is not to be served from then on. REQUIRES: the slot is in use.
    [[nodiscard]] Time endsAt(Slot slot) const {
        return entry(slot).endsEarly() ? Time(Milliseconds(deadline(slot))) : entry(slot).storedAt() + _ttl;
    }

    /// The time that an entry stored at `now` is given: no earlier than any given before.
    [[nodiscard]] Time stamp(Time now) const { return now < _latest ? _latest : now; }

    /// Sees to it that whatever is stored from now on bears a later time than all before. Returns the latest of those.
    Time seal();

    /// Whether a key that ends then would be stored at `now` for no time at all: ends are rounded down to milliseconds.
    [[nodiscard]] bool ended(Time keyEndsAt, Time now) const {
        return std::chrono::floor<Milliseconds>(keyEndsAt) <= stamp(now);
    }

    /// Stores in a free slot, and returns which. REQUIRES: not full, not ended(keyEndsAt, now).
    Slot put(EntryRef entry, Time now, Time keyEndsAt = Time::max());

    /// Stores in the place of another entry, which is returned. REQUIRES: the slot is in use, not ended(keyEndsAt, now).
    [[nodiscard]] EntryRef replace(Slot slot, EntryRef entry, Time now, Time keyEndsAt = Time::max());

    /// Frees a slot and returns what it held. REQUIRES: the slot is in use.
    [[nodiscard]] EntryRef take(Slot slot);

    /// Has the wheel move so many slots at most. Returns whether the wheel has reached `now`. O(atMost).
    bool advance(Time now, std::size_t atMost);

    /// A slot whose entry has expired, or noSlot: those with the common time to live first, in the order of storing.
    /// Those with one of their own are known up to the time that the wheel has reached.
    [[nodiscard]] Slot expiredOne(Time now) const;

    /// Whether the invariants hold. For tests: O(capacity).
    [[nodiscard]] bool check() const;

  private:
    using Tick = Wheel::Tick;

    [[nodiscard]] static Tick tickOf(Time time) {
        return static_cast<Tick>(std::chrono::floor<Milliseconds>(time.time_since_epoch()).count());
    }
    [[nodiscard]] Tick deadline(Slot slot) const { return tickOf(entry(slot).storedAt()) + _lifetimes[slot]; }
    [[nodiscard]] std::uint32_t lifetime(Time storedAt, Time keyEndsAt) const;
    [[nodiscard]] Slot freeSlot();
    void settle(Slot slot, EntryRef entry, Time now, Time keyEndsAt);
    EntryRef unsettle(Slot slot);
    [[nodiscard]] bool checkAges() const;

    const std::chrono::nanoseconds _ttl;
    ZeroedArray<Entry*> _entries;          ///< one reference each; null in a free slot
    ZeroedArray<std::uint32_t> _lifetimes; ///< of those that end early: milliseconds from the tick of storing
    SlotLinks _links;
    SlotList _ages{_links};
    SlotList _free{_links}; ///< slots used before; the last freed is taken first, its memory being the warmest
    Wheel _wheel{_links};
    std::uint32_t _begun = 0;   ///< slots below this one have been used
    Time _latest = Time::min(); ///< the latest time given
    std::size_t _bytes = 0;
};

} // namespace nearcache
