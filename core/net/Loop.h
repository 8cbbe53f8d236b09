#pragma once

/// An event loop: sockets, timers, and tasks posted by other threads. Each worker runs one, so do the acceptor and the
/// resolver. A loop's thread waits nowhere but in its poll.

#include "net/Clock.h"
#include "net/Poller.h"
#include "net/Timers.h"

#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <vector>

namespace nearcache {

class Loop : private PollHandler {
  public:
    using Task = std::function<void()>;

    /// Throws Poco::IOException when the process has no descriptor left.
    Loop();
    ~Loop() override;
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    /// Runs until stop(), on the thread that calls it, which is the loop's own from then on.
    void run();

    /// Any thread: ends run() after the turn under way. Tasks posted but not run by then are destroyed with the loop.
    void stop();

    /// Any thread: has the task run on the loop's thread, in the order of the posts. Tasks must not throw.
    void post(Task task);

    /// Loop's thread: has the task run when the sockets that are ready in this turn have been reported, before its
    /// posted tasks; or else in the next turn. Once.
    void afterEvents(Task task) { _afterEvents.push_back(std::move(task)); }

    /// Loop's thread: has the task run when all else of this turn is done, once.
    void atEndOfTurn(Task task) { _endOfTurn.push_back(std::move(task)); }

    /// Loop's thread: the time at which this turn began.
    [[nodiscard]] Time now() const { return _now; }

    /// Loop's thread.
    [[nodiscard]] Timers& timers() { return _timers; }
    [[nodiscard]] Poller& poller() { return _poller; }

  private:
    void onPoll(bool readable, bool writable) noexcept override;
    [[nodiscard]] Milliseconds patience() const;
    void runPosted();
    static void runAll(std::vector<Task>& tasks);
    void wake() const noexcept;

    Poller _poller;
    Timers _timers;
    Time _now = Clock::now();
    std::vector<Task> _afterEvents;
    std::vector<Task> _endOfTurn;
    std::atomic<bool> _stopping = false;

    int _wakeDescriptor;
    Poco::Net::StreamSocket _wakeSocket; ///< owns the descriptor; so that the poll set is never empty, too

    std::mutex _mutex;
    std::vector<Task> _posted; ///< guarded by _mutex
};

} // namespace nearcache
