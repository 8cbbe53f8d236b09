#pragma once

/// The operations of one worker, from request to reply: slots, time-outs, look-ups, and where each goes.
///
/// Life of an operation: make(), then start() once its conversation lets it; finish() when its reply is known. It is
/// freed when it is answered (or its client is gone) and no other part of the pipeline will still report on it.
/// Threads: the worker's. What other workers report is posted to its loop.

#include "backend/Outcome.h"
#include "cache/Store.h"
#include "net/Loop.h"
#include "pipeline/Gate.h"
#include "pipeline/Operation.h"

#include <cstdint>
#include <list>
#include <unordered_map>

namespace nearcache {

/// Where operations go that the cache could not answer: to the key's home, and to the connection's link. Every
/// submitted operation is reported on once, to the Operations it came from, on its thread.
class Router {
  public:
    virtual ~Router() = default;

    virtual void fetch(Operation& operation) = 0;
    virtual void forward(Operation& operation) = 0;

    /// Nobody waits for it any more. It is still reported on.
    virtual void withdraw(Operation& operation) = 0;
};

class Operations {
  public:
    /// `timeout` runs from the parsing of a request. All of these outlive it.
    Operations(Loop& loop, Store& store, Gate& gate, GateWaiter& waiter, Router& router, Milliseconds timeout)
        : _loop(loop), _store(store), _gate(gate), _waiter(waiter), _router(router), _timeout(timeout) {}
    Operations(const Operations&) = delete;
    Operations& operator=(const Operations&) = delete;

    [[nodiscard]] Loop& loop() { return _loop; }
    [[nodiscard]] Store& store() { return _store; }
    [[nodiscard]] Time now() const { return _loop.now(); }
    [[nodiscard]] bool sequential() const { return _gate.sequential(); }

    /// What stays of a request after the call that brought it.
    Operation& make(const Request& request, Conversation& conversation, std::uint32_t route);

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

    /// Reports: a fetch was answered. `slot`: and the slot it held is to be given back now.
    void onOutcome(Operation& operation, Outcome outcome, Reply::Source source, bool stored, bool slot);

    /// A forwarded command's reply, in pieces; or its failure.
    void onPiece(Operation& operation, std::string_view piece, bool last);
    void onFailure(Operation& operation, const std::string& why);

    /// It was withdrawn.
    void onWithdrawn(Operation& operation);

  private:
    void execute(Operation& operation);
    void lookUpAndFetch(Operation& operation);
    void forward(Operation& operation);
    static void setError(Operation& operation, ErrorCode error, std::string_view text);
    void finish(Operation& operation);
    void withdraw(Operation& operation);
    void watchDeadlines();
    void expire();

    Loop& _loop;
    Store& _store;
    Gate& _gate;
    GateWaiter& _waiter;
    Router& _router;
    const Milliseconds _timeout;
    std::list<Operation> _underWay; ///< those not Done, by deadline
    std::list<Operation> _done;     ///< those that are, but not free to go
    std::unordered_map<std::uint64_t, Operation*> _waiting; ///< by ticket
    Timers::Id _timer = 0;
};

} // namespace nearcache
