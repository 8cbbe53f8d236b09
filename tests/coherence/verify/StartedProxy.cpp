#include "coherence/verify/StartedProxy.h"

#include "system/harness/ProxyConfig.h"

#include <csignal>
#include <stdexcept>

namespace nearcache::coherence {

namespace {

blackbox::Launch launch(const test::TemporaryFolder& folder, const std::string& program, const Address& redis,
                        const std::map<std::string, std::string>& settings) {
    blackbox::ProxyConfig config;
    for (const auto& [name, value] : settings)
        config.set(name, value);
    config.set("backend.address", redis.text()).frontEnd("http").frontEnd("resp");
    blackbox::Launch out;
    out.arguments = {program, "--config=" + folder.write("nearcache.yaml", config.text()).string()};
    return out;
}

} // namespace

StartedProxy::StartedProxy(const std::string& program, const Address& redis,
                           const std::map<std::string, std::string>& settings)
    : _process(launch(_folder, program, redis, settings)) {
    if (!_process.waitForText("ready\n"))
        throw std::runtime_error("the proxy does not start:\n" + log());
}

std::string StartedProxy::stop() {
    if (!_process.running())
        return "the proxy has ended by itself:\n" + log();
    _process.signal(SIGTERM);
    const auto code = _process.wait();
    if (code == 0)
        return {};
    return "the proxy ended with " + (code ? "exit code " + std::to_string(*code) : "SIGKILL only") + ":\n" + log();
}

Address StartedProxy::listening(const std::string& frontEnd) const {
    const auto text = log();
    const auto at = text.find("front-end " + frontEnd + " listening on ");
    if (at == std::string::npos)
        throw std::runtime_error("the proxy does not say where " + frontEnd + " listens:\n" + text);
    const auto line = text.substr(at, text.find('\n', at) - at);
    return addressOf(line.substr(line.rfind(' ') + 1));
}

} // namespace nearcache::coherence
