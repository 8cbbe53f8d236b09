#include "Synth1.h"

namespace nearcache {

namespace {

constexpr std::uint32_t requests = 400'000;
constexpr std::uint32_t skewedKeys = 20'000;
constexpr std::uint32_t loopKeys = 3'000;
constexpr std::uint32_t loopBegin = 200'000;
constexpr std::uint32_t loopEnd = 250'000;

/// SplitMix64.
class Random {
  public:
    std::uint64_t next() {
        _state += 0x9E3779B97F4A7C15;
        std::uint64_t bits = _state;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }

    /// A fraction of 2^24.
    std::uint64_t fraction() { return next() >> 40; }

  private:
    std::uint64_t _state = 1;
};

/// The product of three fractions falls off steeply: small numbers come often.
std::uint32_t skewed(Random& random) {
    std::uint64_t product = random.fraction();
    product = product * random.fraction() >> 24;
    product = product * random.fraction() >> 24;
    return 1 + static_cast<std::uint32_t>(product * skewedKeys >> 24);
}

} // namespace

std::vector<std::uint32_t> synth1() {
    Random random;
    std::vector<std::uint32_t> keys;
    keys.reserve(requests);
    for (std::uint32_t i = 0; i < requests; ++i) {
        const std::uint32_t often = skewed(random); // drawn for every request, used or not
        if (i % 10 == 9)
            keys.push_back(1'000'000 + i);
        else if (i >= loopBegin && i < loopEnd && i % 2 == 1)
            keys.push_back(500'000 + i / 2 % loopKeys);
        else
            keys.push_back(often);
    }
    return keys;
}

} // namespace nearcache
