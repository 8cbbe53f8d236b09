#include "coherence/verify/Keys.h"

namespace nearcache::coherence {

Keys::Keys(std::string prefix, std::size_t slots) : _prefix(std::move(prefix)), _writing(slots) {
    for (std::size_t slot = 0; slot < slots; ++slot)
        _slots.push_back(std::make_shared<History>(nextName(slot)));
}

std::string Keys::nextName(std::size_t slot) {
    _names.push_back(_prefix + std::to_string(slot) + "." + std::to_string(_names.size()));
    return _names.back();
}

std::shared_ptr<History> Keys::at(std::size_t slot) const {
    const std::lock_guard lock(_mutex);
    return _slots.at(slot);
}

std::unique_lock<std::mutex> Keys::tryHold(std::size_t slot) const {
    return std::unique_lock(_writing.at(slot), std::try_to_lock);
}

void Keys::replace(std::size_t slot) {
    const std::lock_guard lock(_mutex);
    _slots.at(slot)->abandon();
    _slots[slot] = std::make_shared<History>(nextName(slot));
}

std::vector<std::string> Keys::names() const {
    const std::lock_guard lock(_mutex);
    return _names;
}

Keys::Loss::Loss(const Keys& keys) {
    for (std::size_t slot = 0; slot < keys.size(); ++slot) {
        auto history = keys.at(slot);
        const auto index = history->begin(true, History::direct);
        _states.emplace_back(std::move(history), index);
    }
}

void Keys::Loss::acknowledge() {
    for (const auto& [history, index] : _states)
        history->acknowledge(index);
}

} // namespace nearcache::coherence
