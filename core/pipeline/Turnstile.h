#pragma once

/// A worker's way through the gate: slots that are given back within a turn of its loop go back together, at its end,
/// when those who have come meanwhile get in line, and those whose turn it is are told. Threads: the loop's.

#include "net/Loop.h"
#include "pipeline/Gate.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace nearcache {

class Turnstile final : private GateWaiter {
  public:
    /// Is told of a slot that was granted; false: who waited for it has gone meanwhile.
    using OnGranted = std::function<bool(std::uint64_t ticket)>;

    /// Both outlive it.
    Turnstile(Loop& loop, Gate& gate, OnGranted onGranted)
        : _loop(loop), _gate(gate), _onGranted(std::move(onGranted)) {}
    Turnstile(const Turnstile&) = delete;
    Turnstile& operator=(const Turnstile&) = delete;

    [[nodiscard]] bool sequential() const { return _gate.sequential(); }

    /// Takes a slot: returns 0. Or gets in line: returns a ticket, greater than any before. Tickets are granted in
    /// their order.
    [[nodiscard]] std::uint64_t enter();

    /// Gets out of line. If the slot was granted already, the grant is on its way, and nobody is to know the ticket
    /// then.
    void giveUp(std::uint64_t ticket);

    /// Gives a slot back, at the end of the turn.
    void leave();

  private:
    void onSlotsGranted(unsigned count) override;
    bool forget(std::uint64_t ticket) override;
    void passAtEndOfTurn();
    void pass();
    void getInLine();
    void takeGranted();

    Loop& _loop;
    Gate& _gate;
    const OnGranted _onGranted;
    bool _passing = false;                ///< at the end of this turn
    unsigned _returned = 0;               ///< slots, in this turn
    std::uint64_t _lastTicket = 0;        ///< of those given out
    std::uint64_t _lastTold = 0;          ///< of those granted: who has one behind it waits
    std::vector<std::uint64_t> _arriving; ///< tickets given out in this turn

    std::mutex _mutex; ///< taken under the gate's, too; guards what follows
    std::deque<std::uint64_t> _inLine;
    std::vector<std::uint64_t> _granted;
    bool _attentive = false; ///< the loop is about to look at _granted
};

} // namespace nearcache
