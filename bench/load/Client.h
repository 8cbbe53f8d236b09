#pragma once

/// A connection and the requests under way on it. Not thread-safe.

#include "Dialect.h"
#include "Socket.h"

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>

namespace nearcache::bench {

using Nanoseconds = std::uint64_t; ///< of the steady clock

class Client {
  public:
    explicit Client(Descriptor socket) : _socket(std::move(socket)) {}

    [[nodiscard]] int descriptor() const { return _socket.get(); }
    [[nodiscard]] std::size_t underWay() const { return _underWay.size(); }
    [[nodiscard]] bool wantsToWrite() const { return _sent < _output.size(); }

    /// Adds a request to what flush() sends. `begin`: from when on its latency counts.
    void ask(const Dialect& dialect, const Asked& asked, Nanoseconds begin);

    /// Sends what the socket takes. False: the connection is lost.
    [[nodiscard]] bool flush();

    enum class Read : std::uint8_t { Some, Nothing, Lost };

    /// Reads once, into `buffer` unless the last reply came in part; `input` is all that waits to be taken.
    [[nodiscard]] Read read(std::span<char> buffer, std::string_view& input);

    /// Takes the replies off the front of `input` and keeps the rest for the next read(). Each goes to
    /// `onReply(asked, begin)`. False: what came is not the reply; `input` begins with it.
    template <class OnReply>
    [[nodiscard]] bool take(const Dialect& dialect, std::string_view& input, const OnReply& onReply) {
        while (!_underWay.empty() && !input.empty()) {
            const auto [asked, begin] = _underWay.front();
            const std::size_t length = dialect.check(input, asked);
            if (length == Dialect::wrong)
                return false;
            if (length == Dialect::more)
                break;
            input.remove_prefix(length);
            _underWay.pop_front();
            onReply(asked, begin);
        }
        keep(input);
        return input.empty() || !_underWay.empty();
    }

    /// When requests of an open loop are due that wait for their turn on this connection.
    std::deque<Nanoseconds>& waiting() { return _waiting; }

  private:
    struct UnderWay {
        Asked asked;
        Nanoseconds begin;
    };

    void keep(std::string_view rest);

    Descriptor _socket;
    std::deque<UnderWay> _underWay;
    std::deque<Nanoseconds> _waiting;
    std::string _output;
    std::size_t _sent = 0;
    std::string _input; ///< of a reply that came in part
};

} // namespace nearcache::bench
