#include "support/Peer.h"

#include "support/Waiting.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocketImpl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace nearcache::test {

namespace {

constexpr int patienceMilliseconds = static_cast<int>(std::chrono::milliseconds(patience).count());

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

} // namespace

Peer& Peer::operator=(Peer&& other) noexcept {
    close();
    _descriptor = std::exchange(other._descriptor, -1);
    _received = std::move(other._received);
    return *this;
}

void Peer::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(_descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0)
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        else if (errno != EAGAIN || !becomes(POLLOUT, patienceMilliseconds))
            fail("send");
    }
}

std::string Peer::receive(std::size_t size) {
    while (_received.size() < size && receiveMore()) {
    }
    return take(size);
}

std::string Peer::receiveSome() {
    if (_received.empty())
        receiveMore();
    return take(_received.size());
}

std::string Peer::receiveLine() {
    std::size_t end = 0;
    while ((end = _received.find('\n')) == std::string::npos) {
        if (!receiveMore())
            return take(_received.size());
    }
    auto line = take(end + 1);
    line.erase(line.ends_with("\r\n") ? end - 1 : end);
    return line;
}

std::string Peer::receiveRest() {
    while (receiveMore()) {
    }
    return take(_received.size()).append(becomes(POLLIN, 0) ? "" : goesOn);
}

bool Peer::quiet() const {
    return _received.empty() && !becomes(POLLIN, 0);
}

bool Peer::receiveMore() {
    std::array<char, 65536> bytes;
    if (!becomes(POLLIN, patienceMilliseconds))
        return false;
    const auto size = ::recv(_descriptor, bytes.data(), bytes.size(), 0);
    if (size < 0 && errno != ECONNRESET)
        fail("recv");
    _received.append(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    return size > 0;
}

std::string Peer::take(std::size_t size) {
    auto taken = _received.substr(0, size);
    _received.erase(0, size);
    return taken;
}

bool Peer::becomes(short event, int milliseconds) const {
    pollfd wanted{_descriptor, event, 0};
    return ::poll(&wanted, 1, milliseconds) > 0;
}

void Peer::endSending() {
    if (::shutdown(_descriptor, SHUT_WR) != 0)
        fail("shutdown");
}

void Peer::reset() {
    const linger none{1, 0};
    if (::setsockopt(_descriptor, SOL_SOCKET, SO_LINGER, &none, sizeof none) != 0)
        fail("setsockopt");
    close();
}

void Peer::close() {
    if (_descriptor >= 0)
        ::close(std::exchange(_descriptor, -1));
}

std::shared_ptr<Poco::Net::StreamSocket> Pair::takeSocket() {
    auto taken = std::make_shared<Poco::Net::StreamSocket>(socket);
    socket = Poco::Net::StreamSocket();
    return taken;
}

Pair unixPair(int sendBuffer) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        fail("socketpair");
    if (sendBuffer > 0)
        ::setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &sendBuffer, sizeof sendBuffer);
    Poco::Net::StreamSocket socket(new Poco::Net::StreamSocketImpl(ends[0]));
    socket.setBlocking(false);
    return {std::move(socket), Peer(ends[1])};
}

Pair tcpPair() {
    const Poco::Net::ServerSocket listening(Poco::Net::SocketAddress("127.0.0.1", 0));
    const auto address = listening.address();
    Peer peer(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(peer.descriptor(), address.addr(), address.length()) != 0)
        fail("connect");
    Poco::Net::ServerSocket accepting(listening);
    auto socket = accepting.acceptConnection();
    socket.setBlocking(false);
    socket.setNoDelay(true);
    const int on = 1;
    ::setsockopt(peer.descriptor(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return {std::move(socket), std::move(peer)};
}

} // namespace nearcache::test
