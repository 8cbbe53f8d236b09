#include "app/Janitor.h"

#include "net/Clock.h"

#include <Poco/Timer.h>

#include <algorithm>

namespace nearcache {

namespace {

constexpr long shortestInterval = 20;  // ms
constexpr long longestInterval = 1000; // ms

/// An entry outlives its time by a tenth of it at most, or by a second.
long intervalFor(std::chrono::milliseconds ttl) {
    return std::clamp<long>(ttl.count() / 10, shortestInterval, longestInterval);
}

} // namespace

Janitor::Janitor(Store& store, std::chrono::milliseconds ttl)
    : _store(store), _timer(intervalFor(ttl), intervalFor(ttl)) {
    _timer.start(Poco::TimerCallback<Janitor>(*this, &Janitor::sweep));
}

Janitor::~Janitor() {
    _timer.stop();
}

void Janitor::sweep(Poco::Timer& /*timer*/) {
    _store.reclaim(Clock::now(), Store::maxCapacity);
    _store.sweep(Store::maxCapacity);
}

} // namespace nearcache
