#pragma once

#include <cstdint>
#include <string>

namespace nearcache::blackbox {

/// Where something listens: a Unix socket where `path` is set, or else a port on 127.0.0.1.
struct Endpoint {
    std::string path;
    std::uint16_t port = 0;

    /// As it stands under `backend.address`.
    [[nodiscard]] std::string address() const { return path.empty() ? "127.0.0.1:" + std::to_string(port) : path; }
};

/// A port on 127.0.0.1 that nobody listened on a moment ago. Whoever takes it must be ready to ask again. It is outside
/// the range that the kernel gives to clients, as one of them might otherwise connect to itself.
std::uint16_t freePort();

} // namespace nearcache::blackbox
