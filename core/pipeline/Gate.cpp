#include "pipeline/Gate.h"

namespace nearcache {

std::uint64_t Gate::enter(GateWaiter& waiter) {
    const std::lock_guard lock(_mutex);
    if (_taken < _slots) {
        ++_taken;
        return 0;
    }
    _line.emplace(++_lastTicket, &waiter);
    return _lastTicket;
}

void Gate::leave() {
    const std::lock_guard lock(_mutex);
    if (_line.empty()) {
        --_taken;
        return;
    }
    const auto first = _line.extract(_line.begin());
    first.mapped()->onSlotGranted(first.key());
}

bool Gate::giveUp(std::uint64_t ticket) {
    const std::lock_guard lock(_mutex);
    return _line.erase(ticket) > 0;
}

unsigned Gate::taken() const {
    const std::lock_guard lock(_mutex);
    return _taken;
}

std::size_t Gate::waiting() const {
    const std::lock_guard lock(_mutex);
    return _line.size();
}

} // namespace nearcache
