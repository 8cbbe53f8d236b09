#pragma once

/// Cache policies: who is evicted when the cache is full.
///
/// The store owns keys, values, the index, and expiry; a policy sees slots (stable 32-bit numbers of places in the
/// store) and 64-bit hashes of keys. It may keep arrays of one element a slot, made once: nothing needs to be allocated
/// later.
///
/// Expiry is the store's, the same for every policy: with one `cache.ttl` the order of expiry is the order of storing,
/// so the store keeps one list in that order, and a timing wheel for keys that end earlier. It reclaims what has
/// expired, as far as it finds it in a bounded number of steps, before it asks for a victim, and tells the policy with
/// onRemove(…, Removal::Expired). A policy writes none of it again. Entries that are dropped together, because Redis
/// was flushed or a link to it lost, are not served from then on, but leave their slots one by one: each with
/// onRemove(…, Removal::Deleted), or as a victim.
///
/// Threads: the store calls a policy from any thread, one call at a time; a policy needs no lock of its own.
/// Failure: nothing here may throw, except create(), whose exception's text is reported with the YAML's line.

#include "nearcache/Options.h"

#include <cstdint>
#include <memory>
#include <span>

NEARCACHE_API_BEGIN

/// A place in the store, 0 … capacity − 1.
using Slot = std::uint32_t;
inline constexpr Slot noSlot = ~Slot{0};

/// Why a slot was emptied without the policy's doing.
enum class Removal : std::uint8_t {
    Deleted, ///< written or deleted in Redis, so no longer true; or dropped, since nobody would tell
    Expired, ///< its time ran out; says nothing about its use, so it must not feed a ghost list
};

class Policy {
  public:
    virtual ~Policy() = default;

    /// These slots were read, in this order. A slot may occur more than once. Also called for one slot whose value is
    /// replaced by a newer one. Hits may be told late, by the hundred, but before any other call that follows them.
    virtual void onHits(std::span<const Slot> slots) noexcept = 0;

    /// A key was stored in a slot that was free. Victims have made room before.
    virtual void onInsert(Slot slot, std::uint64_t keyHash) noexcept = 0;

    /// A slot was emptied. Never called for what victim() returned.
    virtual void onRemove(Slot slot, std::uint64_t keyHash, Removal why) noexcept = 0;

    /// The cache is full and a key with this hash is to be stored: picks whom to evict, and forgets it. Called before
    /// the onInsert() of the incoming key. Returns noSlot to keep the incoming key out instead.
    /// REQUIRES: at least one slot is in use.
    [[nodiscard]] virtual Slot victim(std::uint64_t incomingKeyHash) noexcept = 0;

    /// Forgets everything: all slots are empty. The store does not call it any more; see Removal::Deleted.
    virtual void clear() noexcept = 0;

    /// Whether the policy's own invariants hold. For tests; may be slow.
    [[nodiscard]] virtual bool check() const noexcept = 0;
};

/// What a policy is made from.
struct PolicyContext {
    std::uint32_t capacity;      ///< slots, at least 1
    const OptionValues& options; ///< those listed by options()
};

class PolicyPlugin : public Plugin {
  public:
    /// Whether the store may split a cache into shards with a policy object each, and still be what this policy
    /// promises. A policy that says nothing gets one object for the whole cache.
    [[nodiscard]] virtual bool shardable() const noexcept { return false; }

    /// A policy for an empty cache. The caller owns it and destroys it before the plugin.
    [[nodiscard]] virtual std::unique_ptr<Policy> create(const PolicyContext& context) const = 0;
};

NEARCACHE_API_END
