#pragma once

/// Connections that have asked once, and then only stay open.

#include "Client.h"
#include "Dialect.h"
#include "Options.h"

#include <vector>

namespace nearcache::bench {

/// Opens them one after the other and waits for each one's reply. Throws std::runtime_error.
[[nodiscard]] std::vector<Client> openIdle(const Options& options, const Dialect& dialect);

} // namespace nearcache::bench
