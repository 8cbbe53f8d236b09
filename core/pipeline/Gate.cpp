#include "pipeline/Gate.h"

#include <utility>

namespace nearcache {

std::uint64_t Gate::enter(GateWaiter& waiter) {
    const std::lock_guard lock(_mutex);
    if (_taken < _slots) {
        ++_taken;
        return 0;
    }
    _line.push_back(&waiter);
    ++_waiting;
    return _firstTicket + _line.size() - 1;
}

void Gate::leave(unsigned slots) {
    const std::lock_guard lock(_mutex);
    for (; slots > 0 && _waiting > 0; --slots)
        grantFirst();
    _taken -= slots;
}

/// REQUIRES: somebody waits.
void Gate::grantFirst() {
    GateWaiter* first = nullptr;
    while (first == nullptr) {
        first = _line.front();
        _line.pop_front();
        ++_firstTicket;
    }
    --_waiting;
    first->onSlotGranted(_firstTicket - 1);
}

bool Gate::giveUp(std::uint64_t ticket) {
    const std::lock_guard lock(_mutex);
    if (ticket < _firstTicket || std::exchange(_line[ticket - _firstTicket], nullptr) == nullptr)
        return false;
    if (--_waiting == 0) {
        _firstTicket += _line.size();
        _line.clear();
    }
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
