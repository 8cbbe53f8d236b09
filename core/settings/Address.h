#pragma once

/// Network addresses as they are written in the YAML.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nearcache {

/// A host and a port, or a Unix socket.
struct Address {
    std::string host; ///< a name or an IP address (IPv6 without brackets); empty with unixPath
    std::uint16_t port = 0;
    std::string unixPath;
};

/// What parseBackendAddress() and parseListenAddress() take, for messages.
inline constexpr std::string_view backendAddressForm =
    "an address such as 127.0.0.1:6379, [::1]:6379, unix:/path or /path";
inline constexpr std::string_view listenAddressForm = "an address such as 0.0.0.0:6000, [::1]:6000 or 6000";

/// `host:port`, `[IPv6]:port`, `host` or `[IPv6]` (port 6379), `unix:/path`, `/path`. Nothing for any other text.
[[nodiscard]] std::optional<Address> parseBackendAddress(std::string_view text);

/// `host:port`, `[IPv6]:port`, `:port` or `port` (all IPv4 addresses of the machine). Nothing for any other text.
[[nodiscard]] std::optional<Address> parseListenAddress(std::string_view text);

} // namespace nearcache
