#pragma once

/// A worker's way through the gate: slots that are given back within a turn of its loop go back together, at its end, and
/// so are those taken up that were granted meanwhile. Threads: the loop's.

#include "net/Loop.h"
#include "pipeline/Gate.h"

#include <cstdint>
#include <functional>
#include <mutex>
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

    /// As the gate's.
    [[nodiscard]] std::uint64_t enter() { return _gate.enter(*this); }
    void giveUp(std::uint64_t ticket) { _gate.giveUp(ticket); }

    /// Gives a slot back, at the end of the turn.
    void leave();

  private:
    void onSlotGranted(std::uint64_t ticket) override;
    void giveBack();
    void takeGranted();

    Loop& _loop;
    Gate& _gate;
    const OnGranted _onGranted;
    unsigned _returned = 0; ///< in this turn

    std::mutex _mutex; ///< taken under the gate's, too
    std::vector<std::uint64_t> _granted;
    bool _attentive = false; ///< the loop is about to look at _granted
};

} // namespace nearcache
