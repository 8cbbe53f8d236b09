#pragma once

#include "coherence/verify/Clock.h"

#include <algorithm>
#include <thread>

namespace nearcache::coherence {

/// Lets a thread do something so often, and no more. What was missed is not made up for: after a standstill there is no
/// burst.
class Pace {
  public:
    /// 0: as often as it can.
    explicit Pace(double perSecond)
        : _interval(perSecond > 0
                        ? std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1 / perSecond))
                        : Clock::duration::zero()),
          _next(Clock::now()) {}

    void wait() {
        if (_interval == Clock::duration::zero())
            return;
        _next = std::max(_next + _interval, Clock::now() - _interval);
        std::this_thread::sleep_until(_next);
    }

  private:
    Clock::duration _interval;
    Time _next;
};

} // namespace nearcache::coherence
