#pragma once

#include <map>
#include <string>
#include <vector>

namespace nearcache::blackbox {

/// The text of a configuration, option by option.
class ProxyConfig {
  public:
    using Options = std::map<std::string, std::string>;

    /// `option` as `cache.ttl`; the value is YAML, and stands there as it is. The last one counts.
    ProxyConfig& set(const std::string& option, const std::string& value);

    /// One more entry of `frontends`, on a port of the kernel's choice unless told otherwise.
    ProxyConfig& frontEnd(const std::string& plugin, const Options& options = {});

    [[nodiscard]] std::string text() const;

  private:
    std::map<std::string, Options> _sections;
    std::vector<Options> _frontEnds;
};

} // namespace nearcache::blackbox
