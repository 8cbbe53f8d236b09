#pragma once

#include "coherence/verify/Connection.h"
#include "coherence/verify/Forwarder.h"
#include "coherence/verify/Options.h"
#include "coherence/verify/StartedProxy.h"
#include "system/harness/RedisServer.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nearcache::coherence {

/// Redis and the proxies: started here, or there already. For the main thread, with which what is started here ends.
class Stage {
  public:
    explicit Stage(const Options& options);

    [[nodiscard]] const Address& redis() const { return _redis; }
    [[nodiscard]] const std::vector<Address>& resp() const { return _resp; }
    [[nodiscard]] const std::vector<Address>& http() const { return _http; } ///< empty, or one a proxy

    /// The Redis started here; null: it is somebody else's.
    [[nodiscard]] blackbox::RedisServer* server() { return _server ? &*_server : nullptr; }
    /// What the proxies reach it by; null where nobody asked for it.
    [[nodiscard]] Forwarder* network() { return _network.get(); }

    /// Asks Redis itself. Throws ConnectionLost; std::runtime_error for an error.
    Reply ask(const Words& words);

    [[nodiscard]] std::string logs() const;
    /// Ends the proxies started here. Empty, or what was wrong with the first one that did not end well.
    [[nodiscard]] std::string stop();

  private:
    void startAll(const Options& options);

    std::optional<blackbox::RedisServer> _server;
    std::unique_ptr<Forwarder> _network;
    std::vector<std::unique_ptr<StartedProxy>> _proxies;
    Address _redis;
    std::vector<Address> _resp;
    std::vector<Address> _http;
    std::optional<Connection> _connection;
};

} // namespace nearcache::coherence
