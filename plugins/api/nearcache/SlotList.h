#pragma once

/// Doubly linked lists of slots, in arrays made once: what LRU, FIFO and their kin are built from.
///
/// A `SlotLinks` holds the links of all slots of a store; a `SlotList` is one list in it. A slot is in at most one of
/// the lists that share a `SlotLinks`. Every operation is O(1). Not thread-safe.

#include "nearcache/Policy.h"
#include "nearcache/Prefetch.h"
#include "nearcache/ZeroedArray.h"

#include <cassert>
#include <cstdint>

NEARCACHE_API_BEGIN

struct SlotLink {
    Slot newer;
    Slot older;
};

/// What is linked is written; the rest is never read, nor resident.
using SlotLinks = ZeroedArray<SlotLink>;

/// Invariant: following `older` from newest() visits size() slots and ends at oldest(); `newer` is the way back.
class SlotList {
  public:
    /// `links` has one element a slot and outlives the list.
    explicit SlotList(SlotLinks& links) : _links(&links) {}

    [[nodiscard]] bool empty() const { return _size == 0; }
    [[nodiscard]] std::uint32_t size() const { return _size; }
    [[nodiscard]] Slot newest() const { return _newest; }
    [[nodiscard]] Slot oldest() const { return _oldest; }
    [[nodiscard]] Slot newer(Slot slot) const { return (*_links)[slot].newer; }
    [[nodiscard]] Slot older(Slot slot) const { return (*_links)[slot].older; }

    /// REQUIRES: the slot is in no list.
    void pushNewest(Slot slot) {
        (*_links)[slot] = {noSlot, _newest};
        (_newest == noSlot ? _oldest : (*_links)[_newest].newer) = slot;
        _newest = slot;
        ++_size;
    }

    /// REQUIRES: the slot is in this list.
    void remove(Slot slot) {
        assert(_size > 0);
        const SlotLink link = (*_links)[slot];
        (link.newer == noSlot ? _newest : (*_links)[link.newer].older) = link.older;
        (link.older == noSlot ? _oldest : (*_links)[link.older].newer) = link.newer;
        --_size;
    }

    /// REQUIRES: not empty.
    Slot popOldest() {
        const Slot slot = _oldest;
        remove(slot);
        return slot;
    }

    void moveToNewest(Slot slot) {
        if (slot == _newest)
            return;
        remove(slot);
        pushNewest(slot);
    }

    /// Brings what changes when the slot is moved towards the processor: its own links, and then those of the slots
    /// next to it. REQUIRES: the slot is in this list.
    void prefetch(Slot slot) const { nearcache::prefetch(&(*_links)[slot]); }
    void prefetchNeighbours(Slot slot) const {
        const SlotLink link = (*_links)[slot];
        if (link.newer != noSlot)
            prefetch(link.newer);
        if (link.older != noSlot)
            prefetch(link.older);
    }

    void clear() {
        _newest = _oldest = noSlot;
        _size = 0;
    }

    /// Whether the invariant holds. For tests: O(size).
    [[nodiscard]] bool check() const {
        std::uint32_t seen = 0;
        Slot previous = noSlot;
        for (Slot slot = _newest; slot != noSlot; slot = (*_links)[slot].older) {
            if (slot >= _links->size() || (*_links)[slot].newer != previous || ++seen > _size)
                return false;
            previous = slot;
        }
        return seen == _size && previous == _oldest;
    }

  private:
    SlotLinks* _links;
    Slot _newest = noSlot;
    Slot _oldest = noSlot;
    std::uint32_t _size = 0;
};

NEARCACHE_API_END
