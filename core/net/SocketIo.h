#pragma once

/// Reading and writing a non-blocking socket. Poco's calls throw for a reset and, when gathering, for a full buffer
/// too: both are everyday events here, so the two calls that carry data are made directly.

#include <Poco/Net/Socket.h>

#include <cstddef>
#include <span>
#include <sys/uio.h>

namespace nearcache {

struct IoResult {
    enum class Status {
        Done,   ///< `bytes` were moved, at least one
        Again,  ///< nothing can be moved now
        Ended,  ///< read only: the peer sends no more
        Failed, ///< the connection is lost; errno says why
    };
    Status status;
    std::size_t bytes = 0;
};

IoResult receiveSome(const Poco::Net::Socket& socket, std::span<char> room) noexcept;

/// Sends from the front of the pieces; at most `maxPieces` of them at once.
IoResult sendSome(const Poco::Net::Socket& socket, std::span<const iovec> pieces) noexcept;

inline constexpr std::size_t maxPieces = 64;

} // namespace nearcache
