#pragma once

#include "system/harness/Endpoint.h"
#include "system/harness/HttpAnswer.h"
#include "system/harness/Waiting.h"

#include <Poco/Net/StreamSocket.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace nearcache::blackbox {

/// A connection and nothing in between: for input that no proper client sends, and for what
/// must be seen byte by byte. Functions that wait do so for `patience` and throw then; those that receive throw at an
/// end they do not expect.
class RawClient {
  public:
    explicit RawClient(const Endpoint& endpoint);
    explicit RawClient(std::uint16_t port) : RawClient(Endpoint{{}, port}) {}

    void send(std::string_view bytes);

    /// Sends as much as the peer takes: false where it has closed the connection meanwhile.
    bool trySend(std::string_view bytes);

    /// Sends once, without waiting for long: how much was taken, 0 where the peer has stopped reading.
    std::size_t sendWhatIsTaken(std::string_view bytes);

    /// Every byte in a packet of its own.
    void sendByteByByte(std::string_view bytes);

    std::string receive(std::size_t length);
    /// Up to and with the token.
    std::string receiveUntil(std::string_view token);
    /// Until the peer closes or resets the connection.
    std::string receiveAll();
    /// Whether what was received ended by a reset, which destroys what is still on its way.
    [[nodiscard]] bool wasReset() const { return _reset; }
    /// One response with its body, which has a Content-Length; `head`: it answers a HEAD and has none.
    HttpAnswer receiveHttp(bool head = false);

    /// Whether there is something to read now: bytes, or the end.
    [[nodiscard]] bool readable() { return !_received.empty() || poll(std::chrono::milliseconds(0)); }
    /// Whether nothing comes during that time: for what must not happen.
    [[nodiscard]] bool silentFor(std::chrono::milliseconds time) { return _received.empty() && !poll(time); }

    /// No more is sent; the other direction stays open.
    void halfClose() { _socket.shutdownSend(); }
    /// Closes with a RST instead of a FIN.
    void reset();
    void close() { _socket.close(); }

    Poco::Net::StreamSocket& socket() { return _socket; }

  private:
    bool poll(std::chrono::milliseconds time);
    bool readMore();
    std::string take(std::size_t length);

    Poco::Net::StreamSocket _socket;
    std::string _received; ///< not yet handed out
    bool _reset = false;
};

} // namespace nearcache::blackbox
