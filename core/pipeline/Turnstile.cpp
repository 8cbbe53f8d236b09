#include "pipeline/Turnstile.h"

#include <utility>

namespace nearcache {

void Turnstile::leave() {
    if (++_returned == 1)
        _loop.atEndOfTurn([this] { giveBack(); });
}

void Turnstile::giveBack() {
    {
        const std::lock_guard lock(_mutex);
        _attentive = true;
    }
    _gate.leave(std::exchange(_returned, 0));
    takeGranted();
}

/// By other workers, or within giveBack().
void Turnstile::onSlotGranted(std::uint64_t ticket) {
    const std::lock_guard lock(_mutex);
    _granted.push_back(ticket);
    if (!std::exchange(_attentive, true))
        _loop.post([this] { takeGranted(); });
}

void Turnstile::takeGranted() {
    std::vector<std::uint64_t> granted;
    {
        const std::lock_guard lock(_mutex);
        granted.swap(_granted);
        _attentive = false;
    }
    for (const auto ticket : granted) {
        if (!_onGranted(ticket))
            leave();
    }
}

} // namespace nearcache
