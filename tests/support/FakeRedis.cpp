#include "support/FakeRedis.h"

#include "support/Waiting.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>

namespace nearcache::test {

namespace {

constexpr int backlog = 128;

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

template <class Address> void listenAt(int descriptor, Address& address) {
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(descriptor, any, sizeof address) != 0 || ::listen(descriptor, backlog) != 0)
        fail("listen");
    socklen_t size = sizeof address;
    ::getsockname(descriptor, any, &size);
}

std::string joined(const redisReply& command) {
    std::string words;
    for (std::size_t i = 0; i < command.elements; ++i)
        words.append(i == 0 ? "" : " ").append(command.element[i]->str, command.element[i]->len);
    return words;
}

} // namespace

void FakeLink::FreeReader::operator()(redisReader* reader) const {
    redisReaderFree(reader);
}

FakeLink::FakeLink(Peer peer) : _peer(std::move(peer)), _reader(redisReaderCreate()) {}

void FakeLink::shakeHands() {
    std::string said;
    while ((said = command()) != "PING") {
        if (said == "(nothing)")
            throw std::runtime_error("no handshake came");
        answerHandshake(said);
    }
    send("+PONG\r\n");
}

void FakeLink::shakeHandsRefusing(std::string_view words, std::string_view error) {
    std::string said;
    while (!(said = command()).starts_with(words)) {
        if (said == "(nothing)" || said == "PING")
            throw std::runtime_error("no such command came");
        answerHandshake(said);
    }
    send("-" + std::string(error) + "\r\n");
}

void FakeLink::answerHandshake(std::string_view said) {
    const auto number = ":" + std::to_string(id) + "\r\n";
    if (said.starts_with("HELLO 3"))
        send("%3\r\n$6\r\nserver\r\n$5\r\nredis\r\n$5\r\nproto\r\n:3\r\n$2\r\nid\r\n" + number);
    else if (said == "CLIENT ID")
        send(number);
    else
        send("+OK\r\n");
}

std::string FakeLink::command() {
    auto command = nextCommand();
    _next.reset();
    return command;
}

const std::string& FakeLink::nextCommand() {
    while (!_next) {
        readCommand();
        if (_next)
            break;
        const auto bytes = _peer.receiveSome();
        if (bytes.empty())
            _next = "(nothing)";
        redisReaderFeed(_reader.get(), bytes.data(), bytes.size());
    }
    return *_next;
}

void FakeLink::readCommand() {
    void* read = nullptr;
    if (redisReaderGetReply(_reader.get(), &read) != REDIS_OK)
        throw std::runtime_error("what came is no command");
    if (read == nullptr)
        return;
    _next = joined(*static_cast<redisReply*>(read));
    freeReplyObject(read);
}

void FakeLink::sendValue(std::string_view value) {
    send("$" + std::to_string(value.size()) + "\r\n" + std::string(value) + "\r\n");
}

void FakeLink::sendFetched(std::string_view value, long remaining) {
    sendValue(value);
    send(":" + std::to_string(remaining) + "\r\n");
}

void FakeLink::sendInvalidation(std::string_view key) {
    send(">2\r\n$10\r\ninvalidate\r\n*1\r\n");
    sendValue(key);
}

void FakeLink::sendFlush() {
    send(">2\r\n$10\r\ninvalidate\r\n_\r\n");
}

bool FakeLink::ended() {
    return !_peer.receiveRest().ends_with(Peer::goesOn);
}

bool FakeLink::quiet() const {
    return !_next && _reader->pos == _reader->len && _peer.quiet();
}

FakeRedis::FakeRedis(Kind kind) {
    if (kind == Kind::Tcp) {
        listenOnPort();
        return;
    }
    _path = (_folder.path() / "redis.sock").string();
    listenOnPath();
}

void FakeRedis::listenOnPath() {
    _listening = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy(_path.begin(), _path.end(), address.sun_path);
    listenAt(_listening, address);
}

void FakeRedis::listenOnPort() {
    _listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listenAt(_listening, address);
    _port = ntohs(address.sin_port);
}

FakeLink FakeRedis::accept() {
    pollfd wanted{_listening, POLLIN, 0};
    const auto milliseconds = static_cast<int>(std::chrono::milliseconds(patience).count());
    if (::poll(&wanted, 1, milliseconds) <= 0)
        throw std::runtime_error("no link was opened");
    const int descriptor = ::accept4(_listening, nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0)
        fail("accept");
    return FakeLink(Peer(descriptor));
}

bool FakeRedis::quiet() const {
    pollfd wanted{_listening, POLLIN, 0};
    return ::poll(&wanted, 1, 0) == 0;
}

void FakeRedis::goAway() {
    if (_listening >= 0)
        ::close(std::exchange(_listening, -1));
    ::unlink(_path.c_str());
}

void FakeRedis::comeBack() {
    listenOnPath();
}

} // namespace nearcache::test
