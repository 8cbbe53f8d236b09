#pragma once

/// The operations of one worker, from request to reply: slots, time-outs, look-ups, and where each goes.
///
/// Life of an operation: make(), then start() once its conversation lets it; finish() when its reply is known. It is
/// freed when it is answered (or its client is gone) and no other part of the pipeline will still report on it.
/// Threads: the worker's. What other workers report is posted to its loop.

#include "backend/Outcome.h"
#include "cache/Store.h"
#include "net/Loop.h"
#include "pipeline/KeyCounts.h"
#include "pipeline/Line.h"
#include "pipeline/LookAhead.h"
#include "pipeline/Operation.h"
#include "pipeline/OperationList.h"
#include "pipeline/Reserve.h"
#include "pipeline/Turnstile.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace nearcache {

/// Where operations go that the cache could not answer: to the homes of their keys, and to the connection's link. Every
/// operation is reported on as often as it has `pending` reports, to the Operations it came from, on its thread.
class Router {
  public:
    virtual ~Router() = default;

    /// A fetch of a key with this hash is near: what that takes may be brought into the caches.
    virtual void prepareFetch(std::uint64_t hash) = 0;

    /// Asks for the key, or for those keys that the cache did not have.
    virtual void fetch(Operation& operation) = 0;
    virtual void forward(Operation& operation) = 0;

    /// Nobody waits for it any more. It is still reported on, and may be pending longer for this.
    virtual void withdraw(Operation& operation) = 0;

    /// Holds the reply to a forwarded command back at its link, or lets it come.
    virtual void stall(Operation& operation, bool stalled) = 0;
};

class Operations {
  public:
    /// `timeout` runs from the parsing of a request. All of these outlive it.
    Operations(Loop& loop, Store& store, Turnstile& turnstile, Router& router, Milliseconds timeout)
        : _loop(loop), _store(store), _turnstile(turnstile), _router(router), _timeout(timeout), _lookAhead(store) {}
    ~Operations();
    Operations(const Operations&) = delete;
    Operations& operator=(const Operations&) = delete;

    [[nodiscard]] Loop& loop() { return _loop; }

    /// What its conversations count with.
    [[nodiscard]] Reserve<KeysUnderWay>& keyCounts() { return _keyCounts; }
    [[nodiscard]] Store& store() { return _store; }
    [[nodiscard]] LookAhead& lookAhead() { return _lookAhead; }
    [[nodiscard]] Time now() const { return _loop.now(); }
    [[nodiscard]] bool sequential() const { return _turnstile.sequential(); }

    /// A miss of this key is about to be started.
    void prepareMiss(std::uint64_t hash) { _router.prepareFetch(hash); }

    /// What stays of a request after the call that brought it. `hash`: of a Get's key.
    Operation& make(const Request& request, Conversation& conversation, std::uint64_t hash);

    /// Executes it, now or when it has a slot. It may be done and gone when this returns.
    void start(Operation& operation);

    /// Its reply is known, and nothing else is to follow from that.
    void markDone(Operation& operation);

    /// Its client is gone. A command that was started is executed all the same.
    void orphan(Operation& operation);

    /// Frees it, if nobody has to do with it any more.
    void freeIfDone(Operation& operation);

    /// A slot was granted. It belongs to one of these operations, or false.
    bool onSlotGranted(std::uint64_t ticket);

    /// Reports: the fetch of a key was answered, the one at `part`. `lives`: it was stored, for so long. `slot`: and
    /// the slot it held is to be given back now.
    void onOutcome(Operation& operation, std::size_t part, const Outcome& outcome, Reply::Source source,
                   std::optional<Milliseconds> lives, bool slot);

    /// A forwarded command's reply, in pieces; or its failure; or it was sent, and no reply is to come.
    void onPiece(Operation& operation, std::string_view piece, bool last);
    void onFailure(Operation& operation, const std::string& why);
    void onSent(Operation& operation);

    /// All that was to come before an answer has.
    void onDrained(Operation& operation);

    /// It was withdrawn: so many reports on it are not to come any more.
    void onWithdrawn(Operation& operation, std::uint32_t reports);

    /// It is behind one that waits in Redis by design: its time does not run. Or not any more: it begins anew.
    void suspend(Operation& operation);
    void resume(Operation& operation);

    /// Some of its reply was passed on: what counts from now on is that it goes on.
    void restartTime(Operation& operation);

    void stall(Operation& operation, bool stalled);

  private:
    [[nodiscard]] std::unique_ptr<Operation> takeSpare();
    [[nodiscard]] OperationList& listOf(const Operation& operation);
    [[nodiscard]] bool takesSlot(const Operation& operation) const;
    void prepareWaiting() const;
    void execute(Operation& operation);
    void answer(Operation& operation);
    void lookUpAndFetch(Operation& operation);
    [[nodiscard]] bool lookUp(Operation& operation);
    [[nodiscard]] bool lookUpAll(Operation& operation);
    void fetchAll(Operation& operation);
    static void takePart(Operation& operation, std::size_t part, const Outcome& outcome, Reply::Source source,
                         std::optional<Milliseconds> lives);
    void forward(Operation& operation);
    static void setError(Operation& operation, ErrorCode error, std::string_view text);
    static void fail(Operation& operation, ErrorCode error, std::string_view text);
    void finish(Operation& operation);
    void withdraw(Operation& operation);
    void watchDeadlines();
    void expire();

    Reserve<KeysUnderWay> _keyCounts;
    Loop& _loop;
    Store& _store;
    Turnstile& _turnstile;
    Router& _router;
    const Milliseconds _timeout;
    LookAhead _lookAhead;
    OperationList _underWay; ///< those not Done, by deadline
    OperationList _timeless; ///< those not Done that wait in Redis by design, or behind one that does
    OperationList _done;     ///< those that are, but not free to go
    OperationList _spare;    ///< clear, and not in use
    std::size_t _spares = 0;
    Line<Operation> _waiting; ///< for a slot
    Timers::Id _timer = 0;
    LookupBuffer _value; ///< of one look-up
};

} // namespace nearcache
