#include "settings/Address.h"

#include "settings/Characters.h"

#include <sys/un.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <limits>

namespace nearcache {

namespace {

constexpr std::uint16_t redisPort = 6379;
constexpr std::string_view anyHost = "0.0.0.0";
constexpr std::string_view unixScheme = "unix:";
constexpr std::size_t maxHost = 255; // RFC 1035, 2.3.4
constexpr std::size_t maxUnixPath = sizeof(sockaddr_un::sun_path) - 1;

// The text before and after the colon that separates host and port; `port` is nothing where there is no colon.
struct Halves {
    std::string_view host;
    std::optional<std::string_view> port;
};

std::optional<Halves> splitBracketed(std::string_view text) {
    const auto end = text.find(']');
    if (end == std::string_view::npos)
        return {};
    const std::string_view rest = text.substr(end + 1);
    const Halves halves{text.substr(1, end - 1), {}};
    if (rest.empty())
        return halves;
    return rest.front() == ':' ? std::optional(Halves{halves.host, rest.substr(1)}) : std::nullopt;
}

bool isIpv6(std::string_view text) {
    return text.find(':') != std::string_view::npos && text.size() <= maxHost && std::ranges::all_of(text, [](char c) {
               return isLetter(c) || isDigit(c) || c == ':' || c == '.' || c == '%';
           });
}

bool isName(std::string_view text) {
    return !text.empty() && text.size() <= maxHost && text.front() != '-' && std::ranges::all_of(text, [](char c) {
        return isLetter(c) || isDigit(c) || c == '-' || c == '.' || c == '_';
    });
}

std::optional<Halves> split(std::string_view text) {
    if (text.starts_with('[')) {
        const auto halves = splitBracketed(text);
        return halves && isIpv6(halves->host) ? halves : std::nullopt;
    }
    const auto colon = text.find(':');
    Halves halves{text.substr(0, colon), {}};
    if (colon != std::string_view::npos)
        halves.port = text.substr(colon + 1);
    return halves.host.empty() || isName(halves.host) ? std::optional(halves) : std::nullopt;
}

std::optional<std::uint16_t> parsePort(std::string_view text, unsigned least) {
    unsigned port = 0;
    const char* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, port);
    const bool whole = result.ec == std::errc{} && result.ptr == end;
    if (!whole || port < least || port > std::numeric_limits<std::uint16_t>::max())
        return {};
    return static_cast<std::uint16_t>(port);
}

std::optional<Address> parseUnixPath(std::string_view path) {
    if (!path.starts_with('/') || path.size() > maxUnixPath || path.find('\0') != std::string_view::npos)
        return {};
    return Address{.host = {}, .port = 0, .unixPath = std::string(path)};
}

std::optional<Address> address(std::string_view host, std::optional<std::uint16_t> port) {
    return port ? std::optional(Address{.host = std::string(host), .port = *port, .unixPath = {}}) : std::nullopt;
}

} // namespace

std::optional<Address> parseBackendAddress(std::string_view text) {
    if (text.starts_with(unixScheme))
        return parseUnixPath(text.substr(unixScheme.size()));
    if (text.starts_with('/'))
        return parseUnixPath(text);
    const auto halves = split(text);
    if (!halves || halves->host.empty())
        return {};
    return address(halves->host, halves->port ? parsePort(*halves->port, 1) : std::optional(redisPort));
}

std::optional<Address> parseListenAddress(std::string_view text) {
    const auto halves = split(text);
    if (!halves)
        return {};
    if (!halves->port)
        return address(anyHost, parsePort(halves->host, 0));
    return address(halves->host.empty() ? anyHost : halves->host, parsePort(*halves->port, 0));
}

} // namespace nearcache
