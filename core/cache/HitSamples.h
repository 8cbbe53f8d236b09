#pragma once

/// A sample of the keys that are hit, so that Redis can be told which of its keys are in use here.
///
/// Every so many hits, one is noted: its slot and when its entry was stored, which tells later whether the slot holds
/// the same entry still. Nothing is allocated. Not thread-safe: under the store's lock.

#include "cache/Entry.h"
#include "cache/Slots.h"

#include <array>
#include <cstddef>
#include <span>

namespace nearcache {

class HitSamples {
  public:
    /// How many are noted between two calls of take(); the hits after those are passed over.
    static constexpr std::size_t most = 128;

    /// What was noted and is still in its slot.
    struct Taken {
        std::array<EntryRef, most> entries;
        std::size_t count = 0;
    };

    /// Every oneIn-th hit from now on, or none for 0.
    void every(std::size_t oneIn) {
        _oneIn = oneIn;
        _skip = oneIn - 1;
        _count = 0;
    }

    [[nodiscard]] bool wanted() const { return _oneIn != 0; }

    /// These slots were hit. REQUIRES: wanted(). O(hits / oneIn).
    void note(const Slots& slots, std::span<const Slot> hits) {
        std::size_t at = _skip;
        for (; at < hits.size(); at += _oneIn) {
            if (_count < most)
                _samples[_count++] = {hits[at], slots.entry(hits[at]).storedAt()};
        }
        _skip = at - hits.size();
    }

    /// Begins a new period.
    void take(const Slots& slots, Taken& taken) {
        for (std::size_t i = 0; i < _count; ++i) {
            const auto& [slot, storedAt] = _samples[i];
            if (slots.used(slot) && slots.entry(slot).storedAt() == storedAt)
                taken.entries[taken.count++] = slots.share(slot);
        }
        _count = 0;
    }

  private:
    struct Sample {
        Slot slot;
        Slots::Time storedAt;
    };

    std::array<Sample, most> _samples;
    std::size_t _count = 0;
    std::size_t _oneIn = 0;
    std::size_t _skip = 0; ///< hits before the next that is noted
};

} // namespace nearcache
