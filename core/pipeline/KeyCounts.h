#pragma once

/// How many of the requests under way have a key, at most: a counting Bloom filter with one hash function. What it says
/// is never too little, so that 0 (or 1, of a key that was counted once) is certain. Every operation is O(1), but for
/// clear().

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace nearcache {

class KeyCounts {
  public:
    void add(std::uint64_t hash) {
        auto& counter = _counters[hash % counters];
        if (counter < full)
            ++counter;
    }

    /// REQUIRES: it was added. One that is full stays so.
    void remove(std::uint64_t hash) {
        auto& counter = _counters[hash % counters];
        if (counter < full)
            --counter;
        else
            _stuck = true;
    }

    [[nodiscard]] unsigned atMost(std::uint64_t hash) const { return _counters[hash % counters]; }

    /// Nothing is counted any more.
    void clear() {
        if (_stuck)
            *this = {};
    }

  private:
    using Counter = std::uint8_t;
    static constexpr std::size_t counters = 1024;
    static constexpr Counter full = std::numeric_limits<Counter>::max();

    std::array<Counter, counters> _counters{};
    bool _stuck = false;
};

/// Of one connection.
struct KeysUnderWay {
    KeyCounts read;      ///< by GETs
    KeyCounts commanded; ///< by commands
};

} // namespace nearcache
