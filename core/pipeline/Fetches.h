#pragma once

/// The fetches of the keys that have their home at one worker: single-flight, slots, version tokens, and storing.
///
/// All workers send the misses of a key here, so that one GET is under way for it, whoever asks. A request that comes
/// after the key was changed does not join a GET that was sent before: what that brings may be from before the change.
/// A fetch holds a slot of `limits.parallel` from before it is sent; those who join it hold none.
/// Threads: the home worker's.

#include "backend/FetchLink.h"
#include "cache/Store.h"
#include "nearcache/FrontEnd.h"
#include "net/Loop.h"
#include "pipeline/Gate.h"

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace nearcache {

struct Operation;
class Operations;

class Fetches {
  public:
    /// All of these outlive it.
    Fetches(Loop& loop, Store& store, Gate& gate, GateWaiter& waiter);
    ~Fetches();

    /// Asks Redis for the key by this link, or joins who has. Reported to `origin`.
    void fetch(const std::string& key, std::uint64_t hash, FetchLink& link, Operation& operation, Operations& origin);

    /// The operation does not wait any more. Reported to its origin, if it has not been.
    void withdraw(const std::string& key, const Operation& operation);

    /// A slot was granted. It belongs to one of these fetches, or false.
    bool onSlotGranted(std::uint64_t ticket);

  private:
    class Fetch;
    using FetchRef = std::shared_ptr<Fetch>;

    struct Hash {
        std::size_t operator()(const std::string& key) const;
    };

    [[nodiscard]] bool answerFromStore(const std::string& key, std::uint64_t hash, Operation& operation,
                                       Operations& origin);
    void begin(const FetchRef& fetch);
    void send(const FetchRef& fetch);
    void finished(Fetch& fetch, Outcome outcome);
    void report(Operation& operation, Operations& origin, const Outcome& outcome, Reply::Source source, bool stored,
                bool slot);
    void drop(const FetchRef& fetch);
    void forget(const Fetch& fetch);

    Loop& _loop;
    Store& _store;
    Gate& _gate;
    GateWaiter& _waiter;
    std::unordered_multimap<std::string, FetchRef, Hash> _fetches; ///< by key; of several, one may be joined
    std::unordered_map<std::uint64_t, FetchRef> _waiting;          ///< by ticket
};

} // namespace nearcache
