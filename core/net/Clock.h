#pragma once

#include <chrono>

namespace nearcache {

/// The one clock of the data path: monotonic, so that a change of the wall clock expires nothing.
using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;
using Milliseconds = std::chrono::milliseconds;

} // namespace nearcache
