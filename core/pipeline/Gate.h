#pragma once

/// `limits.parallel`: at most so many requests are executed at any moment, over all workers. Who finds no slot waits
/// its turn, first come first served. Thread-safe; O(log waiting).

#include <cstdint>
#include <map>
#include <mutex>

namespace nearcache {

/// Who waits at the gate: a worker, for one of its requests.
class GateWaiter {
  public:
    virtual ~GateWaiter() = default;

    /// Any thread, under the gate's lock: have granted things happen elsewhere. The slot is held for the waiter, which
    /// must leave() even if the request for which it waited has gone meanwhile.
    virtual void onSlotGranted(std::uint64_t ticket) = 0;
};

class Gate {
  public:
    explicit Gate(unsigned slots) : _slots(slots) {}

    /// One request at a time, hits included.
    [[nodiscard]] bool sequential() const { return _slots == 1; }

    /// Takes a slot: returns 0. Or gets in line: returns the ticket that onSlotGranted() will name.
    [[nodiscard]] std::uint64_t enter(GateWaiter& waiter);

    /// Gives a slot back, to the first in line if there is one.
    void leave();

    /// Gets out of line. False when the slot was granted already: onSlotGranted() is called or on its way.
    bool giveUp(std::uint64_t ticket);

    [[nodiscard]] unsigned taken() const;
    [[nodiscard]] std::size_t waiting() const;

  private:
    const unsigned _slots;
    mutable std::mutex _mutex;
    unsigned _taken = 0;
    std::uint64_t _lastTicket = 0;
    std::map<std::uint64_t, GateWaiter*> _line; ///< by ticket, which is by time
};

} // namespace nearcache
