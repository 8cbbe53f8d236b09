#pragma once

/// The requests of one connection: starts them so that its client sees its own commands in order, and writes the
/// replies in the order of the requests.
///
/// Which ones overlap, and which wait: see OwnOrder.
/// Invariant: the requests that are Blocked are the last ones, from _firstBlocked on.
/// Threads: its worker's.

#include "net/Connection.h"
#include "pipeline/Census.h"
#include "pipeline/Clients.h"
#include "pipeline/LookAhead.h"
#include "pipeline/Operation.h"
#include "pipeline/OwnRoad.h"
#include "pipeline/Relays.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace nearcache {

class Operations;
struct Lookup;

class Conversation final : public RequestExecutor, public OwnRoad::Traveller {
  public:
    /// Requests of one connection that may be under way at once. Further ones are not read yet.
    static constexpr std::size_t maxUnderWay = 1024;

    /// The ways to Redis that its worker has; `route` chooses among the shared ones.
    struct Roads {
        Relays& relays;
        OwnRoads& own;
        std::uint32_t route;
    };

    Conversation(Connection& connection, Operations& operations, const Roads& roads, ClientRecord& record);
    ~Conversation() override { Conversation::abandon(); }
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;

    void prepare(std::span<const Request> requests) override;
    void execute(std::span<const Request> requests) override;
    [[nodiscard]] bool full() const override { return _census.all() >= maxUnderWay; }
    [[nodiscard]] bool idle() const override { return _census.all() == 0; }
    [[nodiscard]] bool blocked() const { return _firstBlocked != nullptr; }
    [[nodiscard]] bool waitsByDesign() const override { return _census.waiting() > 0; }
    void abandon() override;
    void onRoom() override;

    /// An operation of this conversation has gone on to another state, or has more text.
    void onProgress();

    /// A piece of the reply to a forwarded command.
    void onPiece(Operation& operation, std::string_view piece, bool last);

    /// Whether an earlier GET of the same key is under way.
    [[nodiscard]] bool standsBehindItsLike(const Operation& get) const;

    /// A command by the own road has failed: what the connection's state is by now nobody knows. It is ended, unless
    /// the command was to leave nothing behind.
    void onOwnFailed(const Operation& operation);

    /// Whether something is still to come by the own road that is to stand before this answer: it is reported then.
    [[nodiscard]] bool drain(Operation& operation);

    /// Chooses among the shared links.
    [[nodiscard]] std::uint32_t route() const { return _roads.route; }

    /// The shared link for this command: the same as for those that are under way.
    [[nodiscard]] ForwardLink& sharedRoad(const Operation& operation);

    /// This client's own.
    [[nodiscard]] OwnRoad& ownRoad();

  private:
    void onUnasked(std::string_view piece) override;
    void onRoadLost() override;
    void onRoadLeft(Operation& operation) override;

    void executeInTurn(std::span<const Request> requests);
    void executeOverlapping(std::span<const Request> requests);
    [[nodiscard]] bool mayLookUp(std::uint64_t hash) const;
    void lookAhead(std::span<const Request> requests);
    void answerLookedUp(std::span<const Request> gets);
    void startOne(const Request& request);
    void answerHit(const Request& request, const Lookup& lookup);
    void appendMiss(const Request& request, std::uint64_t hash);
    void append(Operation& operation);
    void appendAndStart(Operation& operation);
    [[nodiscard]] Operation& takeFirst();
    void letGo(Operation& operation);
    [[nodiscard]] bool mayStart(const Operation& operation) const;
    bool startBlocked();
    void suspendBlocked();
    void resumeBlocked();
    void writeReady();
    void writeReply(Operation& operation);
    void writeParts(Operation& operation);
    void writeError(Operation& operation);
    void release(const Operation& operation);
    void stallIfFull(Operation& operation);
    [[nodiscard]] Operation* lastReplied() const;
    void passUnasked(const std::string& unasked);
    [[nodiscard]] bool outputIsFull() const;
    void encode(const Reply& reply, std::uint32_t tag, const EntryRef* entry);

    Connection& _connection;
    Operations& _operations;
    const Roads _roads;
    ClientRecord& _record;
    std::shared_ptr<ForwardLink> _road; ///< of the commands under way
    std::unique_ptr<OwnRoad> _own;      ///< once it was needed
    std::size_t _held = 0;              ///< bytes that came unasked, and stand behind replies not yet written
    Operation* _first = nullptr;
    Operation* _last = nullptr;
    Operation* _firstBlocked = nullptr;
    Census _census;            ///< of these
    LookAhead::Range _ahead;   ///< of the GETs to be executed next
    bool _amidUnasked = false; ///< the client has the beginning of what came unasked, and not its end
    bool _executing = false;
    bool _advancing = false;
};

} // namespace nearcache
