#pragma once

/// The store's places: which entry lies in which slot, which slots are free, and when each entry expires.
///
/// With one time to live, the order of storing is the order of expiry: those entries form a list of ages, and its
/// oldest expires next. Entries that end earlier, with their key in Redis, are in a timing wheel over the same links.
/// Their lifetimes lie in an array of their own, whose memory is not resident before the first of them, as that of
/// slots never used is not.
///
/// Times of storing are kept in units, and are rounded down to one: a microsecond, or, for a time to live of more than
/// nine minutes, 2^-29 of that. What is stored after a seal() bears a later time than all before, though it be in the
/// future: it ends when it would have without that, by an end of its own. 31 bits of the time are kept; whoever stores
/// sees to it that nothing stays that was over long ago: see overhaulIsDue().
///
/// Every operation is O(1), but for advance() and the destructor, which frees all entries. Not thread-safe.
///
/// Invariants: a slot is free, in the list of ages, or in the wheel, once; stored times grow from the oldest to the
/// newest of the list.

#include "cache/Blocks.h"
#include "cache/Wheel.h"
#include "nearcache/Prefetch.h"
#include "nearcache/SlotIndex.h"
#include "nearcache/SlotList.h"
#include "nearcache/ZeroedArray.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace nearcache {

class Slots {
  public:
    using Time = std::chrono::steady_clock::time_point;
    using Milliseconds = std::chrono::milliseconds;
    using Unit = std::chrono::microseconds;
    using Stamp = Blocks::Stamp;

    /// `index` finds every slot in use by its key, but for one being filled or emptied. Throws std::bad_alloc.
    Slots(std::uint32_t capacity, std::chrono::nanoseconds ttl, const SlotIndex& index)
        : _ttl(ttl), _unit(unitOf(ttl)), _index(index), _blocks(capacity), _handles(capacity), _lifetimes(capacity),
          _links(std::size_t{capacity} + Wheel::heads) {}
    Slots(const Slots&) = delete;
    Slots& operator=(const Slots&) = delete;
    ~Slots();

    /// What times of storing are rounded down to.
    [[nodiscard]] static constexpr Unit unitOf(std::chrono::nanoseconds ttl) {
        const std::chrono::nanoseconds most = unitsOfTtl * Unit(1);
        return Unit(std::max<Tick>(1, (ttl + most - std::chrono::nanoseconds(1)) / most));
    }

    [[nodiscard]] std::uint32_t size() const { return _ages.size() + _wheel.size(); }
    [[nodiscard]] bool full() const { return size() == _handles.size(); }

    /// Memory of all entries: keys, values and their headers.
    [[nodiscard]] std::size_t bytes() const { return _bytes; }

    /// All slots that are in use are below this one.
    [[nodiscard]] Slot begun() const { return _begun; }

    [[nodiscard]] bool used(Slot slot) const { return slot < _handles.size() && _handles[slot] != Blocks::none; }

    /// What is in a slot. The views are good until something is stored or taken. All of these REQUIRE: it is in use.
    [[nodiscard]] std::string_view key(Slot slot) const { return _blocks.key(_handles[slot]); }
    [[nodiscard]] std::string_view value(Slot slot) const { return _blocks.value(_handles[slot]); }
    /// Null: nobody else can refer to it.
    [[nodiscard]] Entry* home(Slot slot) const { return _blocks.home(_handles[slot]); }
    /// Tells an entry from others that were in the slot at another time.
    [[nodiscard]] Stamp stamp(Slot slot) const { return _blocks.stamp(_handles[slot]); }

    [[nodiscard]] Time storedAt(Slot slot) const {
        const auto age = (static_cast<std::uint32_t>(_latest) - stamp(slot).storedAt) & stampMask;
        return timeOf(_latest - age);
    }

    /// Brings what leads to the slot's entry towards the processor; and then, where the slot is in use, the entry.
    void prefetch(Slot slot) const { nearcache::prefetch(&_handles[slot]); }
    void prefetchEntry(Slot slot) const { _blocks.prefetch(_handles[slot]); }

    /// The slot's entry is not to be served from then on. REQUIRES: the slot is in use.
    [[nodiscard]] Time endsAt(Slot slot) const {
        return stamp(slot).endsEarly ? Time(Milliseconds(deadline(slot))) : storedAt(slot) + _ttl;
    }

    /// Sees to it that whatever is stored from now on bears a later time than all before. Returns the latest of those.
    Time seal() {
        _earliest = _latest + 1;
        return timeOf(_latest);
    }

