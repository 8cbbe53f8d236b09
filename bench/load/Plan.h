#pragma once

/// When a run begins, is timed, and ends: the same for all threads; and what is found.

#include "Client.h"
#include "Histogram.h"
#include "Process.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <unistd.h>
#include <vector>

namespace nearcache::bench {

[[nodiscard]] inline Nanoseconds nowInNanoseconds() {
    return static_cast<Nanoseconds>(std::chrono::steady_clock::now().time_since_epoch().count());
}

struct Plan {
    Nanoseconds start;
    Nanoseconds from;  ///< the timed part
    Nanoseconds until; ///< its end

    [[nodiscard]] bool timed(Nanoseconds now) const { return now >= from && now < until; }
};

struct Findings {
    Histogram latency; ///< of the requests that count
    std::uint64_t errors = 0;
    std::string firstError;
};

/// One look at the watched processes.
struct Look {
    Nanoseconds at = 0;
    std::vector<CpuTime> cpu;
    std::vector<std::uint64_t> resident;
    std::vector<double> waited;
    double loadWaited = 0; ///< the load itself
};

[[nodiscard]] inline Look look(const std::vector<int>& processes) {
    Look look;
    for (const int process : processes) {
        look.cpu.push_back(cpuTimeOf(process));
        look.resident.push_back(residentBytesOf(process));
        look.waited.push_back(waitedOf(process));
    }
    look.loadWaited = waitedOf(::getpid());
    look.at = nowInNanoseconds();
    return look;
}

} // namespace nearcache::bench
