#pragma once

/// Looks up the addresses of a host name on a thread of its own: the system's resolver blocks, and no loop may.

#include "net/Loop.h"

#include <Poco/RunnableAdapter.h>
#include <Poco/Thread.h>

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace nearcache {

/// Thread-safe, but for its making and stop().
class Resolver {
  public:
    struct Answer {
        std::vector<std::string> addresses; ///< IP addresses as text; empty when the look-up failed
        std::string trouble;                ///< why it failed
    };
    using LookUp = std::function<Answer(const std::string& host)>;
    using Callback = std::function<void(const Answer&)>;

    /// Asks the system.
    Resolver();

    /// Asks this instead; it is called on the resolver's thread, and may block it.
    explicit Resolver(LookUp lookUp);
    ~Resolver();

    /// Has the callback run on the asking loop's thread, some time later. Who asks for a host that is being looked up
    /// already gets the same answer: while the name servers are silent no queue grows.
    void resolve(const std::string& host, Loop& asking, Callback callback);

    /// Waits for the look-up under way, and answers nobody from then on: to be called before a loop goes that has
    /// asked. Idempotent.
    void stop();

  private:
    struct Asker {
        Loop* loop;
        Callback callback;
    };

    void answer(const std::string& host);

    const LookUp _lookUp;
    std::mutex _mutex;
    std::map<std::string, std::vector<Asker>> _askers; ///< by host; guarded by _mutex
    Loop _loop;
    Poco::RunnableAdapter<Loop> _runner{_loop, &Loop::run};
    Poco::Thread _thread{"resolver"};
    bool _running = true; ///< of the thread that makes and stops it
};

/// Whether the text is an IP address, which needs no look-up.
[[nodiscard]] bool isIpAddress(const std::string& host);

} // namespace nearcache
