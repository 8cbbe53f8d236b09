#include "backend/BackendFacts.h"

#include <utility>

namespace nearcache {

std::shared_ptr<const CommandTable> BackendFacts::commands() const {
    const std::lock_guard lock(_mutex);
    return _commands;
}

BackendIdentity BackendFacts::identity() const {
    const std::lock_guard lock(_mutex);
    return _identity;
}

void BackendFacts::commands(std::shared_ptr<const CommandTable> commands) {
    const std::lock_guard lock(_mutex);
    _commands.swap(commands); // the old one goes outside of the lock
    _commandsVersion.fetch_add(1, std::memory_order_release);
}

void BackendFacts::identity(BackendIdentity identity) {
    const std::lock_guard lock(_mutex);
    _identity = std::move(identity);
}

} // namespace nearcache
