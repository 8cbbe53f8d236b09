#pragma once

/// A sample of the keys that are hit, so that Redis can be told which of its keys are in use here.
///
/// Every so many hits, one is noted: its slot and when its entry was stored, which tells later whether the slot holds
/// the same entry still. Noting allocates nothing. Not thread-safe: under the store's lock.

#include "cache/LookupBuffer.h"
#include "cache/Slots.h"

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace nearcache {

class HitSamples {
  public:
    /// How many are noted between two calls of take(); the hits after those are passed over.
    static constexpr std::size_t most = 128;

    /// The keys of what was noted and is still in its slot.
    struct Taken {
        std::array<std::string_view, most> keys;
        std::size_t count = 0;
        LookupBuffer buffer; ///< where the keys are
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
                _samples[_count++] = {hits[at], slots.stamp(hits[at])};
        }
        _skip = at - hits.size();
    }

    /// Begins a new period. Throws std::bad_alloc.
    void take(const Slots& slots, Taken& taken) {
        for (std::size_t i = 0; i < _count; ++i) {
            const auto& [slot, stamp] = _samples[i];
            if (slots.used(slot) && slots.stamp(slot) == stamp)
                taken.keys[taken.count++] = taken.buffer.copy(slots.key(slot));
        }
        _count = 0;
    }

  private:
    struct Sample {
        Slot slot;
        Slots::Stamp stamp;
    };

    std::array<Sample, most> _samples;
    std::size_t _count = 0;
    std::size_t _oneIn = 0;
    std::size_t _skip = 0; ///< hits before the next that is noted
};

} // namespace nearcache
