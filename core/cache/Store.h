#pragma once

/// The cache: keys and values in a fixed number of slots, an index, expiry, and a policy that is asked whom to evict.
///
/// Promises: never more than `capacity` keys. An entry is served while now < stored + ttl and not a moment longer, nor
/// beyond the end of its key in Redis; a read does not extend it, a new value does. (The time of storing is rounded
/// down to a microsecond, or to 2^-29 of a time to live over nine minutes: it may end as much earlier.) What
/// invalidate(), drop() or clear() removed is never served again, and a fetch that began before it is never stored.
/// Expired and dropped entries are reclaimed before a live one is evicted, as far as a bounded number of steps finds
/// one (see fill()).
///
/// Groups: a key's hash puts it into one of the groups, each being what one link to Redis fetches. When the link is
/// lost, so is the group: drop().
///
/// Threads: every method may be called by any thread. One lock guards all but the tokens. find(), peek() and holds()
/// share it with each other: a thread takes its own stripe of it, once a batch. All others hold it alone, once a call,
/// and free memory outside of it but for an overhaul, a fill that came too late, and one without memory. The tokens need
/// no lock.
/// Policy: it is called by one thread at a time. What it is told is what one lock for all would have it told: all hits,
/// in an order that each reader agrees with. It hears of hits late, but before anything else is asked of it or told to
/// it, and before a slot that was hit is emptied or used again: whoever holds the lock alone tells it first. Values: a
/// short one is copied out of the store, which so has its memory to itself; a long one is shared. Short ones share the
/// store's pages, whose number is bounded however sizes change (see Slab).
/// Time: always a parameter. Times of fills that overtook each other are taken as the newest of them, so that the order
/// of storing is the order of expiry: the list of slots in that order is all that the common time to live needs. Keys
/// that end earlier are kept by a timing wheel, to the millisecond (rounded down).
/// Failure: nothing here fails but the constructor (std::bad_alloc). What there is no memory for is not stored, or not
/// found. A policy that breaks its contract ends the process.
///
/// Costs: each operation is O(1) a key, expected (index: see SlotIndex; a seeded hash) plus
/// comparing or hashing the key's bytes, and plus what the policy costs (see there).

#include "cache/Blocks.h"
#include "cache/Counters.h"
#include "cache/Entry.h"
#include "cache/Groups.h"
#include "cache/HitLog.h"
#include "cache/HitSamples.h"
#include "cache/LookupBuffer.h"
#include "cache/Stripes.h"
#include "cache/Versions.h"
#include "nearcache/Policy.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nearcache {

/// One key to look up, and what was found.
struct Lookup {
    std::string_view key;
    std::uint64_t hash = 0;   ///< hashKey(key)
    bool found = false;       ///< and live
    std::string_view value{}; ///< of a hit: in the buffer, up to Store::longestCopied, or else in `entry`
    EntryRef entry{};         ///< of a hit with a longer value
    /// Of a hit: since it was stored, rounded down, and until it expires, rounded up.
    std::chrono::milliseconds age{0};
    std::chrono::milliseconds remaining{0};
    bool disconnected = false; ///< of a hit: the link that would hear of a change of the key is away
};

/// A key and its value to store.
struct Fill {
    std::string_view key;
    std::uint64_t hash = 0; ///< hashKey(key)
    std::string_view value{};
    EntryRef entry{};        ///< where both lie, if the value is long and has a home already; the store else makes one
    Versions::Token token{}; ///< taken before the fetch was sent
    std::chrono::steady_clock::time_point keyEndsAt = std::chrono::steady_clock::time_point::max(); ///< in Redis
};

class Store {
  public:
    using Time = std::chrono::steady_clock::time_point;
    using Token = Versions::Token;

    struct Settings {
        std::uint32_t capacity;        ///< keys, 1 … maxCapacity
        std::chrono::milliseconds ttl; ///< at most maxTtl is used
        unsigned groups = 1;           ///< of keys, 1 … maxGroups
        unsigned readers = 1;          ///< threads that look up side by side, at least 1; more wait for each other
    };

