#pragma once

/// A small number for each running thread, so that threads can be given places of their own in an array.

namespace nearcache {

/// How many threads have a number that no other has. With more at once, some share one.
inline constexpr unsigned threadNumbers = 64;

/// The calling thread's, 0 … threadNumbers - 1: the lowest that no running thread had when it first asked. Kept until
/// the thread ends, and then given to others. Any thread, no lock; O(1).
[[nodiscard]] unsigned threadNumber() noexcept;

} // namespace nearcache
