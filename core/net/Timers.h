#pragma once

/// Tasks that are due at a time. For the few things a loop waits for (reconnects, sweeps); what a loop has thousands of
/// (request time-outs) keeps a list of its own and one timer. Not thread-safe: a loop's own thread only.

#include "net/Clock.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

namespace nearcache {

class Timers {
  public:
    using Task = std::function<void()>;

    /// Names a scheduled task. 0 names none.
    using Id = std::uint64_t;

    Id at(Time when, Task task);

    /// Does nothing when the task has run already, or for 0.
    void cancel(Id id);

    /// When the next task is due.
    [[nodiscard]] std::optional<Time> next() const;

    /// Runs what is due, in order. Tasks may schedule and cancel others.
    void runDue(Time now);

  private:
    std::map<std::pair<Time, Id>, Task> _tasks;
    std::map<Id, Time> _times;
    Id _lastId = 0;
};

} // namespace nearcache
