#include "coherence/verify/Forwarder.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <vector>

namespace nearcache::coherence {

namespace {

constexpr std::size_t mostWaiting = 1 << 20;
constexpr std::size_t chunk = 1 << 16;

[[noreturn]] void fail(const char* what) {
    throw std::runtime_error(std::string("forwarder: ") + what + ": " + std::strerror(errno));
}

int listenOnAnyPort() {
    const int listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (listening < 0 || ::bind(listening, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listening, SOMAXCONN) != 0)
        fail("listen");
    return listening;
}

std::uint16_t portOf(int listening) {
    sockaddr_in address{};
    socklen_t length = sizeof address;
    if (::getsockname(listening, reinterpret_cast<sockaddr*>(&address), &length) != 0)
        fail("getsockname");
    return ntohs(address.sin_port);
}

/// -1 where nobody listens. A Unix socket connects at once.
int connectTo(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const int target = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (target >= 0 && ::connect(target, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0)
        return target;
    ::close(target);
    return -1;
}

bool wouldBlock() {
    return errno == EAGAIN || errno == EINTR;
}

} // namespace

Forwarder::Forwarder(std::string target) : _target(std::move(target)), _listening(listenOnAnyPort()) {
    _address.port = portOf(_listening);
    if (::pipe2(_wakeUp, O_CLOEXEC | O_NONBLOCK) != 0)
        fail("pipe");
    _thread = std::thread([this] { run(); });
}

Forwarder::~Forwarder() {
    _ending = true;
    wake();
    _thread.join();
    for (const auto& pair : _pairs)
        closePair(pair);
    ::close(_listening);
    ::close(_wakeUp[0]);
    ::close(_wakeUp[1]);
}

void Forwarder::cut(bool cut) {
    _cut = cut;
    wake();
}

void Forwarder::wake() const {
    static_cast<void>(::write(_wakeUp[1], "", 1) == 1); // a full pipe wakes too
}

void Forwarder::run() {
    while (!_ending)
        step();
}

/// One turn: waits for what can be done, and does it.
void Forwarder::step() {
    std::vector<pollfd> entries{{_wakeUp[0], POLLIN, 0}};
    const bool cut = _cut;
    if (!cut) {
        entries.push_back({_listening, POLLIN, 0});
        for (const auto& pair : _pairs)
            for (const auto* way : {&pair.up, &pair.down}) {
                const auto wanted = way->waiting.empty() ? 0 : POLLOUT;
                entries.push_back({way->from, static_cast<short>(way->waiting.size() < mostWaiting ? POLLIN : 0), 0});
                entries.push_back({way->to, static_cast<short>(wanted), 0});
            }
    }
    ::poll(entries.data(), entries.size(), -1);
    std::array<char, 64> woken{};
    while (::read(_wakeUp[0], woken.data(), woken.size()) > 0) {
    }
    if (cut || _cut)
        return;
    acceptOne();
    for (auto pair = _pairs.begin(); pair != _pairs.end();) {
        readInto(pair->up);
        readInto(pair->down);
        if (writeOut(pair->up) && writeOut(pair->down)) {
            ++pair;
            continue;
        }
        closePair(*pair);
        pair = _pairs.erase(pair);
    }
}

void Forwarder::acceptOne() {
    const int client = ::accept4(_listening, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (client < 0)
        return;
    const int target = connectTo(_target);
    if (target < 0) {
        ::close(client);
        return;
    }
    const int on = 1;
    ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    _pairs.push_back({{client, target, {}, false}, {target, client, {}, false}});
}

void Forwarder::readInto(Direction& direction) {
    if (direction.ended || direction.waiting.size() >= mostWaiting)
        return;
    std::array<char, chunk> buffer; // NOLINT: read() fills it
    const auto length = ::recv(direction.from, buffer.data(), buffer.size(), 0);
    if (length > 0)
        direction.waiting.append(buffer.data(), static_cast<std::size_t>(length));
    else
        direction.ended = length == 0 || !wouldBlock();
}

/// False when the pair is done: an end has come, and all before it is delivered, or cannot be.
bool Forwarder::writeOut(Direction& direction) {
    if (!direction.waiting.empty()) {
        const auto length = ::send(direction.to, direction.waiting.data(), direction.waiting.size(), MSG_NOSIGNAL);
        if (length < 0)
            return wouldBlock();
        direction.waiting.erase(0, static_cast<std::size_t>(length));
    }
    return !direction.ended || !direction.waiting.empty();
}

void Forwarder::closePair(const Pair& pair) {
    ::close(pair.up.from);
    ::close(pair.up.to);
}

} // namespace nearcache::coherence
