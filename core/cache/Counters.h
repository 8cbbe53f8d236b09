#pragma once

/// What a store tells about itself. Totals since the start, but for `keys`, `dropped` and `bytes`, which are of this
/// moment.

#include <cstdint>

namespace nearcache {

struct Counters {
    std::uint64_t keys = 0;    ///< entries held, expired and not yet reclaimed ones included, dropped ones not
    std::uint64_t dropped = 0; ///< entries that were dropped with their group and wait to be reclaimed
    std::uint64_t bytes = 0;   ///< memory of both: keys, values and their headers
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;
    std::uint64_t insertions = 0;    ///< fills of keys that were not held
    std::uint64_t replacements = 0;  ///< fills of keys that were held
    std::uint64_t evictions = 0;     ///< live entries given up for others
    std::uint64_t expirations = 0;   ///< expired entries reclaimed
    std::uint64_t invalidations = 0; ///< entries removed by invalidate(), and dropped ones reclaimed
    std::uint64_t drops = 0;         ///< calls of drop()
    std::uint64_t clears = 0;        ///< calls of clear()
    std::uint64_t staleFills = 0;    ///< fills not stored: the key was changed while it was fetched
    std::uint64_t lateFills = 0;     ///< fills not stored: the key had ended in Redis by then
    std::uint64_t refusedFills = 0;  ///< fills not stored: the policy kept the key out
};

} // namespace nearcache
