#pragma once

/// A redis-server of its own for a test, by a Unix socket; the one in .deps, or else the system's.

#include "support/TemporaryFolder.h"

#include <string>
#include <sys/types.h>

struct redisContext;

namespace nearcache::test {

class RedisServer {
  public:
    /// Throws std::runtime_error when it does not start.
    RedisServer();
    ~RedisServer();
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;

    [[nodiscard]] const std::string& path() const { return _path; }

    /// The reply to this, in short: a string, a number, or nothing.
    std::string ask(const char* command) const;

  private:
    TemporaryFolder _folder;
    std::string _path = (_folder.path() / "redis.sock").string();
    pid_t _process = -1;
    redisContext* _connection = nullptr;
};

} // namespace nearcache::test
