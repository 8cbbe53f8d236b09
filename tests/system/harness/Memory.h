#pragma once

#include <cstddef>
#include <sys/types.h>

namespace nearcache::blackbox {

/// Memory of a process, in bytes (proc(5), VmRSS and VmHWM).
struct Memory {
    std::size_t resident = 0; ///< now
    std::size_t peak = 0;     ///< at most, so far
};

Memory memoryOf(pid_t process);

} // namespace nearcache::blackbox
