#include "Socket.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace nearcache::bench {

namespace {

[[noreturn]] void fail(const std::string& address, const char* why) {
    throw std::runtime_error("cannot connect to " + address + ": " + why);
}

Descriptor connectUnix(const std::string& path) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    if (path.size() >= sizeof name.sun_path)
        fail(path, "too long");
    std::memcpy(name.sun_path, path.data(), path.size());
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0)
        fail(path, std::strerror(errno));
    return socket;
}

Descriptor connectTcp(const std::string& address) {
    const auto colon = address.rfind(':');
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(address.substr(0, colon).c_str(), address.substr(colon + 1).c_str(), &hints, &found) != 0)
        fail(address, "unknown");
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
    Descriptor socket(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(socket.get(), found->ai_addr, found->ai_addrlen) != 0)
        fail(address, std::strerror(errno));
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return socket;
}

} // namespace

Descriptor::~Descriptor() {
    if (_descriptor >= 0)
        ::close(_descriptor);
}

Descriptor connectTo(const std::string& address) {
    Descriptor socket = address.find(':') == std::string::npos ? connectUnix(address) : connectTcp(address);
    ::fcntl(socket.get(), F_SETFL, O_NONBLOCK);
    return socket;
}

} // namespace nearcache::bench
