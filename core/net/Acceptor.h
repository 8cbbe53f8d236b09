#pragma once

/// Listens for clients on any number of addresses, and hands each new connection on. Enforces `limits.connections`.
///
/// Threads: runs a loop on a thread of its own; listenOn() before start() only.

#include "nearcache/FrontEnd.h"
#include "net/Loop.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/RunnableAdapter.h>
#include <Poco/Thread.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace nearcache {

/// The connections open at once, over all front-ends. Thread-safe.
class ConnectionLimit {
  public:
    explicit ConnectionLimit(unsigned limit) : _limit(limit) {}

    [[nodiscard]] bool tryEnter();
    void leave() { --_open; }

    [[nodiscard]] unsigned limit() const { return _limit; }
    [[nodiscard]] unsigned open() const { return _open; }

  private:
    const unsigned _limit;
    std::atomic<unsigned> _open = 0;
};

/// A connection just accepted, non-blocking.
struct Accepted {
    /// The only reference to it, as it goes to another thread. (Poco's own copies of a socket share a counted object.)
    std::shared_ptr<Poco::Net::StreamSocket> socket;
    const FrontEnd* frontEnd; ///< of the address it came in by
    Client client;
    bool admitted; ///< it entered the limit, and leaves it when it closes; otherwise it is to be refused
};

class Acceptor {
  public:
    using HandOver = std::function<void(Accepted)>;

    /// `handOver` is called on the acceptor's thread.
    Acceptor(ConnectionLimit& limit, HandOver handOver);
    ~Acceptor();

    /// Binds and listens; clients wait until start(). Returns the address bound, with the port chosen for port 0.
    /// Throws Poco::Exception when the address cannot be had. The front-end outlives the acceptor.
    Poco::Net::SocketAddress listenOn(const Poco::Net::SocketAddress& address, const FrontEnd& frontEnd);

    void start();

    /// Stops listening and ends the thread. Idempotent.
    void stop();

  private:
    class Listener;

    void accepted(std::shared_ptr<Poco::Net::StreamSocket> socket, const FrontEnd& frontEnd);

    ConnectionLimit& _limit;
    HandOver _handOver;
    Loop _loop;
    std::vector<std::unique_ptr<Listener>> _listeners;
    std::uint64_t _lastClient = 0;
    Poco::RunnableAdapter<Loop> _runner{_loop, &Loop::run};
    Poco::Thread _thread{"acceptor"};
    bool _running = false;
};

} // namespace nearcache
