#pragma once

/// Looks up the addresses of a host name on a thread of its own: the system's resolver blocks, and no loop may.

#include "net/Loop.h"

#include <Poco/RunnableAdapter.h>
#include <Poco/Thread.h>

#include <functional>
#include <string>
#include <vector>

namespace nearcache {

/// Thread-safe. Outlives the loops that ask it.
class Resolver {
  public:
    struct Answer {
        std::vector<std::string> addresses; ///< IP addresses as text; empty when the look-up failed
        std::string trouble;                ///< why it failed
    };
    using Callback = std::function<void(const Answer&)>;

    Resolver();
    ~Resolver();

    /// Has the callback run on the asking loop's thread, some time later.
    void resolve(const std::string& host, Loop& asking, Callback callback);

  private:
    Loop _loop;
    Poco::RunnableAdapter<Loop> _runner{_loop, &Loop::run};
    Poco::Thread _thread{"resolver"};
};

/// Whether the text is an IP address, which needs no look-up.
[[nodiscard]] bool isIpAddress(const std::string& host);

} // namespace nearcache
