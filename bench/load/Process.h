#pragma once

/// What Linux tells of another process: proc(5).

#include <cstdint>

namespace nearcache::bench {

/// CPU time of all its threads so far, in seconds.
struct CpuTime {
    double user = 0;
    double system = 0;
};

/// Both throw std::runtime_error where there is no such process.
[[nodiscard]] CpuTime cpuTimeOf(int process);
[[nodiscard]] std::uint64_t residentBytesOf(int process);

} // namespace nearcache::bench
