#include "pipeline/Turnstile.h"

#include <algorithm>

namespace nearcache {

std::uint64_t Turnstile::enter() {
    if (_lastTold == _lastTicket && _gate.tryEnter())
        return 0;
    _arriving.push_back(++_lastTicket);
    passAtEndOfTurn();
    return _lastTicket;
}

void Turnstile::giveUp(std::uint64_t ticket) {
    if (std::erase(_arriving, ticket) == 0)
        _gate.giveUp(*this, ticket);
}

void Turnstile::leave() {
    ++_returned;
    passAtEndOfTurn();
}

void Turnstile::passAtEndOfTurn() {
    if (!std::exchange(_passing, true))
        _loop.atEndOfTurn([this] { pass(); });
}

/// First in line, then out, so that what is given back goes to whom it is due.
void Turnstile::pass() {
    _passing = false;
    getInLine();
    if (_returned > 0)
        _gate.leave(std::exchange(_returned, 0));
    takeGranted();
}

void Turnstile::getInLine() {
    {
        const std::lock_guard lock(_mutex);
        _attentive = true; // takeGranted() follows
        _inLine.insert(_inLine.end(), _arriving.begin(), _arriving.end());
    }
    if (!_arriving.empty())
        _gate.wait(*this, _arriving.back(), static_cast<unsigned>(_arriving.size()));
    _arriving.clear();
}

/// By other workers, or within pass().
void Turnstile::onSlotsGranted(unsigned count) {
    const std::lock_guard lock(_mutex);
    const auto end = _inLine.begin() + count;
    _granted.insert(_granted.end(), _inLine.begin(), end);
    _inLine.erase(_inLine.begin(), end);
    if (!std::exchange(_attentive, true))
        _loop.post([this] { takeGranted(); });
}

bool Turnstile::forget(std::uint64_t ticket) {
    const std::lock_guard lock(_mutex);
    const auto found = std::lower_bound(_inLine.begin(), _inLine.end(), ticket);
    if (found == _inLine.end() || *found != ticket)
        return false;
    _inLine.erase(found);
    return true;
}

void Turnstile::takeGranted() {
    std::vector<std::uint64_t> granted;
    {
        const std::lock_guard lock(_mutex);
        granted.swap(_granted);
        _attentive = false;
    }
    for (const auto ticket : granted) {
        _lastTold = ticket;
        if (!_onGranted(ticket))
            leave();
    }
}

} // namespace nearcache
