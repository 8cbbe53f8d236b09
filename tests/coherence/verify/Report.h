#pragma once

#include "coherence/verify/Options.h"
#include "coherence/verify/Phase.h"

#include <ostream>
#include <string>
#include <vector>

namespace nearcache::coherence {

/// A line for each phase, then what went wrong, in words.
void printReport(std::ostream& stream, const std::vector<Phase>& phases);

/// Why the phase is a failure; empty: it is none.
std::vector<std::string> failures(const Phase& phase, const Options& options);

} // namespace nearcache::coherence
