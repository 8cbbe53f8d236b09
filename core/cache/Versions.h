#pragma once

/// Version tokens: how a fill learns that its key was changed while it was under way.
///
/// A token is taken before a fetch is sent; what comes back may be stored only while the token is still current.
/// Keys share counters (one of 65,536 by hash): a bump for one key voids the tokens of a few others too, which costs
/// them a fill and nothing else. Counters only grow and wrap after 2^32 bumps, far more than happen during one fetch.
/// Every operation is O(1) and lock-free; any thread.

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

    Versions() : _counters(std::make_unique<std::atomic<std::uint32_t>[]>(count)) {}

    [[nodiscard]] Token current(std::uint64_t hash) const noexcept {
        return {_epoch.load(std::memory_order_acquire), counter(hash).load(std::memory_order_acquire)};
    }

    /// Voids the tokens of this key.
    void bump(std::uint64_t hash) noexcept { counter(hash).fetch_add(1, std::memory_order_acq_rel); }

    /// Voids all tokens.
    void bumpAll() noexcept { _epoch.fetch_add(1, std::memory_order_acq_rel); }

  private:
    static constexpr std::size_t count = 65'536;

    /// The low bits: the index uses the high ones.
    [[nodiscard]] std::atomic<std::uint32_t>& counter(std::uint64_t hash) const { return _counters[hash % count]; }

    std::atomic<std::uint32_t> _epoch{0};
    std::unique_ptr<std::atomic<std::uint32_t>[]> _counters;
};

} // namespace nearcache
