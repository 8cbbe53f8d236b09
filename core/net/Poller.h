#pragma once

/// Waits for sockets on behalf of a loop, over Poco::Net::PollSet. Not thread-safe: the loop's own thread only.

#include "net/Clock.h"

#include <Poco/Net/PollSet.h>
#include <Poco/Net/Socket.h>

#include <unordered_map>

namespace nearcache {

/// Called by the poller when a socket is ready.
class PollHandler {
  public:
    virtual ~PollHandler() = default;

    /// At least one of the two. An error on the socket is reported as whatever was asked for, so that the call that
    /// follows finds it. Must not throw.
    virtual void onPoll(bool readable, bool writable) noexcept = 0;
};

/// What to wait for on a socket.
struct Interest {
    bool read = false;
    bool write = false;

    bool operator==(const Interest&) const = default;
};

class Poller {
  public:
    /// Waits for `interest` on the socket from now on, in place of what was asked for before. With no interest the
    /// socket leaves the set: one that stays would spin after a hang-up. The handler stays the caller's.
    void watch(const Poco::Net::Socket& socket, Interest interest, PollHandler& handler);

    void forget(const Poco::Net::Socket& socket);

    /// Waits until a socket is ready, `timeout` at most.
    void wait(Milliseconds timeout);

    /// Calls the handlers of the sockets found ready by wait(). A handler may watch and forget any socket: one
    /// forgotten meanwhile is not reported any more.
    void report();

  private:
    struct Watched {
        PollHandler* handler;
        Interest interest;
    };

    void report(const Poco::Net::Socket& socket, int modes);

    Poco::Net::PollSet _set;
    Poco::Net::PollSet::SocketModeMap _ready;
    std::unordered_map<const Poco::Net::SocketImpl*, Watched> _watched;
};

} // namespace nearcache
