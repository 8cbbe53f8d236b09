#pragma once

/// `limits.parallel`: at most so many requests are executed at any moment, over all workers. Who finds no slot waits
/// its turn, first come first served. Thread-safe; O(1), amortised.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>

namespace nearcache {

/// Who waits at the gate: a worker, for one of its requests.
class GateWaiter {
  public:
    virtual ~GateWaiter() = default;

    /// Any thread, under the gate's lock: have granted things happen elsewhere. The slot is held for the waiter, which
    /// must leave() even if the request for which it waited has gone meanwhile. Called in the order of the tickets.
    virtual void onSlotGranted(std::uint64_t ticket) = 0;
};

class Gate {
  public:
    explicit Gate(unsigned slots) : _slots(slots) {}

    /// One request at a time, hits included.
    [[nodiscard]] bool sequential() const { return _slots == 1; }

    /// Takes a slot: returns 0. Or gets in line: returns the ticket that onSlotGranted() will name, greater than any before.
    [[nodiscard]] std::uint64_t enter(GateWaiter& waiter);

    /// Gives so many slots back, to the first in line if there are any.
    void leave(unsigned slots = 1);

    /// Gets out of line. False when the slot was granted already: onSlotGranted() is called or on its way.
    bool giveUp(std::uint64_t ticket);

    [[nodiscard]] unsigned taken() const;
    [[nodiscard]] std::size_t waiting() const;

  private:
    void grantFirst();

    const unsigned _slots;
    mutable std::mutex _mutex;
    unsigned _taken = 0;
    std::uint64_t _firstTicket = 1; ///< of who is at the front of the line, or would be
    std::deque<GateWaiter*> _line;  ///< one ticket after the other; none: has given up
    std::size_t _waiting = 0;       ///< those who have not
};

} // namespace nearcache
