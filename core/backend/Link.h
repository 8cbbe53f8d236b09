#pragma once

/// A connection to the backing Redis that makes itself anew when it is lost.
///
/// hiredis connects and reads the handshake's replies; after it, derived classes say what is sent and see what comes.
/// A lost link is tried again at once, then after 50 ms doubling to 500 ms, each with jitter; success resets that.
/// Threads: its loop's only. The settings, the health and the resolver outlive it.

#include "backend/Handshake.h"
#include "backend/Health.h"
#include "backend/Resolver.h"
#include "net/Loop.h"
#include "settings/Settings.h"

#include <Poco/Net/StreamSocket.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct redisContext;
struct redisReader;

namespace nearcache {

/// What every link of a loop is made from.
struct LinkContext {
    Loop& loop;
    const BackendSettings& settings;
    Health& health;
    Resolver& resolver;
};

class Link : private PollHandler {
  public:
    enum class State {
        Connecting, ///< the first try since the start or the loss: requests may wait for it
        Ready,
        Away, ///< a try has failed: requests fail at once until one succeeds
    };

    explicit Link(const LinkContext& context);
    ~Link() override;
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    void start();

    [[nodiscard]] State state() const { return _state; }

    /// Why it is Away.
    [[nodiscard]] const std::string& trouble() const { return _trouble; }

  protected:
    /// The handshake is done; write() may be used.
    virtual void onReady() = 0;

    /// Bytes from Redis. Whoever cannot make sense of them calls lose().
    virtual void onBytes(std::string_view bytes) = 0;

    /// The link is lost: nothing that was written will be answered. Followed by a try to connect.
    virtual void onLost(const std::string& why) = 0;

    /// A try to connect has failed: state() is Away.
    virtual void onAway() = 0;

    /// Queues bytes; all that is written in one turn of the loop goes out together.
    void write(std::string_view bytes);

    /// Bytes written that the socket has not taken yet.
    [[nodiscard]] std::size_t unsent() const { return _outgoing.size() - _sent; }

    /// Gives the link up, for this reason.
    void lose(const std::string& why);

    /// hiredis's reader, empty when onReady() is called, and new for each connection.
    [[nodiscard]] redisReader& reader() const;

  private:
    struct FreeContext {
        void operator()(redisContext* context) const;
    };

    void onPoll(bool readable, bool writable) noexcept override;
    void connect();
    void resolve();
    void resolved(const Resolver::Answer& answer);
    void connectTo(const std::string& address);
    void adopt(redisContext* context);
    void checkConnected();
    void connected();
    void receive();
    void handleBytes(std::string_view bytes);
    void readHandshake(std::string_view bytes);
    void ready();
    void fail(const std::string& why);
    void dropConnection();
    void retryLater();
    void flush();
    void flushAtEndOfTurn();
    void forgetSent();
    void watch();

    LinkContext _context;
    State _state = State::Connecting;
    std::string _trouble;
    std::unique_ptr<redisContext, FreeContext> _redis;
    std::optional<Poco::Net::StreamSocket> _socket; ///< on hiredis's descriptor
    bool _established = false;                      ///< the socket is connected
    std::optional<Handshake> _handshake;            ///< while it is under way
    std::string _outgoing;
    std::size_t _sent = 0; ///< of _outgoing
    bool _flushing = false;
    Timers::Id _timer = 0;   ///< of the try under way, or of the next one
    Milliseconds _pause{0};  ///< before the next try but one
    bool _trying = false;    ///< a try is under way
    bool _resolving = false; ///< the resolver has yet to answer, be it for a try given up
    std::size_t _nextAddress = 0;
};

} // namespace nearcache
