#include "system/harness/Proxy.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <stdexcept>

namespace nearcache::blackbox {

namespace {

Launch completed(Launch launch, const TemporaryFolder& folder, const std::string& config) {
    launch.arguments = proxyLaunch(folder, config).arguments;
    return launch;
}

} // namespace

std::string proxyProgram() {
    const char* chosen = std::getenv("NEARCACHE_BINARY");
    return chosen != nullptr ? chosen : NEARCACHE_BINARY;
}

Launch proxyLaunch(const TemporaryFolder& folder, const std::string& config) {
    Launch launch;
    launch.arguments = {proxyProgram(), "--config=" + folder.write("nearcache.yaml", config).string()};
    return launch;
}

Proxy::Proxy(const ProxyConfig& config, Launch extra) : _process(completed(std::move(extra), _folder, config.text())) {
    if (!_process.waitForText("ready\n"))
        throw std::runtime_error("nearcache does not start:\n" + _process.everything());
}

Proxy::~Proxy() {
    stop();
    if (::testing::Test::HasFailure())
        std::cerr << "--- what nearcache wrote:\n" << _process.everything() << "---\n";
}

std::vector<std::uint16_t> Proxy::ports(const std::string& plugin) const {
    const std::string announcement = "front-end " + plugin + " listening on ";
    std::vector<std::uint16_t> found;
    std::istringstream lines(_process.everything());
    for (std::string line; std::getline(lines, line);)
        if (line.find(announcement) != std::string::npos)
            found.push_back(static_cast<std::uint16_t>(std::stoi(line.substr(line.rfind(':') + 1))));
    return found;
}

void Proxy::stop() {
    if (_stopped)
        return;
    _stopped = true;
    _process.signal(SIGTERM);
    EXPECT_EQ(_process.wait(), 0) << "exit code after SIGTERM";
}

} // namespace nearcache::blackbox
