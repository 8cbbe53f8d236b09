#pragma once

#include "coherence/verify/Address.h"

#include <hiredis/hiredis.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace nearcache::coherence {

using Words = std::vector<std::string>;

struct FreeReply {
    void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Reply = std::unique_ptr<redisReply, FreeReply>;

/// The connection could not be opened, was closed, or its reply did not come in time: what became of what was sent
/// is unknown.
class ConnectionLost : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// A client that connects when it is needed, and again after a loss. For one thread at a time.
class Connection {
  public:
    /// `protocol`: 2, or 3 where the other side speaks it.
    Connection(Address address, int protocol, std::chrono::milliseconds timeout);

    /// Connects where it is not, or no longer, connected. Throws ConnectionLost.
    void ensure();

    void append(const Words& words);
    /// The next reply, an error's too. Never null. Throws ConnectionLost, and the connection is closed then.
    Reply receive();
    Reply ask(const Words& words);

    /// The protocol spoken since the last ensure().
    [[nodiscard]] int protocol() const { return _spoken; }

  private:
    struct Free {
        void operator()(redisContext* context) const { redisFree(context); }
    };

    [[nodiscard]] bool closedByPeer() const;
    void open();
    [[noreturn]] void lose(const std::string& why);

    const Address _address;
    const int _protocol;
    const std::chrono::milliseconds _timeout;
    int _spoken = 2;
    std::unique_ptr<redisContext, Free> _context;
};

} // namespace nearcache::coherence
