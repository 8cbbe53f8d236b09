#pragma once

#include "coherence/verify/Client.h"
#include "coherence/verify/Disturbance.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace nearcache::coherence {

struct Phase {
    std::string name;
    Tally tally;            ///< `stale` sorted
    bool disturbed = false; ///< it was to be
    std::size_t hits = 0;   ///< what the disturbance hit: 0, and it was none
    std::chrono::duration<double> took{0};
};

/// Runs all clients, each on a thread of its own, while the disturbance (null: none) strikes every now and then.
Phase runPhase(const std::string& name, const std::vector<std::unique_ptr<Client>>& clients, Disturbance* disturbance,
               const Options& options);

} // namespace nearcache::coherence
