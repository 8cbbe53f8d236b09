#include "pipeline/Gate.h"

#include <algorithm>

namespace nearcache {

bool Gate::tryEnter() {
    const std::lock_guard lock(_mutex);
    const bool enters = _taken < _slots && _line.empty();
    _taken += enters ? 1 : 0;
    return enters;
}

void Gate::wait(GateWaiter& waiter, std::uint64_t lastNumber, unsigned count) {
    const std::lock_guard lock(_mutex);
    if (_line.empty() || _line.back().waiter != &waiter)
        _line.push_back({&waiter, lastNumber, 0});
    _line.back().lastNumber = lastNumber;
    _line.back().count += count;
    _waiting += count;
    grant();
}

void Gate::leave(unsigned slots) {
    const std::lock_guard lock(_mutex);
    _taken -= slots;
    grant();
}

/// Slots that are free to those who wait.
void Gate::grant() {
    while (_taken < _slots && !_line.empty()) {
        Party& first = _line.front();
        const auto granted = std::min(first.count, _slots - _taken);
        _taken += granted;
        _waiting -= granted;
        first.waiter->onSlotsGranted(granted);
        first.count -= granted;
        if (first.count == 0)
            _line.pop_front();
    }
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

unsigned Gate::taken() const {
    const std::lock_guard lock(_mutex);
    return _taken;
}

std::size_t Gate::waiting() const {
    const std::lock_guard lock(_mutex);
    return _waiting;
}

} // namespace nearcache
