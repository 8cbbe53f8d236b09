#pragma once

#include "coherence/verify/Client.h"
#include "coherence/verify/Gate.h"
#include "coherence/verify/Keys.h"
#include "coherence/verify/Options.h"
#include "coherence/verify/Stage.h"

#include <memory>
#include <ostream>
#include <vector>

namespace nearcache::coherence {

/// Readers and writers for all proxies. Commands that the first proxy refuses are named on `notes` and left out, or
/// throw, by the options.
std::vector<std::unique_ptr<Client>> makeClients(const Options& options, const Stage& stage, Keys& keys, Gate& gate,
                                                 std::ostream& notes);

} // namespace nearcache::coherence
