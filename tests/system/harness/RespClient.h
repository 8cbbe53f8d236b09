#pragma once

#include "system/harness/Answer.h"
#include "system/harness/Endpoint.h"

#include <hiredis/hiredis.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nearcache::blackbox {

using Words = std::vector<std::string>;

/// A client of RESP by hiredis, to Nearcache or straight to Redis. Every function throws std::runtime_error where the
/// connection fails, is closed, or no reply comes within `patience`.
class RespClient {
  public:
    explicit RespClient(const Endpoint& endpoint);
    explicit RespClient(std::uint16_t port) : RespClient(Endpoint{{}, port}) {}

    /// Sends a command and waits for its reply.
    Answer ask(const Words& words);

    /// Queues a command: the first receive() or flush() after it sends what is queued.
    void send(const Words& words);
    void flush();
    Answer receive();

    /// The reply, or nothing where the connection was closed instead.
    std::optional<Answer> receiveOrEnd();

    [[nodiscard]] int descriptor() const { return _context->fd; }

  private:
    struct Free {
        void operator()(redisContext* context) const { redisFree(context); }
    };
    std::unique_ptr<redisContext, Free> _context;
};

/// The command as it goes over the wire.
std::string encoded(const Words& words);

} // namespace nearcache::blackbox
