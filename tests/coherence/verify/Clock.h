#pragma once

#include <chrono>

namespace nearcache::coherence {

/// One clock for writers and readers: they are threads of one process, so that their times can be compared.
using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;

} // namespace nearcache::coherence
