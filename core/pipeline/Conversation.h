#pragma once

/// The requests of one connection: starts them so that its client sees its own commands in order, and writes the
/// replies in the order of the requests.
///
/// Own order: a GET waits for the earlier commands of its connection that write its key; a command that writes waits for
/// the earlier GETs of its keys, and commands go out in their order, by one link. All else overlaps.
/// Invariant: the requests that are Blocked are the last ones, from _firstBlocked on.
/// Threads: its worker's.

#include "net/Connection.h"
#include "pipeline/Operation.h"

#include <cstddef>

namespace nearcache {

class Operations;
struct Lookup;

class Conversation final : public RequestExecutor {
  public:
    /// Requests of one connection that may be under way at once. Further ones are not read yet.
    static constexpr std::size_t maxUnderWay = 1024;

    /// `route` chooses the link that this connection's commands are forwarded by.
    Conversation(Connection& connection, Operations& operations, std::uint32_t route)
        : _connection(connection), _operations(operations), _route(route) {}
    ~Conversation() override { Conversation::abandon(); }
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;

    void execute(std::span<const Request> requests) override;
    [[nodiscard]] bool full() const override { return _count >= maxUnderWay; }
    [[nodiscard]] bool idle() const override { return _count == 0; }
    void abandon() override;

    /// An operation of this conversation has gone on to another state, or has more text.
    void onProgress();

    /// A piece of the reply to a forwarded command.
    void onPiece(Operation& operation, std::string_view piece, bool last);

  private:
    void executeInTurn(std::span<const Request> requests);
    void executeOverlapping(std::span<const Request> requests);
    [[nodiscard]] bool mayLookUp(const Request& request, std::uint64_t hash) const;
    void lookUp(std::span<const Request*> gets, std::span<Lookup> lookups);
    void answerHit(const Request& request, const Lookup& lookup);
    void appendMiss(const Request& request);
    void append(Operation& operation);
    void appendAndStart(Operation& operation);
    [[nodiscard]] Operation& takeFirst();
    void letGo(Operation& operation);
    [[nodiscard]] bool mayStart(const Operation& operation) const;
    void startBlocked();
    bool writeReady();
    void writeReply(Operation& operation);
    void writeError(Operation& operation);
    void encode(const Reply& reply, std::uint32_t tag, const EntryRef* entry);

    Connection& _connection;
    Operations& _operations;
    const std::uint32_t _route;
    Operation* _first = nullptr;
    Operation* _last = nullptr;
    Operation* _firstBlocked = nullptr;
    std::size_t _count = 0;
    std::size_t _writes = 0; ///< of them, those that write keys: without one, no GET has to wait
    bool _executing = false;
    bool _advancing = false;
};

} // namespace nearcache
