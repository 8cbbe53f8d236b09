#include "pipeline/LinkBudget.h"

namespace nearcache {

bool LinkBudget::take() {
    const std::lock_guard lock(_mutex);
    if (_open < _limit) {
        ++_open;
        return true;
    }
    if (_idle.empty())
        return false;
    const auto holder = _idle.begin();
    holder->first->closeIdle();
    if (--holder->second == 0)
        _idle.erase(holder);
    return true;
}

void LinkBudget::giveBack() {
    const std::lock_guard lock(_mutex);
    --_open;
}

void LinkBudget::addIdle(Holder& holder) {
    const std::lock_guard lock(_mutex);
    ++_idle[&holder];
}

bool LinkBudget::takeIdle(Holder& holder) {
    const std::lock_guard lock(_mutex);
    const auto found = _idle.find(&holder);
    if (found == _idle.end())
        return false;
    if (--found->second == 0)
        _idle.erase(found);
    return true;
}

std::size_t LinkBudget::idle(Holder& holder) const {
    const std::lock_guard lock(_mutex);
    const auto found = _idle.find(&holder);
    return found == _idle.end() ? 0 : found->second;
}

unsigned LinkBudget::open() const {
    const std::lock_guard lock(_mutex);
    return _open;
}

} // namespace nearcache
