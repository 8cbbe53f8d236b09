#pragma once

/// Drives a policy with random calls, as a store would make them, and checks its invariants after each.

#include "nearcache/Policy.h"

#include <cstdint>
#include <functional>
#include <memory>

namespace nearcache {

using PolicyMaker = std::function<std::unique_ptr<Policy>(std::uint32_t capacity)>;

/// Many seeds and capacities from 1 up. Fails the running test at the first broken invariant.
void exercise(const PolicyMaker& make);

} // namespace nearcache
