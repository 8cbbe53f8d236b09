#pragma once

/// The trace synth1: 400,000 requests for 57,349 keys, made by integer arithmetic only, so the same on every machine.
/// A tenth are keys asked once; the others are skewed over 20,000 keys; in the middle every second one is a loop over
/// 3,000 keys.

#include <cstdint>
#include <vector>

namespace nearcache {

[[nodiscard]] std::vector<std::uint32_t> synth1();

} // namespace nearcache
