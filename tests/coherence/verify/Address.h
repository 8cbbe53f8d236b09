#pragma once

#include <cstdint>
#include <string>

namespace nearcache::coherence {

/// Where something listens: a Unix socket where `path` is set, or else host and port.
struct Address {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
    std::string path;

    [[nodiscard]] std::string text() const { return path.empty() ? host + ":" + std::to_string(port) : path; }
};

/// `HOST:PORT`, or a path. Throws std::invalid_argument.
Address addressOf(const std::string& text);

} // namespace nearcache::coherence
