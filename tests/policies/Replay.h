#pragma once

/// Runs a trace of keys through a store: every request is a look-up, every miss a fill; nothing expires.

#include "nearcache/Policy.h"

#include <cstdint>
#include <memory>
#include <span>

namespace nearcache {

/// Returns the hits. Fails the running test if the invariants of store and policy do not hold at the end.
[[nodiscard]] std::uint64_t replay(std::span<const std::uint32_t> keys, std::uint32_t capacity,
                                   std::unique_ptr<Policy> policy);

} // namespace nearcache
