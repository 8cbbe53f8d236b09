#include "coherence/verify/Gate.h"

namespace nearcache::coherence {

void Gate::enter() {
    std::unique_lock lock(_mutex);
    _changed.wait(lock, [this] { return !_closed; });
    ++_inside;
}

void Gate::leave() {
    const std::lock_guard lock(_mutex);
    --_inside;
    _changed.notify_all();
}

void Gate::close() {
    std::unique_lock lock(_mutex);
    _closed = true;
    _changed.wait(lock, [this] { return _inside == 0; });
}

void Gate::open() {
    const std::lock_guard lock(_mutex);
    _closed = false;
    _changed.notify_all();
}

} // namespace nearcache::coherence
