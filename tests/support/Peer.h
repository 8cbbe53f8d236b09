#pragma once

#include <Poco/Net/StreamSocket.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace nearcache::test {

/// The test's end of a connection. What reads or sends waits for the other end, at most as long as `patience`.
/// Throws std::system_error where the socket fails; a reset counts as an end.
class Peer {
  public:
    /// Takes the descriptor over.
    explicit Peer(int descriptor) : _descriptor(descriptor) {}
    Peer(Peer&& other) noexcept
        : _descriptor(std::exchange(other._descriptor, -1)), _received(std::move(other._received)) {}
    Peer& operator=(Peer&& other) noexcept;
    ~Peer() { close(); }

    void send(std::string_view bytes);

    /// So many bytes; fewer where no more came.
    [[nodiscard]] std::string receive(std::size_t size);

    /// What has come, a byte at least; nothing where no more came.
    [[nodiscard]] std::string receiveSome();

    /// A line without its LF or CR LF; what came where there was no whole one.
    [[nodiscard]] std::string receiveLine();

    static constexpr std::string_view goesOn = "(goes on)";

    /// All until the other end has ended its sending; with `goesOn` behind it where it has not.
    [[nodiscard]] std::string receiveRest();

    /// Nothing has come that was not received yet, and the other end has not ended.
    [[nodiscard]] bool quiet() const;

    void endSending();

    /// Ends the connection, in TCP with a reset.
    void reset();

    void close();

    [[nodiscard]] int descriptor() const { return _descriptor; }

  private:
    /// Takes in what comes next; false at the end, or when nothing comes.
    bool receiveMore();
    [[nodiscard]] std::string take(std::size_t size);
    [[nodiscard]] bool becomes(short event, int milliseconds) const;

    int _descriptor;
    std::string _received; ///< not taken yet
};

/// Two ends of a connection, as Poco's socket, non-blocking, and as the test's.
struct Pair {
    Pair(Poco::Net::StreamSocket itsSocket, Peer itsPeer) : socket(std::move(itsSocket)), peer(std::move(itsPeer)) {}
    Pair(Pair&& other) : socket(std::exchange(other.socket, Poco::Net::StreamSocket())), peer(std::move(other.peer)) {}

    /// The only reference to the socket, for another thread.
    [[nodiscard]] std::shared_ptr<Poco::Net::StreamSocket> takeSocket();

    Poco::Net::StreamSocket socket;
    Peer peer;
};

/// By a Unix socket: what one end sends, the other has at once. Each end keeps so many bytes that are not read, or as
/// many as the system sees fit.
[[nodiscard]] Pair unixPair(int sendBuffer = 0);

/// By TCP.
[[nodiscard]] Pair tcpPair();

} // namespace nearcache::test
