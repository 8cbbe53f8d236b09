#pragma once

/// The cache: keys and values in a fixed number of slots, an index, expiry, and a policy that is asked whom to evict.
///
/// Promises: never more than `capacity` keys. An entry is served while now < stored + ttl and not a moment longer; a
/// read does not extend it, a new value does. An expired entry is reclaimed before a live one is evicted. What
/// invalidate() or clear() removed is never served again, and a fetch that began before it is never stored.
///
/// Threads: every method may be called by any thread. One lock guards all but the tokens; it is taken once a call, or
/// once a batch, and memory is freed outside of it. The policy is called under it.
/// Time: always a parameter. Times of fills that overtook each other are taken as the newest of them, so that the order
/// of storing is the order of expiry: the list of slots in that order is all that expiry needs.
/// Failure: nothing here fails but the constructor (std::bad_alloc); a policy that breaks its contract ends the process.
///
/// Costs: each operation is O(1) a key, expected (index: linear probing at a load of 3/4 at most, a seeded hash) plus
/// comparing or hashing the key's bytes, and plus what the policy costs (see there).

#include "cache/Counters.h"
#include "cache/Entry.h"
#include "cache/Versions.h"
#include "nearcache/Policy.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>

namespace nearcache {

/// One key to look up, and what was found.
struct Lookup {
    std::string_view key;
    std::uint64_t hash = 0; ///< hashKey(key)
    EntryRef entry{};       ///< none: a miss
    /// Of a hit: since it was stored, rounded down, and until it expires, rounded up.
    std::chrono::milliseconds age{0};
    std::chrono::milliseconds remaining{0};
};

class Store {
  public:
    using Time = std::chrono::steady_clock::time_point;
    using Token = Versions::Token;

    struct Settings {
        std::uint32_t capacity;        ///< keys, 1 … maxCapacity
        std::chrono::milliseconds ttl; ///< at most maxTtl is used
    };

    static constexpr std::uint32_t maxCapacity = 1U << 30;
    static constexpr std::chrono::milliseconds maxTtl = std::chrono::hours(24 * 36'500);

    /// Memory for slots is reserved here and becomes resident as it is used. The policy is made for the same capacity.
    /// Throws std::invalid_argument for a capacity out of range, and std::bad_alloc.
    Store(const Settings& settings, std::unique_ptr<Policy> policy);
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;
    ~Store();

    /// Looks up all of the batch at one time, under one lock. The policy is told the hits in their order, in one call
    /// (a call for each 128 look-ups of a longer batch). Nothing is allocated. O(batch).
    void find(std::span<Lookup> batch, Time now) noexcept;

    /// The entry, if it is there and live. Not counted, and no use of it to the policy. O(1).
    [[nodiscard]] EntryRef peek(std::string_view key, std::uint64_t hash, Time now) const noexcept;

    /// How long an entry lives.
    [[nodiscard]] std::chrono::milliseconds ttl() const noexcept {
        return std::chrono::floor<std::chrono::milliseconds>(_ttl);
    }

    /// Taken before a fetch is sent, and handed back to fill(). O(1), lock-free.
    [[nodiscard]] Token token(std::uint64_t hash) const noexcept { return _versions.current(hash); }

    /// Whether nothing has changed this key since the token was taken. O(1), lock-free.
    [[nodiscard]] bool valid(std::uint64_t hash, Token token) const noexcept { return token == this->token(hash); }

    /// Stores what was fetched, unless the token is void. A live entry of the same key is replaced: to the policy a hit,
    /// to expiry a new start. A full cache first gives up one expired entry, or else the policy's victim; a policy may
    /// also refuse the new key. Returns whether it was stored. O(1).
    /// REQUIRES: hash is hashKey(entry->key()), and the entry is in no store.
    bool fill(EntryRef entry, std::uint64_t hash, Token token, Time now) noexcept;

    /// Drops the entry, if there is one, and voids the key's tokens. O(1).
    void invalidate(std::string_view key, std::uint64_t hash) noexcept;

    /// Drops everything and voids all tokens. The lock is held for O(1) beside the policy's clear(); then O(keys) to free
    /// them. The new table is made before the old one goes; if there is no memory for it the process ends, rather than
    /// serve what should be gone.
    void clear() noexcept;

    /// Reclaims expired entries, those stored first before others, at most so many. Returns how many. For the janitor:
    /// the lock is let go after every 64. O(returned).
    std::size_t reclaim(Time now, std::size_t atMost) noexcept;

    /// O(1).
    [[nodiscard]] Counters counters() const noexcept;

    /// Whether the invariants of store and policy hold. For tests: O(capacity), under the lock.
    [[nodiscard]] bool check() const noexcept;

  private:
    struct Contents;
    using Lock = std::lock_guard<std::mutex>;

    [[nodiscard]] std::size_t reclaimSome(Time now, std::size_t atMost) noexcept;

    // The rest is called under the lock.
    [[nodiscard]] Slot slotOf(std::string_view key, std::uint64_t hash) const noexcept;
    [[nodiscard]] bool expired(Slot slot, Time now) const noexcept;
    void findSome(std::span<Lookup> batch, Time now) noexcept;
    [[nodiscard]] Slot findOne(Lookup& lookup, Time now) const noexcept;
    [[nodiscard]] EntryRef take(Slot slot, std::uint64_t hash) noexcept;
    [[nodiscard]] EntryRef remove(Slot slot, Removal why) noexcept;
    [[nodiscard]] EntryRef removeExpiredHead(Time now) noexcept;
    [[nodiscard]] EntryRef makeRoom(std::uint64_t incomingHash, Time now) noexcept;
    [[nodiscard]] EntryRef replace(Slot slot, EntryRef entry, Time now) noexcept;
    void insert(EntryRef entry, std::uint64_t hash, Time now) noexcept;

    const std::chrono::nanoseconds _ttl;
    const std::uint32_t _capacity;
    Versions _versions;
    mutable std::mutex _mutex;
    std::unique_ptr<Policy> _policy;
    std::unique_ptr<Contents> _contents;
    Counters _counters;
};

} // namespace nearcache
