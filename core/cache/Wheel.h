#pragma once

/// A hierarchical timing wheel: slots with a deadline each, and which of them are due.
///
/// Deadlines are read as numbers of eight digits, 0 … 63. Level 0 has a bucket for each value of the lowest digit,
/// level 1 for the next, and so on; a slot lies at the level of the highest digit in which its deadline differs from
/// the wheel's time, in that digit's bucket. When the time reaches a bucket, its slots move to lower levels, or are
/// due: each slot moves eight times at most, however far its deadline is. Buckets are rings in the links that all slots
/// have; their heads lie behind the slots, so that a slot can be taken out without knowing where it is. Memory: 4 KiB
/// of heads.
///
/// Every operation is O(1), but for advance(). Not thread-safe.
///
/// Invariants: a slot is in the bucket that its deadline and the time ask for, in the one that is being emptied, or
/// due.
/// Every bucket that is not empty, but for the one being emptied, has its bit set. The time never goes back.

#include "nearcache/SlotList.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace nearcache {

class Wheel {
  public:
    using Tick = std::uint64_t; ///< milliseconds of the steady clock

    static constexpr unsigned levels = 8; ///< 2^48 ticks, more than the clock can tell
    static constexpr Slot digits = 64;
    static constexpr Slot heads = levels * digits + 1;

    /// Its heads are the last elements of `links`, which outlives the wheel. REQUIRES: links.size() >= heads.
    explicit Wheel(SlotLinks& links);
    Wheel(const Wheel&) = delete;
    Wheel& operator=(const Wheel&) = delete;

    [[nodiscard]] std::uint32_t size() const { return _size; }

    /// REQUIRES: the slot is in no list, deadline < 2^48.
    void add(Slot slot, Tick deadline);

    /// REQUIRES: the slot is in the wheel.
    void remove(Slot slot);

    /// Lets time pass up to `now`, but stops where more than `atMost` slots would have to be moved. Returns whether it
    /// has got there: where not, slots that are due may not be known as such. `deadlineOf(slot)` tells what was added.
    template <class DeadlineOf> bool advance(Tick now, std::size_t atMost, const DeadlineOf& deadlineOf) {
        while (nextBucket(now)) {
            for (; !empty(_emptying); --atMost) {
                if (atMost == 0)
                    return false;
                const Slot slot = first(_emptying);
                unlink(slot);
                link(slot, deadlineOf(slot));
            }
        }
        return true;
    }

    /// One that is due, or noSlot.
    [[nodiscard]] Slot due() const { return empty(dueList) ? noSlot : first(dueList); }

    /// Whether the invariants hold. For tests: O(size).
    template <class DeadlineOf> [[nodiscard]] bool check(const DeadlineOf& deadlineOf) const {
        std::uint32_t seen = 0;
        for (Slot bucket = 0; bucket < heads; ++bucket) {
            for (Slot slot = first(bucket); slot != head(bucket); slot = (*_links)[slot].newer) {
                if (++seen > _size || slot >= _heads || !wellLinked(slot) || !belongs(bucket, deadlineOf(slot)))
                    return false;
            }
        }
        return seen == _size;
    }

  private:
    static constexpr Slot dueList = levels * digits; ///< behind the buckets
    static constexpr Slot none = heads;
    static constexpr unsigned digitBits = 6;

    [[nodiscard]] static Slot digitOf(Tick tick, unsigned level) {
        return static_cast<Slot>(tick >> (level * digitBits)) % digits;
    }

    [[nodiscard]] Slot head(Slot bucket) const { return _heads + bucket; }
    [[nodiscard]] Slot first(Slot bucket) const { return (*_links)[head(bucket)].newer; }
    [[nodiscard]] bool empty(Slot bucket) const { return first(bucket) == head(bucket); }
    [[nodiscard]] Slot placeOf(Tick deadline) const;
    [[nodiscard]] bool belongs(Slot bucket, Tick deadline) const;
    [[nodiscard]] bool wellLinked(Slot slot) const;
    [[nodiscard]] bool nextBucket(Tick now);
    void link(Slot slot, Tick deadline);
    void unlink(Slot slot);

    SlotLinks* _links;
    Slot _heads; ///< where they begin in the links
    std::array<std::uint64_t, levels> _occupied{};
    Slot _emptying = none; ///< the bucket that the time has reached and that advance() could not empty yet
    Tick _now = 0;
    std::uint32_t _size = 0;
};

} // namespace nearcache
