#pragma once

/// Counts of durations in buckets that grow with them: 128 to each power of two, so a quantile is off by less than
/// 0.8 %. From 0 to about 18 minutes, in nanoseconds; what is longer counts as that. Not thread-safe.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace nearcache::bench {

class Histogram {
  public:
    void add(std::uint64_t nanoseconds) {
        ++_counts[bucketOf(nanoseconds)];
        ++_count;
        _sum += nanoseconds;
        _least = std::min(_least, nanoseconds);
        _most = std::max(_most, nanoseconds);
    }

    void add(const Histogram& other);

    [[nodiscard]] std::uint64_t count() const { return _count; }

    /// All in microseconds; 0 where nothing was counted.
    [[nodiscard]] double least() const { return _count == 0 ? 0 : static_cast<double>(_least) / 1e3; }
    [[nodiscard]] double most() const { return static_cast<double>(_most) / 1e3; }
    [[nodiscard]] double mean() const;
    [[nodiscard]] double quantile(double share) const;

  private:
    static constexpr unsigned subBits = 7;
    static constexpr std::size_t perPower = std::size_t{1} << subBits;
    static constexpr unsigned powers = 40;
    static constexpr std::size_t buckets = (powers - subBits + 1) * perPower;

    [[nodiscard]] static std::size_t bucketOf(std::uint64_t value) {
        if (value < perPower)
            return value;
        const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - 1 - subBits;
        return std::min((shift + 1) * perPower + ((value >> shift) - perPower), buckets - 1);
    }
    [[nodiscard]] static double middleOf(std::size_t bucket);

    std::vector<std::uint64_t> _counts = std::vector<std::uint64_t>(buckets);
    std::uint64_t _count = 0;
    std::uint64_t _sum = 0;
    std::uint64_t _least = ~std::uint64_t{0};
    std::uint64_t _most = 0;
};

} // namespace nearcache::bench
