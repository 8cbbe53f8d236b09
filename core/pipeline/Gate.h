#pragma once

/// `limits.parallel`: at most so many requests are executed at any moment, over all workers. Who finds no slot waits
/// its turn, first come first served. Thread-safe; O(1), amortised, but for giveUp(). Who finds a slot takes no lock.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>

namespace nearcache {

/// Who waits at the gate: a worker, for its requests. It numbers those that wait, in their order.
class GateWaiter {
  public:
    virtual ~GateWaiter() = default;

    /// Any thread, under the gate's lock: have granted things happen elsewhere. The slots are held for the first of
    /// those that wait, and must be given back even if these have gone meanwhile.
    virtual void onSlotsGranted(unsigned count) = 0;

    /// The same: whether this one still waits. It does not any more.
    [[nodiscard]] virtual bool forget(std::uint64_t number) = 0;
};

class Gate {
  public:
    explicit Gate(unsigned slots) : _slots(slots), _free(slots) {}

    /// One request at a time, hits included.
    [[nodiscard]] bool sequential() const { return _slots == 1; }

    /// Takes a slot, if there is one and nobody waits.
    [[nodiscard]] bool tryEnter() { return take(1) == 1; }

    /// Gets in line with `count` requests, at least one, the last of which has this number, greater than any before of
    /// this waiter.
    void wait(GateWaiter& waiter, std::uint64_t lastNumber, unsigned count);

    /// Gives so many slots back, to the first in line if there are any.
    void leave(unsigned slots = 1);

    /// A request gets out of line. False: a slot for it was granted already. O(changes of waiters in the line).
    bool giveUp(GateWaiter& waiter, std::uint64_t number);

    [[nodiscard]] unsigned taken() const { return _slots - _free; }
    [[nodiscard]] std::size_t waiting() const;

  private:
    /// Requests of one waiter that nobody stands between.
    struct Party {
        GateWaiter* waiter;
        std::uint64_t lastNumber;
        unsigned count;
    };

    [[nodiscard]] unsigned take(unsigned most);
    [[nodiscard]] unsigned grant(unsigned slots);

    const unsigned _slots;
    std::atomic<unsigned> _free; ///< 0 while anybody waits
    mutable std::mutex _mutex;   ///< guards what follows
    std::deque<Party> _line;     ///< none of them empty
    std::size_t _waiting = 0;
};

} // namespace nearcache
