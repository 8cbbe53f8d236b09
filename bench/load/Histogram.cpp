#include "Histogram.h"

#include <cmath>

namespace nearcache::bench {

void Histogram::add(const Histogram& other) {
    for (std::size_t i = 0; i < buckets; ++i)
        _counts[i] += other._counts[i];
    _count += other._count;
    _sum += other._sum;
    _least = std::min(_least, other._least);
    _most = std::max(_most, other._most);
}

double Histogram::mean() const {
    return _count == 0 ? 0 : static_cast<double>(_sum) / static_cast<double>(_count) / 1e3;
}

double Histogram::middleOf(std::size_t bucket) {
    if (bucket < perPower)
        return static_cast<double>(bucket);
    const auto shift = static_cast<int>(bucket / perPower) - 1;
    return std::ldexp(static_cast<double>(bucket % perPower + perPower) + 0.5, shift);
}

double Histogram::quantile(double share) const {
    const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(_count)));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets && _count > 0; ++i) {
        seen += _counts[i];
        if (seen >= wanted)
            return std::clamp(middleOf(i) / 1e3, least(), most());
    }
    return 0;
}

} // namespace nearcache::bench
