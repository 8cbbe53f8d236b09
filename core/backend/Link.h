#pragma once

/// A connection to the backing Redis that makes itself anew when it is lost.
///
/// hiredis connects and reads the handshake's replies; after it, derived classes say what is sent and see what comes.
/// A lost link is tried again at once, then after 50 ms doubling to 500 ms, each with jitter and from try to try;
/// success resets that.
/// Threads: its loop's only. The settings, the health and the resolver outlive it. It may be destroyed at any time but
/// within a call that it makes.

#include "backend/Handshake.h"
#include "backend/Health.h"
#include "backend/Resolver.h"
#include "net/Loop.h"
#include "settings/Settings.h"

#include <Poco/Net/StreamSocket.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct redisContext;
struct redisReader;
struct redisReply;

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

    Link(const LinkContext& context, LinkRole role);
    ~Link() override;
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    void start();

    [[nodiscard]] State state() const { return _state; }

    /// Why it is Away.
    [[nodiscard]] const std::string& trouble() const { return _trouble; }

    /// What Redis calls this connection (CLIENT ID); 0 where it is not Ready, or Redis does not tell.
    [[nodiscard]] std::int64_t redisId() const { return _redisId; }

  protected:
    /// The handshake is done; write() may be used.
    virtual void onReady() = 0;

    /// Bytes from Redis. Whoever cannot make sense of them calls lose().
    virtual void onBytes(std::string_view bytes) = 0;

    /// The link is lost: nothing that was written will be answered. Followed by a try to connect.
    virtual void onLost(const std::string& why) = 0;

    /// A try to connect has failed: state() is Away.
    virtual void onAway() = 0;

    /// One that does not reconnect will not be Ready again; after onLost() or onAway().
    virtual void onEnd(const std::string& /*why*/) {}

    /// Redis does not have what the role asks for. True: a try in the role that it has now is made at once, on a new
    /// connection. False: the try has failed.
    virtual bool onUnsupported(const std::string& /*refusal*/) { return false; }

    [[nodiscard]] LinkRole role() const { return _role; }

    /// From the next try on.
    void role(LinkRole role) { _role = role; }

    /// False: it has one try, and when that fails or it is lost it stays Away. The health is not told of it, since it
    /// comes and goes with what it is for.
    void reconnects(bool does) { _reconnects = does; }

    /// Reads no further, or goes on. Over with the connection.
    void pauseReading(bool pause);
    [[nodiscard]] bool paused() const { return _paused; }

    /// Does what the task does, but nothing once the link is destroyed.
    [[nodiscard]] Loop::Task whileAlive(Loop::Task task) const;

    [[nodiscard]] Loop& loop() const { return _context.loop; }
    [[nodiscard]] const BackendSettings& settings() const { return _context.settings; }

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
    [[nodiscard]] bool receiveOnce();
    void handleBytes(std::string_view bytes);
    void readHandshake(std::string_view bytes);
    [[nodiscard]] bool takeHandshakesReply(const redisReply& reply);
    void handshakeDone();
    void tryAnew();
    void ready();
    void fail(const std::string& why);
    void dropConnection();
    void retryLater();
    void flush();
    void flushAtEndOfTurn();
    void forgetSent();
    void watch();

    LinkContext _context;
    LinkRole _role;
    const std::shared_ptr<bool> _alive = std::make_shared<bool>(true); ///< for what is called later, maybe too late
    State _state = State::Connecting;
    std::string _trouble;
    std::unique_ptr<redisContext, FreeContext> _redis;
    std::optional<Poco::Net::StreamSocket> _socket; ///< on hiredis's descriptor
    bool _established = false;                      ///< the socket is connected
    std::optional<Handshake> _handshake;            ///< while it is under way
    std::string _outgoing;
    std::size_t _sent = 0; ///< of _outgoing
    std::int64_t _redisId = 0;
    bool _reconnects = true;
    bool _paused = false; ///< reads no further
    bool _flushing = false;
    Timers::Id _timer = 0;   ///< of the try under way, or of the next one
    Milliseconds _pause{0};  ///< from the beginning of one try to that of the next
    Time _begun{};           ///< when the last try did
    bool _trying = false;    ///< a try is under way
    bool _resolving = false; ///< the resolver has yet to answer, be it for a try given up
    std::size_t _nextAddress = 0;
};

} // namespace nearcache
