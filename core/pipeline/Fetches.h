#pragma once

/// The fetches of the keys that have their home at one worker: single-flight, slots, version tokens, and storing.
///
/// All workers send the misses of a key here, so that one GET is under way for it, whoever asks. A request that comes
/// after the key was changed does not join a GET that was sent before: what that brings may be from before the change.
/// A GET joins no MGET, which tells a key of another type from none as little as Redis does.
/// A fetch holds a slot of `limits.parallel` from before it is sent; those who join it hold none.
/// Threads: the home worker's.

#include "backend/FetchLink.h"
#include "cache/Store.h"
#include "nearcache/FrontEnd.h"
#include "net/Loop.h"
#include "pipeline/HashChains.h"
#include "pipeline/Line.h"
#include "pipeline/Operation.h"
#include "pipeline/Reserve.h"
#include "pipeline/Turnstile.h"
#include "pipeline/Waiters.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace nearcache {

class Fetches {
  public:
    /// All of these outlive it; it outlives the links.
    Fetches(Loop& loop, Store& store, Turnstile& turnstile);
    ~Fetches();
    Fetches(const Fetches&) = delete;
    Fetches& operator=(const Fetches&) = delete;

    using Waiter = FetchWaiter;

    /// One key of several.
    struct Item {
        Key key;
        std::size_t part;
    };

    /// A fetch of a key with this hash is near: brings what that takes towards the processor.
    void prepare(std::uint64_t hash) const { _fetches.prefetch(hash); }

    /// Asks Redis for the key by this link, or joins who has.
    void fetch(const Key& key, FetchLink& link, const Waiter& waiter);

    /// Asks for all of these by one request, but for those that somebody has asked for. The operation holds the slot.
    void fetchMany(const std::vector<Item>& items, FetchLink& link, Operation& operation, Operations& origin);

    /// The operation does not wait for these keys any more. Reported to `origin` once for this, so that the keys last
    /// until then, and as often as it was still owed a report on them.
    void withdraw(const std::vector<Key>& keys, Operation& operation, Operations& origin);

    /// A slot was granted. It belongs to one of these fetches, or false.
    bool onSlotGranted(std::uint64_t ticket);

  private:
    class Fetch;

    [[nodiscard]] Fetch* newest(const Key& key) const;
    [[nodiscard]] bool join(const Key& key, const Waiter& waiter);
    [[nodiscard]] bool isForeign(const Waiter& waiter) const;
    [[nodiscard]] bool answerFromStore(const Key& key, const Waiter& waiter);
    Fetch& make(const Key& key, FetchLink& link, const Waiter& waiter);
    void begin(Fetch& fetch);
    void send(Fetch& fetch);
    void finished(Fetch& fetch, const Outcome& outcome);
    [[nodiscard]] std::optional<Milliseconds> store(const Fetch& fetch, const Outcome& outcome);
    void report(const Waiter& waiter, const Outcome& outcome, Reply::Source source, std::optional<Milliseconds> lives,
                bool slot);
    [[nodiscard]] std::uint32_t withdrawFrom(const Key& key, const Operation& operation);
    void drop(Fetch& fetch);

    Loop& _loop;
    Store& _store;
    Turnstile& _turnstile;
    Reserve<Fetch> _reserve;
    HashChains<Fetch> _fetches; ///< of several for one key, the newest may be joined
    Line<Fetch> _waiting;       ///< for a slot
    LookupBuffer _value;        ///< of one look-up
};

} // namespace nearcache
