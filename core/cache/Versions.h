#pragma once

/// Version tokens: how a fill learns that its key was changed while it was under way.
///
/// A token is taken before a fetch is sent; what comes back may be stored only while the token is still current.
/// Keys share counters (one of 65,536 by hash): a bump for one key voids the tokens of a few others too, which costs
/// them a fill and nothing else. A group of keys has an epoch besides, which voids the tokens of all of them.
/// Counters only grow and wrap after 2^32 bumps, far more than happen during one fetch.
/// Every operation is O(1). Threads: any may read, without a lock; those that bump do so one at a time.

#include "cache/Groups.h"
#include "nearcache/Prefetch.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace nearcache {

class Versions {
  public:
    struct Token {
        std::uint32_t epoch = 0;
        std::uint32_t version = 0;
        bool operator==(const Token&) const = default;
    };

    /// Throws std::bad_alloc. REQUIRES: groups > 0.
    explicit Versions(unsigned groups = 1)
        : _groups(groups), _epochs(std::make_unique<Counter[]>(groups)), _counters(std::make_unique<Counter[]>(count)) {
    }

    [[nodiscard]] Token current(std::uint64_t hash) const noexcept {
        return {_epochs[groupOf(hash, _groups)].load(std::memory_order_acquire),
                counter(hash).load(std::memory_order_acquire)};
    }

    /// Brings what current() will look at towards the processor.
    void prefetch(std::uint64_t hash) const noexcept { nearcache::prefetch(&counter(hash)); }

    /// Voids the tokens of this key.
    void bump(std::uint64_t hash) noexcept { bump(counter(hash)); }

    /// Voids the tokens of all keys of the group.
    void bumpGroup(unsigned group) noexcept { bump(_epochs[group]); }

  private:
    using Counter = std::atomic<std::uint32_t>;
    static constexpr std::size_t count = 65'536;

    /// Not fetch_add(): nobody else writes, and an atomic one waits for every write before it to reach the memory.
    static void bump(Counter& counter) noexcept {
        counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    }

    /// The low bits: groups are told by those above, and the index uses the high ones.
    [[nodiscard]] Counter& counter(std::uint64_t hash) const { return _counters[hash % count]; }

    unsigned _groups;
    std::unique_ptr<Counter[]> _epochs;
    std::unique_ptr<Counter[]> _counters;
};

} // namespace nearcache