    /// Values up to this length are copied by find(); 64 of them, as many as a connection's batch, fill one block of
    /// the buffer.
    static constexpr std::size_t longestCopied = Blocks::longestShort;

    static constexpr std::uint32_t maxCapacity = 1U << 30;
    static constexpr unsigned maxGroups = 65'536;
    static constexpr std::chrono::milliseconds maxTtl = std::chrono::hours(24 * 36'500);

    /// Memory for slots is reserved here and becomes resident as it is used. The policy is made for the same capacity.
    /// Throws std::invalid_argument for a capacity or groups out of range, and std::bad_alloc.
    Store(const Settings& settings, std::unique_ptr<Policy> policy);
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;
    ~Store();

    /// Looks up all of the batch at one time, and beside others that do. The policy is told the hits in their order: at
    /// once if the store was made for one reader, else with at most 1,024 hits that were found before. Now and then
    /// that falls to a reader, while others go on. The buffer grows by the values' copies. Nothing is allocated but by
    /// the buffer; a value that it has no memory for counts as a miss. O(batch), and what the policy costs.
    void find(std::span<Lookup> batch, LookupBuffer& buffer, Time now) noexcept;

    /// What find() would tell, with the buffer cleared first. Not counted, and no use of it to the policy. O(1).
    void peek(Lookup& lookup, LookupBuffer& buffer, Time now) const noexcept;

    /// Whether peek() would find it.
    [[nodiscard]] bool holds(std::string_view key, std::uint64_t hash, Time now) const noexcept;

    /// How long an entry lives whose key does not end earlier in Redis.
    [[nodiscard]] std::chrono::milliseconds ttl() const noexcept {
        return std::chrono::floor<std::chrono::milliseconds>(_ttl);
    }

    /// 0 … groups - 1. Any thread, no lock.
    [[nodiscard]] unsigned groupOf(std::uint64_t hash) const noexcept { return _groups.of(hash); }

    /// Taken before a fetch is sent, and handed back to fill(). O(1), lock-free.
    [[nodiscard]] Token token(std::uint64_t hash) const noexcept { return _versions.current(hash); }

    /// Bring what fill() and invalidate(), or token(), will look at towards the processor. Any thread, no lock.
    void prefetch(std::uint64_t hash) const noexcept;
    void prefetchToken(std::uint64_t hash) const noexcept { _versions.prefetch(hash); }

    /// Whether nothing has changed this key since the token was taken. O(1), lock-free.
    [[nodiscard]] bool valid(std::uint64_t hash, Token token) const noexcept { return token == this->token(hash); }

    /// Stores what was fetched, unless its token is void or its key ends in Redis by now. A live entry of the same key
    /// is replaced: to the policy a hit, to expiry a new start. A full cache first gives up an entry that was dropped
    /// or has expired, or else the policy's victim; a policy may also refuse the new key. Returns how long the entry
    /// will be served, rounded up, or nothing if it was not stored. The search for a dropped entry looks at 64 slots at
    /// most and goes on there next time, and 256 entries at most are moved on the wheel: O(1).
    /// REQUIRES: an `entry` that is given holds this key and value, and is in no store.
    std::optional<std::chrono::milliseconds> fill(const Fill& fill, Time now) noexcept;

    /// Drops the entry, if there is one, and voids the key's tokens. O(1).
    void invalidate(std::string_view key, std::uint64_t hash) noexcept;

    /// Drops all entries of the group and voids all its tokens: none is served from then on. O(1): they stay in their
    /// slots until they are swept, or given up for others. REQUIRES: group < groups.
    void drop(unsigned group) noexcept;

    /// The same for all groups. O(groups).
    void clear() noexcept;

    /// Hits of the group are marked as disconnected, or no longer. At the start all are connected. O(1).
    void setConnected(unsigned group, bool connected) noexcept;

    /// Reclaims dropped entries, at most so many. Returns how many: fewer than asked when none is left. For the
    /// janitor: the lock is let go after every 64 slots looked at. O(capacity) for a whole pass, O(1) when there is
    /// none.
    std::size_t sweep(std::size_t atMost) noexcept;

    /// Reclaims expired entries, at most so many: first those with the common time to live, in the order of storing.
    /// Returns how many. For the janitor: the lock is let go after every 64. O(returned), amortised.
    std::size_t reclaim(Time now, std::size_t atMost) noexcept;

    /// From now on, the key of every oneIn-th hit is noted; 0, as at the start: of none.
    void sampleHits(unsigned oneIn) noexcept;

    /// The keys noted since the last call that are still held with the same value, each once, in no order. Of many hits
    /// between two calls, the first 128 noted.
    [[nodiscard]] std::vector<std::string> takeSamples();

    /// O(1).
    [[nodiscard]] Counters counters() const noexcept;

    /// Whether the invariants of store and policy hold. For tests: O(capacity), under the lock.
    [[nodiscard]] bool check() const noexcept;

  private:
    struct Contents;
    class Writing;
    static constexpr std::size_t findBatch = 128;
    using BatchSlots = std::array<Slot, findBatch>;

    [[nodiscard]] std::size_t sweepSome(std::size_t atMost, bool& more) noexcept;
    [[nodiscard]] std::size_t reclaimSome(Time now, std::size_t atMost, bool& more) noexcept;

    // The rest is called under the lock; what changes the contents, by whoever holds it alone.
    [[nodiscard]] Slot slotOf(std::string_view key, std::uint64_t hash) const noexcept;
    [[nodiscard]] bool dropped(Slot slot, unsigned group) const noexcept;
    [[nodiscard]] bool live(Slot slot, unsigned group, Time now) const noexcept;
    [[nodiscard]] std::chrono::milliseconds remaining(Slot slot, Time now) const noexcept;
    [[nodiscard]] BatchSlots likelySlots(std::span<const Lookup> batch) const noexcept;
    std::size_t findSome(std::span<Lookup> batch, LookupBuffer& buffer, Time now) noexcept;
    void onHits(std::span<const Slot> hits) noexcept;
    void tellHits(std::span<const Slot> hits) noexcept;
    [[nodiscard]] bool serve(Lookup& lookup, Slot slot, LookupBuffer& buffer, Time now) const noexcept;
    [[nodiscard]] Slot store(const Fill& fill, EntryRef& home, Time now) noexcept;
    EntryRef take(Slot slot, std::uint64_t hash) noexcept;
    EntryRef remove(Slot slot, std::uint64_t hash, Removal why) noexcept;
    EntryRef removeDead(Slot slot, std::uint64_t hash) noexcept;
    [[nodiscard]] bool removeDropped(std::size_t& looks, EntryRef& gone) noexcept;
    [[nodiscard]] bool removeExpired(Time now, EntryRef& gone) noexcept;
    void overhaul(Time now) noexcept;
    [[nodiscard]] bool makeRoom(std::uint64_t incomingHash, Time now, EntryRef& gone) noexcept;
    [[nodiscard]] bool evict(std::uint64_t incomingHash, EntryRef& gone) noexcept;
    [[nodiscard]] Slot replace(Slot slot, const Fill& fill, EntryRef& home, Time now) noexcept;
    [[nodiscard]] Slot insert(const Fill& fill, EntryRef& home, Time now) noexcept;

    const std::chrono::nanoseconds _ttl;
    const std::uint32_t _capacity;
    Versions _versions;
    std::unique_ptr<Policy> _policy;
    std::unique_ptr<Contents> _contents;
    Groups _groups;
    HitSamples _samples;
    Slot _sweepAt = 0;  ///< where the search for dropped entries goes on
    Counters _counters; ///< hits and misses are in the stripes
    mutable Stripes _stripes;
    HitLog _hitLog; ///< empty while all stripes are held by a writer that changes anything
};

} // namespace nearcache
