#pragma once

/// Which key comes next, and what it is called. A key is a number; its name has 20 bytes: `key:` and 16 digits.

#include "Options.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace nearcache::bench {

/// Mixes all bits of a number: splitmix64.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15U;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31);
}

class KeyName {
  public:
    static constexpr std::size_t size = 20;

    /// Another first letter makes it a key that nobody sets.
    explicit KeyName(std::uint64_t key, bool absent = false);

    operator std::string_view() const { return {_text.data(), _text.size()}; }

  private:
    std::array<char, size> _text;
};

/// One thread's keys. Not thread-safe.
class Keys {
  public:
    /// `part` of so many `parts`: each has random numbers of its own, and another place in the sequence to begin at.
    Keys(const Options& options, unsigned part);

    [[nodiscard]] std::uint64_t next();

    /// 0 … 1, below 1.
    [[nodiscard]] double random();

  private:
    [[nodiscard]] std::uint64_t zipf();

    Order _order;
    std::uint64_t _keys;
    std::uint64_t _state;
    std::uint64_t _next;
    double _skew;
    double _zeta = 0;
    double _alpha = 0;
    double _eta = 0;
};

} // namespace nearcache::bench
