#pragma once

#include "support/TemporaryFolder.h"
#include "system/harness/Endpoint.h"
#include "system/harness/Process.h"
#include "system/harness/RespClient.h"

#include <memory>
#include <string>
#include <vector>

namespace nearcache::blackbox {

/// The program of that name from Redis (redis-server, redis-cli, redis-benchmark): beside the redis-server that the
/// environment's or the build's NEARCACHE_REDIS_SERVER names, or else from PATH. Throws where there is none.
std::string redisProgram(const std::string& name);

/// A real redis-server of the test's own, with nothing on disk. It listens on a Unix socket, or on a free port.
class RedisServer {
  public:
    enum class Transport { UnixSocket, Tcp };

    /// Starts it, unless told not to, and returns once it takes connections. `options` are added to its command line.
    explicit RedisServer(Transport transport = Transport::UnixSocket, std::vector<std::string> options = {});

    [[nodiscard]] const Endpoint& endpoint() const { return _endpoint; }
    [[nodiscard]] std::string address() const { return _endpoint.address(); }

    /// Kills it, so that its data are gone; starts it again at the same address.
    void stop();
    void start();

    /// Stops its process from running, and lets it go on: connections stay open and the kernel takes new ones.
    void freeze();
    void thaw();

    /// A new connection straight to it.
    [[nodiscard]] RespClient connect() const { return RespClient(_endpoint); }

    /// Asks on a connection of this object's own.
    Answer ask(const Words& words);

    /// How many commands of this name (in lower case) it has executed.
    long long calls(const std::string& command);

    /// Its connections but those made by this object, as CLIENT LIST has them.
    long long clients();

  private:
    void launch();
    bool startOnce();

    Transport _transport;
    std::vector<std::string> _options;
    test::TemporaryFolder _folder;
    Endpoint _endpoint;
    std::unique_ptr<Process> _process;
    std::unique_ptr<RespClient> _connection;
};

} // namespace nearcache::blackbox
