// The floor: the least that a server on epoll can do for a request. It receives, counts the commands by their first
// byte (`*`, which is nowhere else in what the bench sends), and sends as many canned replies of 64 bytes. One thread.
//
// usage: floor PORT; prints the port it listens on (0: any free one).

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr std::size_t bufferSize = std::size_t{64} * 1024;
constexpr std::size_t mostReplies = 4096; ///< in one send

[[noreturn]] void die(const char* what) {
    std::perror(what);
    std::exit(1);
}

int listenOn(std::uint16_t port) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(port);
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listener, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0 ||
        ::listen(listener, SOMAXCONN) != 0)
        die("floor: listen");
    socklen_t length = sizeof name;
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&name), &length);
    std::printf("%u\n", static_cast<unsigned>(ntohs(name.sin_port)));
    std::fflush(stdout);
    return listener;
}

std::string cannedReplies() {
    const std::string one = "$64\r\n" + std::string(64, 'v') + "\r\n";
    std::string all;
    for (std::size_t i = 0; i < mostReplies; ++i)
        all += one;
    return all;
}

class Floor {
  public:
    explicit Floor(std::uint16_t port) : _poll(::epoll_create1(EPOLL_CLOEXEC)), _listener(listenOn(port)) {
        add(_listener);
    }

    [[noreturn]] void run() {
        std::array<epoll_event, 256> events{};
        for (;;) {
            const int count = ::epoll_wait(_poll, events.data(), events.size(), -1);
            for (int i = 0; i < count; ++i) {
                const int socket = events[static_cast<std::size_t>(i)].data.fd;
                socket == _listener ? accept() : serve(socket);
            }
        }
    }

  private:
    void add(int socket) const {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = socket;
        ::epoll_ctl(_poll, EPOLL_CTL_ADD, socket, &event);
    }

    void accept() const {
        const int on = 1;
        for (int socket = 0; (socket = ::accept4(_listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
            ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            add(socket);
        }
    }

    void serve(int socket) {
        const ssize_t count = ::recv(socket, _buffer.data(), _buffer.size(), 0);
        if (count > 0)
            reply(socket, static_cast<std::size_t>(std::count(_buffer.data(), _buffer.data() + count, '*')));
        else if (count == 0 || errno != EAGAIN)
            ::close(socket);
    }

    /// Who does not take what they asked for is closed: the bench's clients do.
    void reply(int socket, std::size_t requests) const {
        while (requests > 0) {
            const std::size_t some = std::min(requests, mostReplies);
            const std::size_t length = some * (_replies.size() / mostReplies);
            if (::send(socket, _replies.data(), length, MSG_NOSIGNAL) != static_cast<ssize_t>(length)) {
                ::close(socket);
                return;
            }
            requests -= some;
        }
    }

    int _poll;
    int _listener;
    std::string _replies = cannedReplies();
    std::array<char, bufferSize> _buffer{};
};

} // namespace

int main(int count, char** arguments) {
    if (count != 2) {
        std::fprintf(stderr, "usage: floor PORT\n");
        return 2;
    }
    static Floor server(static_cast<std::uint16_t>(std::strtoul(arguments[1], nullptr, 10)));
    server.run();
}
