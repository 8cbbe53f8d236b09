#pragma once

namespace nearcache {

/// Sees to it that the process may open so many descriptors: raises its limit where it has to and may.
/// Returns how many it may open then, which is fewer than wanted if the system does not allow it.
[[nodiscard]] unsigned long allowDescriptors(unsigned long wanted);

} // namespace nearcache