    /// Whether a key that ends then would be stored at `now` for no time at all: ends are rounded down to milliseconds.
    [[nodiscard]] bool ended(Time keyEndsAt, Time now) const {
        return std::chrono::floor<Milliseconds>(endOf(keyEndsAt, now)) <= std::max(now, timeOf(nextTick(now)));
    }

    /// Stores in a free slot, and returns which; noSlot if there is no memory. `home`: see Blocks.
    /// REQUIRES: not full, not ended(keyEndsAt, now).
    Slot put(std::string_view key, std::string_view value, EntryRef home, Time now, Time keyEndsAt = Time::max());

    /// Stores a new value. False: there is no memory, and the slot is as it was. The home of the former one comes back
    /// in `home`. REQUIRES: the slot is in use, with this key; not ended(keyEndsAt, now).
    [[nodiscard]] bool replace(Slot slot, std::string_view key, std::string_view value, EntryRef& home, Time now,
                               Time keyEndsAt = Time::max());

    /// Frees a slot and returns the home of what it held, if it had one. REQUIRES: the slot is in use.
    EntryRef take(Slot slot);

    /// Has the wheel move so many slots at most. Returns whether the wheel has reached `now`. O(atMost).
    bool advance(Time now, std::size_t atMost);

    /// A slot whose entry has expired, or noSlot: those with the common time to live first, in the order of storing.
    /// Those with one of their own are known up to the time that the wheel has reached.
    [[nodiscard]] Slot expiredOne(Time now) const;

    /// Whether so much time has passed since the last overhaul that, before anything is stored at `now`, all that has
    /// expired by then must be taken: else the times of storing could wrap around. Once in nine minutes, or a time to
    /// live, at most.
    [[nodiscard]] bool overhaulIsDue(Time now) const { return tickOf(now) - _overhauledAt >= unitsOfTtl; }
    void overhauled(Time now) { _overhauledAt = tickOf(now); }

    /// Whether the invariants hold. For tests: O(capacity).
    [[nodiscard]] bool check() const;

  private:
    using Tick = std::int64_t; ///< a number of units
    static constexpr Tick unitsOfTtl = Tick{1} << 29;
    static constexpr std::uint32_t stampMask = (1U << 31) - 1;

    [[nodiscard]] Tick tickOf(Time time) const { return time.time_since_epoch() / std::chrono::nanoseconds(_unit); }
    [[nodiscard]] Time timeOf(Tick tick) const { return Time(tick * _unit); }
    [[nodiscard]] Tick unsealedTick(Time now) const { return std::max(tickOf(now), _latest); }
    [[nodiscard]] Tick nextTick(Time now) const { return std::max(unsealedTick(now), _earliest); }
    [[nodiscard]] Time endOf(Time keyEndsAt, Time now) const;

    [[nodiscard]] static Wheel::Tick millisecondOf(Time time) {
        return static_cast<Wheel::Tick>(std::chrono::floor<Milliseconds>(time.time_since_epoch()).count());
    }
    [[nodiscard]] Wheel::Tick deadline(Slot slot) const { return millisecondOf(storedAt(slot)) + _lifetimes[slot]; }
    [[nodiscard]] std::uint32_t lifetime(Time storedAt, Time end) const;
    [[nodiscard]] Slot freeSlot();
    void settle(Slot slot, Time now, Time keyEndsAt);
    void unsettle(Slot slot);
    EntryRef free(Blocks::Handle block);
    void onMoved(Blocks::Handle from, Blocks::Handle to);
    [[nodiscard]] bool checkAges() const;

    const std::chrono::nanoseconds _ttl;
    const Unit _unit;
    const SlotIndex& _index;
    Blocks _blocks;
    ZeroedArray<Blocks::Handle> _handles;  ///< none in a free slot
    ZeroedArray<std::uint32_t> _lifetimes; ///< of those that end early: milliseconds from that of storing
    SlotLinks _links;
    SlotList _ages{_links};
    SlotList _free{_links}; ///< slots used before; the last freed is taken first, its memory being the warmest
    Wheel _wheel{_links};
    std::uint32_t _begun = 0; ///< slots below this one have been used
    Tick _latest = -1;        ///< the latest time of storing
    Tick _earliest = 0;       ///< of those to come
    Tick _overhauledAt = 0;
    std::size_t _bytes = 0;
};

} // namespace nearcache
