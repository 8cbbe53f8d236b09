#pragma once

/// Time in system tests.

#include "support/Waiting.h"

#include <chrono>

namespace nearcache::blackbox {

using test::eventually;
using test::patience;

using Clock = std::chrono::steady_clock;

/// Sanitizers make the binary several times slower; promises about time that users get are stretched by this there.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
inline constexpr int slack = 5;
#else
inline constexpr int slack = 1;
#endif

/// How long ago that was.
inline std::chrono::milliseconds since(Clock::time_point then) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - then);
}

} // namespace nearcache::blackbox
