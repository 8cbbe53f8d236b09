#pragma once

/// Hits on their way to the policy. Readers write down what they hit, each batch in one piece; the policy is told
/// later, by whoever empties the log, of every hit and in the order in which they were written down.
///
/// So readers side by side do not wait for each other's hits to be applied: while one tells the policy, the others go
/// on writing, into the second of two halves. Only when that is full too do they wait.
///
/// Threads: add() by readers, side by side; drain() by a writer, which has shut them out. The policy is told by one at
/// a time. Locks: _draining before _writing; the latter is held for the copying of one batch only. Nothing is
/// allocated.

#include "nearcache/Policy.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <mutex>
#include <span>
#include <utility>

namespace nearcache {

class alignas(64) HitLog { // readers write to it; what they only read shall not be in the same cache line
  public:
    /// Hits in each half, which a writer may have to wait for until the policy knows them: with LRU 5 to 40 µs.
    static constexpr std::size_t room = 1024;

    /// Writes down some hits. From half a half on, tells the policy, unless somebody is at it: tell(span of hits).
    /// REQUIRES: at most `room` hits.
    template <class Tell> void add(std::span<const Slot> hits, Tell&& tell) {
        std::size_t held = append(hits);
        for (; held == 0; held = append(hits))
            waitAndDrain(tell);
        if (held < room / 2)
            return;
        const std::unique_lock<std::mutex> draining(_draining, std::try_to_lock);
        if (draining)
            tell(swap());
    }

    /// Tells the policy all that was written down. REQUIRES: nobody else uses the log meanwhile; no lock is taken.
    template <class Tell> void drain(Tell&& tell) {
        if (const std::size_t count = std::exchange(_written->count, 0); count > 0)
            tell(std::span<const Slot>(_written->hits.data(), count));
    }

  private:
    struct Half {
        std::array<Slot, room> hits;
        std::size_t count = 0;
    };

    /// Tells the policy what was written down, once whoever is at it is done.
    template <class Tell> void waitAndDrain(Tell&& tell) {
        const std::lock_guard<std::mutex> draining(_draining);
        if (const std::span<const Slot> hits = swap(); !hits.empty())
            tell(hits);
    }

    /// Returns how many hits there are then, or 0 if there is no room for these.
    [[nodiscard]] std::size_t append(std::span<const Slot> hits) {
        const std::lock_guard<std::mutex> writing(_writing);
        Half& half = *_written;
        if (hits.size() > room - half.count)
            return 0;
        std::ranges::copy(hits, half.hits.begin() + static_cast<std::ptrdiff_t>(half.count));
        return half.count += hits.size();
    }

    /// Gives the writers the other half, and returns what is in this one. Under _draining, and valid as long as it is
    /// held.
    [[nodiscard]] std::span<const Slot> swap() {
        const std::lock_guard<std::mutex> writing(_writing);
        std::swap(_written, _told);
        _written->count = 0;
        return {_told->hits.data(), _told->count};
    }

    std::mutex _draining;
    std::mutex _writing;
    std::array<Half, 2> _halves;
    Half* _written = &_halves[0]; ///< under _writing
    Half* _told = &_halves[1];    ///< under _draining
};

} // namespace nearcache
