#pragma once

/// A client connection: socket, session and buffers. It reads, has requests parsed and executed, and sends what comes
/// of them, for whatever protocol the session speaks. Slow readers, big inputs, half-closed connections and the orderly
/// end are handled here, once.
///
/// Threads: its worker's only.

#include "nearcache/FrontEnd.h"
#include "net/ConnectionScratch.h"
#include "net/Loop.h"
#include "net/OutputBuffer.h"

#include <Poco/Net/StreamSocket.h>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nearcache {

/// Executes the requests of one connection and writes their replies, in order, to its output.
class RequestExecutor {
  public:
    virtual ~RequestExecutor() = default;

    /// execute() follows with the same requests, in the same turn, unless abandon() comes before it. Other connections
    /// are told of theirs meanwhile, so that what all of them need can be sought together.
    virtual void prepare(std::span<const Request> requests) = 0;

    /// Views in the requests are valid from prepare() until this returns.
    virtual void execute(std::span<const Request> requests) = 0;

    /// As many requests are under way as one connection may have.
    [[nodiscard]] virtual bool full() const = 0;

    /// Nothing is under way.
    [[nodiscard]] virtual bool idle() const = 0;

    /// Something is under way that may take for ever, and is meant to.
    [[nodiscard]] virtual bool waitsByDesign() const = 0;

    /// The connection is gone: what is under way has nobody to answer any more.
    virtual void abandon() = 0;

    /// The client may have taken some of what it was sent.
    virtual void onRoom() = 0;
};

class Connection final : private PollHandler {
  public:
    /// Past this much undelivered output a client's requests are not read any further until it has taken some.
    static constexpr std::size_t maxUndelivered = std::size_t{1024} * 1024;
    /// A client that takes nothing of what waits for it for this long is closed.
    static constexpr Milliseconds maxStall{60'000};
    /// How long a connection that we end may take to see the end, so that the last reply is not lost to a reset.
    static constexpr Milliseconds maxLinger{2'000};

    using MakeExecutor = std::function<std::unique_ptr<RequestExecutor>(Connection&)>;
    using OnClosed = std::function<void(Connection&)>;

    /// `onClosed` is called once, when the connection is done with, and may destroy it at the end of the turn.
    Connection(Loop& loop, ConnectionScratch& scratch, Poco::Net::StreamSocket socket, OnClosed onClosed);
    ~Connection() override;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Begins to serve a client.
    void serve(const FrontEnd& frontEnd, const Client& client, const MakeExecutor& makeExecutor);

    /// Sends these bytes and ends the connection, for a client that is not to be served.
    void refuse(std::string_view message);

    /// Answers the requests under way and what the client has sent, as far as there is room for it, then ends the
    /// connection.
    void finish();

    /// Answers the requests under way, takes no more, and ends the connection.
    void end();

    /// Ends it at once.
    void close();

    /// Executes what it has handed in to the scratch, which calls this.
    void execute(std::span<const Request> requests) noexcept;

    /// Has what happened meanwhile (replies written, room for requests) acted upon at the end of the turn.
    void touch();

    /// Closes it if its client has taken nothing for too long.
    void closeIfStalled();

    [[nodiscard]] bool closed() const { return _state == State::Closed; }
    [[nodiscard]] OutputBuffer& output() { return _output; }
    [[nodiscard]] const OutputBuffer& output() const { return _output; }
    [[nodiscard]] Session& session() { return *_session; }

  private:
    enum class State : std::uint8_t {
        Open,
        Ending,    ///< no further input is read; closed once everything is answered and sent
        Lingering, ///< everything is sent; what still comes in is thrown away
        Closed,
    };

    void onPoll(bool readable, bool writable) noexcept override;
    void receive();
    void discardInput();
    void serveInput(std::string_view input, bool read);
    [[nodiscard]] bool gather(std::string_view input, std::size_t& consumed, bool read);
    [[nodiscard]] bool parse(std::string_view input, std::size_t& consumed, std::vector<Request>& requests);
    void keep(std::string_view rest);
    [[nodiscard]] bool takesRequests() const;
    void proceed();
    void resumeInput();
    void send();
    void linger();
    void watch();

    Loop& _loop;
    ConnectionScratch& _scratch;
    Poco::Net::StreamSocket _socket;
    OnClosed _onClosed;
    std::unique_ptr<Session> _session;
    std::unique_ptr<RequestExecutor> _executor;
    OutputBuffer _output;
    std::string _input; ///< received, not yet consumed
    Time _lastProgress; ///< when the client last took something, or nothing waited for it
    Timers::Id _lingering = 0;
    State _state = State::Open;
    Interest _watched;          ///< for what, while it is not closed
    bool _peerEnded = false;    ///< the client sends no more
    bool _finishing = false;    ///< nothing more is read; what was is answered
    bool _held = false;         ///< _input may hold whole requests: they wait for room
    bool _nothingAsked = false; ///< it was idle when it was to finish: there is no last reply to be lost
    bool _touched = false;
    bool _gathered = false; ///< requests of it are in the scratch, and it proceeds once they are executed
    bool _serving = false;  ///< unless it is at work already
};

} // namespace nearcache
