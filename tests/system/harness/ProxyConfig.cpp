#include "system/harness/ProxyConfig.h"

namespace nearcache::blackbox {

ProxyConfig& ProxyConfig::set(const std::string& option, const std::string& value) {
    const auto dot = option.find('.');
    _sections[option.substr(0, dot)][option.substr(dot + 1)] = value;
    return *this;
}

ProxyConfig& ProxyConfig::frontEnd(const std::string& plugin, const Options& options) {
    Options all = options;
    all.emplace("plugin", plugin);
    all.emplace("listen", "127.0.0.1:0");
    _frontEnds.push_back(std::move(all));
    return *this;
}

std::string ProxyConfig::text() const {
    std::string out;
    for (const auto& [section, options] : _sections) {
        out += section + ":\n";
        for (const auto& [name, value] : options)
            out += "  " + name + ": " + value + "\n";
    }
    if (!_frontEnds.empty())
        out += "frontends:\n";
    for (const auto& options : _frontEnds) {
        const char* indent = "  - ";
        for (const auto& [name, value] : options) {
            out += indent + name + ": " + value + "\n";
            indent = "    ";
        }
    }
    return out;
}

} // namespace nearcache::blackbox
