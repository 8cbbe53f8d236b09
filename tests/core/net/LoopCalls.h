#pragma once

/// Talking to a loop that runs on another thread.

#include "net/Loop.h"
#include "support/Waiting.h"

#include <future>
#include <memory>
#include <stdexcept>
#include <thread>
#include <type_traits>

namespace nearcache::test {

/// Runs the function on the loop's thread, and returns what it returns.
template <class Function> auto callOn(Loop& loop, Function function) {
    using Result = std::invoke_result_t<Function>;
    auto task = std::make_shared<std::packaged_task<Result()>>(std::move(function));
    auto result = task->get_future();
    loop.post([task] { (*task)(); });
    if (result.wait_for(patience) != std::future_status::ready)
        throw std::runtime_error("the loop does not run");
    return result.get();
}

/// Waits until the loop has dealt with what was there when this was called. One call may be part of a turn whose poll
/// is over; the second one's turn has polled; the third one's begins when all of that turn is done.
inline void settle(Loop& loop) {
    for (int turn = 0; turn < 3; ++turn)
        callOn(loop, [] {});
}

/// A loop on a thread of its own. What lives on the loop may be destroyed after stop().
class LoopThread {
  public:
    ~LoopThread() { stop(); }

    template <class Function> auto call(Function function) { return callOn(loop, std::move(function)); }
    void settle() { test::settle(loop); }

    void stop() {
        loop.stop();
        if (_thread.joinable())
            _thread.join();
    }

    Loop loop;

  private:
    std::thread _thread{[this] { loop.run(); }};
};

/// Holds a loop up while it lives: what comes for it meanwhile waits.
class LoopHold {
  public:
    /// From now on, or from when the loop gets there: it may be held already.
    enum class Begin { Now, Later };

    explicit LoopHold(Loop& loop, Begin begin = Begin::Now) {
        auto held = std::make_shared<std::promise<void>>();
        _isHeld = held->get_future();
        loop.post([held, end = _end.get_future().share()] {
            held->set_value();
            end.wait();
        });
        if (begin == Begin::Now)
            awaitBegin();
    }
    ~LoopHold() { release(); }
    LoopHold(const LoopHold&) = delete;
    LoopHold& operator=(const LoopHold&) = delete;

    void awaitBegin() const {
        if (_isHeld.wait_for(patience) != std::future_status::ready)
            throw std::runtime_error("the loop does not run");
    }

    void release() {
        if (!std::exchange(_released, true))
            _end.set_value();
    }

  private:
    std::promise<void> _end;
    std::future<void> _isHeld;
    bool _released = false;
};

} // namespace nearcache::test
