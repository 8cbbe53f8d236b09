#include "pipeline/Gate.h"

#include <algorithm>

namespace nearcache {

/// As many slots as there are, up to so many.
unsigned Gate::take(unsigned most) {
    unsigned free = _free;
    unsigned taken = std::min(most, free);
    while (taken > 0 && !_free.compare_exchange_weak(free, free - taken))
        taken = std::min(most, free);
    return taken;
}

void Gate::wait(GateWaiter& waiter, std::uint64_t lastNumber, unsigned count) {
    const std::lock_guard lock(_mutex);
    if (_line.empty() || _line.back().waiter != &waiter)
        _line.push_back({&waiter, lastNumber, 0});
    _line.back().lastNumber = lastNumber;
    _line.back().count += count;
    _waiting += count;
    _free += grant(take(count));
}

void Gate::leave(unsigned slots) {
    const std::lock_guard lock(_mutex);
    _free += grant(slots); // those for somebody who waits are nobody else's for any moment
}

/// Gives so many slots to those who wait. Returns how many are left then.
unsigned Gate::grant(unsigned slots) {
    while (slots > 0 && !_line.empty()) {
        Party& first = _line.front();
        const auto granted = std::min(first.count, slots);
        slots -= granted;
        _waiting -= granted;
        first.waiter->onSlotsGranted(granted);
        first.count -= granted;
        if (first.count == 0)
            _line.pop_front();
    }
    return slots;
}

bool Gate::giveUp(GateWaiter& waiter, std::uint64_t number) {
    const std::lock_guard lock(_mutex);
    if (!waiter.forget(number))
        return false;
    const auto party = std::find_if(_line.begin(), _line.end(), [&](const Party& one) {
        return one.waiter == &waiter && one.lastNumber >= number;
    });
    --_waiting;
    if (--party->count == 0)
        _line.erase(party);
    return true;
}

std::size_t Gate::waiting() const {
    const std::lock_guard lock(_mutex);
    return _waiting;
}

} // namespace nearcache
