#pragma once

/// What is known of the backing Redis. Thread-safe.

#include "nearcache/FrontEnd.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

namespace nearcache {

class BackendFacts {
  public:
    /// None until Redis was reached for the first time; from then on the last ones known.
    [[nodiscard]] std::shared_ptr<const CommandTable> commands() const;

    /// How many there have been, see Host::commandsVersion().
    [[nodiscard]] std::uint64_t commandsVersion() const { return _commandsVersion.load(std::memory_order_acquire); }

    /// Empty until then.
    [[nodiscard]] BackendIdentity identity() const;

    /// Whether the first attempt to learn this has ended, either way.
    [[nodiscard]] bool attempted() const { return _attempted.load(std::memory_order_acquire); }

    void commands(std::shared_ptr<const CommandTable> commands);
    void identity(BackendIdentity identity);
    void setAttempted() { _attempted.store(true, std::memory_order_release); }

  private:
    mutable std::mutex _mutex;
    std::shared_ptr<const CommandTable> _commands;
    BackendIdentity _identity;
    std::atomic<std::uint64_t> _commandsVersion = 0;
    std::atomic<bool> _attempted = false;
};

} // namespace nearcache
