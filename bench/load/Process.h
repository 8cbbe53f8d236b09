#pragma once

/// What Linux tells of another process: proc(5).

#include <cstdint>

namespace nearcache::bench {

/// CPU time of all its threads so far, in seconds.
struct CpuTime {
    double user = 0;
    double system = 0;
};

/// Each throws std::runtime_error where there is no such process.
[[nodiscard]] CpuTime cpuTimeOf(int process);
[[nodiscard]] std::uint64_t residentBytesOf(int process);

/// How long all its threads were ready to run and had to wait for a core, in seconds; 0 where the kernel does not tell.
[[nodiscard]] double waitedOf(int process);

} // namespace nearcache::bench
