#include "BusyRedis.h"

#include "support/Peer.h"

#include <arpa/inet.h>
#include <array>
#include <hiredis/hiredis.h>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace nearcache::test {

namespace {

constexpr int backlog = 16;
constexpr int turn = 10; // ms: how long an end or a drop may wait

std::vector<std::string> wordsOf(const redisReply& command) {
    std::vector<std::string> words;
    for (std::size_t i = 0; i < command.elements; ++i)
        words.emplace_back(command.element[i]->str, command.element[i]->len);
    return words;
}

} // namespace

struct BusyRedis::Link {
    Peer peer;
    std::unique_ptr<redisReader, void (*)(redisReader*)> reader{redisReaderCreate(), redisReaderFree};
};

BusyRedis::BusyRedis() : _listening(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (::bind(_listening, any, size) != 0 || ::listen(_listening, backlog) != 0)
        throw std::system_error(errno, std::generic_category(), "listen");
    ::getsockname(_listening, any, &size);
    _port = ntohs(address.sin_port);
    _thread = std::thread([this] { run(); });
}

BusyRedis::~BusyRedis() {
    _ending = true;
    _thread.join();
    ::close(_listening);
}

void BusyRedis::run() {
    while (!_ending) {
        std::vector<pollfd> polled{{_listening, POLLIN, 0}};
        for (const auto& link : _links)
            polled.push_back({link.peer.descriptor(), POLLIN, 0});
        ::poll(polled.data(), polled.size(), turn);
        std::size_t i = 0;
        for (auto link = _links.begin(); link != _links.end();)
            link = polled[++i].revents == 0 || serve(*link) ? std::next(link) : _links.erase(link);
        if (polled.front().revents != 0)
            accept();
    }
}

void BusyRedis::accept() {
    const int descriptor = ::accept4(_listening, nullptr, nullptr, SOCK_CLOEXEC);
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (descriptor >= 0)
        _links.push_back({.peer = Peer(descriptor)});
}

/// False at the link's end.
bool BusyRedis::serve(Link& link) {
    const auto bytes = link.peer.receiveSome();
    redisReaderFeed(link.reader.get(), bytes.data(), bytes.size());
    std::string replies;
    void* read = nullptr;
    while (redisReaderGetReply(link.reader.get(), &read) == REDIS_OK && read != nullptr) {
        replies += execute(wordsOf(*static_cast<redisReply*>(read)));
        freeReplyObject(read);
    }
    if (_toDrop > 0 && !replies.empty()) {
        --_toDrop;
        ++_dropped;
        return false;
    }
    try {
        link.peer.send(replies);
    } catch (const std::system_error&) {
        return false;
    }
    return !bytes.empty();
}

std::string BusyRedis::execute(const std::vector<std::string>& words) {
    if (words.at(0) == "GET") {
        const auto found = _values.find(words.at(1));
        if (found == _values.end())
            return "$-1\r\n";
        return "$" + std::to_string(found->second.size()) + "\r\n" + found->second + "\r\n";
    }
    if (words[0] == "PTTL")
        return _values.contains(words.at(1)) ? ":-1\r\n" : ":-2\r\n";
    if (words[0] == "CLIENT" && words.at(1) == "ID")
        return ":1\r\n";
    if (words[0] == "PING")
        return "+PONG\r\n";
    if (words[0] == "SET")
        _values[words.at(1)] = words.at(2);
    if (words[0] == "DEL")
        return ":" + std::to_string(_values.erase(words.at(1))) + "\r\n";
    return "+OK\r\n";
}

} // namespace nearcache::test
