#pragma once

#include "support/TemporaryFolder.h"
#include "system/harness/HttpClient.h"
#include "system/harness/Process.h"
#include "system/harness/ProxyConfig.h"
#include "system/harness/RawClient.h"
#include "system/harness/RespClient.h"

#include <cstdint>
#include <string>
#include <vector>

namespace nearcache::blackbox {

using test::TemporaryFolder;

/// The production binary: the environment's or the build's NEARCACHE_BINARY.
std::string proxyProgram();

/// How to start it with this configuration, which is written into the folder.
Launch proxyLaunch(const TemporaryFolder& folder, const std::string& config);

/// The production binary at work. Its end is part of every test: it must take a SIGTERM with exit code 0, which under
/// the sanitizers also says that they found nothing.
class Proxy {
  public:
    /// Starts it and returns once it says that it is ready. Throws with its output where it ends instead.
    explicit Proxy(const ProxyConfig& config) : Proxy(config, Launch{}) {}

    /// `extra`: environment and descriptors.
    Proxy(const ProxyConfig& config, Launch extra);

    ~Proxy();

    /// Ports of the front-ends of one plugin, in the configuration's order.
    [[nodiscard]] std::vector<std::uint16_t> ports(const std::string& plugin) const;
    [[nodiscard]] std::uint16_t http() const { return ports("http").at(0); }
    [[nodiscard]] std::uint16_t resp() const { return ports("resp").at(0); }

    [[nodiscard]] HttpClient httpClient() const { return HttpClient(http()); }
    [[nodiscard]] RespClient respClient() const { return RespClient(resp()); }

    [[nodiscard]] Process& process() { return _process; }

    /// SIGTERM, then the exit code, which must be 0. Idempotent.
    void stop();

  private:
    TemporaryFolder _folder;
    Process _process;
    bool _stopped = false;
};

} // namespace nearcache::blackbox
