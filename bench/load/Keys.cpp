#include "Keys.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace nearcache::bench {

namespace {

double zeta(std::uint64_t count, double skew) {
    double sum = 0;
    for (std::uint64_t i = 1; i <= count; ++i)
        sum += std::pow(static_cast<double>(i), -skew);
    return sum;
}

constexpr double toUnit = 1.0 / 9007199254740992.0; // 2^-53

} // namespace

KeyName::KeyName(std::uint64_t key, bool absent) {
    constexpr std::string_view head = "key:";
    constexpr std::string_view absentHead = "abs:";
    std::ranges::copy(absent ? absentHead : head, _text.begin());
    for (std::size_t i = size; i-- > head.size(); key /= 10)
        _text[i] = static_cast<char>('0' + key % 10);
}

Keys::Keys(const Options& options, unsigned part)
    : _order(options.order), _keys(options.keys), _state(mix(options.seed * 1'000'003 + part)),
      _next((options.firstKey + part * (options.keys / options.threads)) % options.keys), _skew(options.skew) {
    if (_order != Order::Zipf)
        return;
    _zeta = zeta(_keys, _skew);
    _alpha = 1 / (1 - _skew);
    _eta = (1 - std::pow(2.0 / static_cast<double>(_keys), 1 - _skew)) / (1 - zeta(2, _skew) / _zeta);
}

double Keys::random() {
    return static_cast<double>(mix(_state++) >> 11) * toUnit;
}

std::uint64_t Keys::next() {
    switch (_order) {
    case Order::Uniform: return _keys == 1 ? 0 : mix(_state++) % _keys;
    case Order::Sequence: return std::exchange(_next, _next + 1 == _keys ? 0 : _next + 1);
    case Order::Zipf: return zipf();
    }
    return 0;
}

/// Gray et al., "Quickly generating billion-record synthetic databases", SIGMOD 1994, as in YCSB. Ranks are spread over
/// the keys, so that those asked for most were not stored side by side.
std::uint64_t Keys::zipf() {
    constexpr std::uint64_t prime = 1'000'000'007;
    const double uniform = random();
    const double scaled = uniform * _zeta;
    std::uint64_t rank = 0;
    if (scaled >= 1 + std::pow(0.5, _skew))
        rank = static_cast<std::uint64_t>(static_cast<double>(_keys) * std::pow(_eta * uniform - _eta + 1, _alpha));
    else if (scaled >= 1)
        rank = 1;
    return std::min(rank, _keys - 1) * prime % _keys;
}

} // namespace nearcache::bench
