#pragma once

/// The reply to HELLO. Protocol and id are the front-end's; the rest is what the backing Redis said of itself.

#include "nearcache/FrontEnd.h"

#include <cstdint>
#include <string>

namespace nearcache::respfront {

[[nodiscard]] std::string greeting(const BackendIdentity& backend, std::uint64_t id, bool resp3);

} // namespace nearcache::respfront
