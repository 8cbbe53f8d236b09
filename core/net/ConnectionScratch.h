#pragma once

/// What the connections of one worker share: memory that is needed only while one of them is at work, and the requests
/// that they have read in one turn. Those of several connections are executed together, at the end of the turn's events
/// or as soon as there is no room for more, so that a lock, and memory that is in no processor cache, are waited for
/// once for all of them.
///
/// A connection reads into room(), has the requests parsed into requests() and arena(), and hands them in with share():
/// then they stay until execute().
///
/// Threads: the worker's only.

#include "nearcache/FrontEnd.h"
#include "net/Loop.h"
#include "net/OutputBuffer.h"

#include <array>
#include <cstddef>
#include <memory_resource>
#include <span>
#include <string_view>
#include <vector>

namespace nearcache {

class Connection;

class ConnectionScratch {
  public:
    static constexpr std::size_t inputSize = std::size_t{64} * 1024;
    static constexpr std::size_t leastRoom = std::size_t{16} * 1024; ///< to read into
    static constexpr std::size_t maxBatch = 64;                      ///< requests executed together, of one connection

    ConnectionScratch() = default;
    ConnectionScratch(const ConnectionScratch&) = delete;
    ConnectionScratch& operator=(const ConnectionScratch&) = delete;

    [[nodiscard]] BlockPool& blocks() { return _blocks; }

    /// Where to read into. May execute what was gathered.
    [[nodiscard]] std::span<char> room();

    /// Where to parse to: behind what others have handed in. `maxBatch` at most are to be added.
    [[nodiscard]] std::vector<Request>& requests();
    [[nodiscard]] std::pmr::memory_resource& arena() { return _arena; }

    /// The requests added since requests() are the connection's: Connection::execute() is called with them, before the
    /// turn's tasks. What they were parsed from stays until then, if it was `read` into room().
    std::span<const Request> share(Loop& loop, Connection& connection, std::string_view read);

    /// So many are gathered that they are to be executed now.
    [[nodiscard]] bool full() const { return _requests.size() >= maxBatch; }

    /// Has each connection execute what it has handed in.
    void execute() noexcept;

  private:
    struct Share {
        Connection* connection;
        std::size_t end; ///< of its requests, which begin where those of the one before end
    };

    [[nodiscard]] std::size_t shared() const { return _shares.empty() ? 0 : _shares.back().end; }

    BlockPool _blocks;
    std::array<char, inputSize> _input;
    std::size_t _used = 0; ///< bytes of the input that shares refer to
    std::array<std::byte, std::size_t{32} * 1024> _arenaMemory;
    std::pmr::monotonic_buffer_resource _arena{_arenaMemory.data(), _arenaMemory.size()};
    std::vector<Request> _requests;
    std::vector<Share> _shares;
};

} // namespace nearcache
