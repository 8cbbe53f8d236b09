#pragma once

#include "system/harness/RespClient.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace nearcache::blackbox {

/// A backing Redis that does what the test says, and keeps count: for what a real Redis cannot be made to do.
/// Threads: its own ones read; the script runs on them, one call at a time.
class ScriptedBackend {
  public:
    struct Reaction {
        enum class Kind : std::uint8_t {
            Reply,      ///< `bytes` at once
            ByteByByte, ///< `bytes` at once, each in a packet of its own
            Hold,       ///< `bytes` when released
            Cut,        ///< `bytes`, then the connection is closed
        };
        Kind kind = Kind::Reply;
        std::string bytes;
    };
    /// What to do with a command of the clients; those by which a link introduces itself are answered without asking.
    using Script = std::function<Reaction(const Words& command)>;

    explicit ScriptedBackend(Script script);
    ~ScriptedBackend();

    [[nodiscard]] Endpoint endpoint() const { return {{}, _listening.address().port()}; }
    [[nodiscard]] std::string address() const { return endpoint().address(); }

    /// Commands that came, in order, but those by which a link introduces itself.
    [[nodiscard]] std::vector<Words> commands() const;

    [[nodiscard]] std::size_t held() const;     ///< commands held now
    [[nodiscard]] std::size_t mostHeld() const; ///< at any moment until now

    /// Answers the command that is held longest, if any.
    void releaseOne();

    /// Answers all that are held, and from now on holds none.
    void releaseAll();

  private:
    struct Pending {
        std::string bytes;
        bool inBytes;
        bool ready;
        std::uint64_t number;
    };
    struct Link {
        Poco::Net::StreamSocket socket;
        std::deque<Pending> replies; ///< in the order of the commands
        std::thread reader;
    };

    void acceptLinks();
    void read(Link& link);
    void take(Link& link, const Words& command);
    void queue(Link& link, const Reaction& reaction);
    void releaseOldest();
    void forget(Link& link);
    static void sendReady(Link& link);
    static void cut(Link& link, const std::string& lastWords);

    Script _script;
    mutable std::mutex _mutex;
    std::list<Link> _links; ///< kept until the end
    std::vector<Words> _commands;
    std::uint64_t _lastNumber = 0;
    std::size_t _held = 0;
    std::size_t _mostHeld = 0;
    bool _holding = true;
    std::atomic<bool> _ending = false;
    Poco::Net::ServerSocket _listening;
    std::thread _acceptor;
};

/// Holds every command named so, with a reply for its release; others get the reply at once.
ScriptedBackend::Script holding(std::string name, std::string reply);

} // namespace nearcache::blackbox
