#include "system/harness/ScriptedBackend.h"

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <hiredis/hiredis.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

namespace nearcache::blackbox {

namespace {

constexpr int backlog = 64;
const Poco::Timespan acceptTurn(0, 20'000);

struct KnownCommand {
    const char* name;
    int arity;
    const char* flag;
    int lastKey;
};

/// What it says that it can do: all with their keys from the first word on.
constexpr KnownCommand knownCommands[] = {
    {"decr", 2, "write", 1},    {"del", -2, "write", -1},  {"exists", -2, "readonly", -1}, {"expire", -3, "write", 1},
    {"get", 2, "readonly", 1},  {"getdel", 2, "write", 1}, {"incr", 2, "write", 1},        {"incrby", 3, "write", 1},
    {"set", -3, "write", 1},    {"ttl", 2, "readonly", 1}, {"unlink", -2, "write", -1},    {"lrange", 4, "readonly", 1},
    {"pttl", 2, "readonly", 1},
};

/// As Redis before 7 has it.
std::string commandTable() {
    std::string table = "*" + std::to_string(std::size(knownCommands)) + "\r\n";
    for (const auto& [name, arity, flag, lastKey] : knownCommands) {
        table += "*7\r\n+" + std::string(name) + "\r\n:" + std::to_string(arity) + "\r\n*1\r\n+" + flag +
                 "\r\n:1\r\n:" + std::to_string(lastKey) + "\r\n:1\r\n*0\r\n";
    }
    return table;
}

/// The reply to what a link says before it is used, and beside what clients ask; nothing for other commands.
std::optional<std::string> introduction(const std::string& name) {
    if (name == "PING")
        return "+PONG\r\n";
    if (name == "HELLO")
        return "-ERR unknown command 'HELLO'\r\n";
    if (name == "TOUCH")
        return ":0\r\n";
    if (name == "PTTL")
        return ":-1\r\n";
    if (name == "COMMAND")
        return commandTable();
    if (name == "INFO")
        return "$0\r\n\r\n";
    if (name == "CLIENT" || name == "SELECT" || name == "AUTH")
        return "+OK\r\n";
    return std::nullopt;
}

Words toWords(const Answer& command) {
    Words words;
    for (const auto& element : command.elements)
        words.push_back(element.text);
    return words;
}

} // namespace

ScriptedBackend::ScriptedBackend(Script script)
    : _script(std::move(script)), _listening(Poco::Net::SocketAddress("127.0.0.1", 0), backlog) {
    _acceptor = std::thread([this] { acceptLinks(); });
}

ScriptedBackend::~ScriptedBackend() {
    _ending = true;
    _acceptor.join();
    _listening.close();
    for (auto& link : _links) {
        try {
            link.socket.shutdown();
        } catch (const Poco::Exception&) {
            // The other end was faster.
        }
        link.reader.join();
    }
}

void ScriptedBackend::acceptLinks() {
    while (!_ending) {
        if (!_listening.poll(acceptTurn, Poco::Net::Socket::SELECT_READ))
            continue;
        const std::lock_guard lock(_mutex);
        auto& link = _links.emplace_back();
        link.socket = _listening.acceptConnection();
        link.socket.setNoDelay(true);
        link.reader = std::thread([this, &link] { read(link); });
    }
}

void ScriptedBackend::read(Link& link) {
    const std::unique_ptr<redisReader, void (*)(redisReader*)> reader(redisReaderCreate(), &redisReaderFree);
    std::array<char, 1 << 16> bytes{};
    try {
        for (;;) {
            const int length = link.socket.receiveBytes(bytes.data(), static_cast<int>(bytes.size()));
            if (length <= 0)
                break;
            redisReaderFeed(reader.get(), bytes.data(), static_cast<std::size_t>(length));
            void* read = nullptr;
            while (redisReaderGetReply(reader.get(), &read) == REDIS_OK && read != nullptr) {
                const std::unique_ptr<void, void (*)(void*)> command(read, freeReplyObject);
                take(link, toWords(toAnswer(*static_cast<redisReply*>(read))));
            }
        }
    } catch (const Poco::Exception&) {
        // The link is gone.
    }
    const std::lock_guard lock(_mutex);
    forget(link);
}

void ScriptedBackend::take(Link& link, const Words& command) {
    const std::lock_guard lock(_mutex);
    if (const auto reply = introduction(command.at(0))) {
        queue(link, {Reaction::Kind::Reply, *reply});
        return;
    }
    _commands.push_back(command);
    queue(link, _script(command));
}

void ScriptedBackend::queue(Link& link, const Reaction& reaction) {
    if (reaction.kind == Reaction::Kind::Cut) {
        forget(link);
        cut(link, reaction.bytes);
        return;
    }
    const bool held = reaction.kind == Reaction::Kind::Hold && _holding;
    link.replies.push_back({reaction.bytes, reaction.kind == Reaction::Kind::ByteByByte, !held, ++_lastNumber});
    _held += held ? 1 : 0;
    _mostHeld = std::max(_mostHeld, _held);
    sendReady(link);
}

void ScriptedBackend::sendReady(Link& link) {
    for (; !link.replies.empty() && link.replies.front().ready; link.replies.pop_front()) {
        const auto& [bytes, inBytes, ready, number] = link.replies.front();
        const std::size_t step = inBytes ? 1 : bytes.size();
        for (std::size_t sent = 0; sent < bytes.size(); sent += step)
            link.socket.sendBytes(bytes.data() + sent, static_cast<int>(step));
    }
}

void ScriptedBackend::cut(Link& link, const std::string& lastWords) {
    link.socket.sendBytes(lastWords.data(), static_cast<int>(lastWords.size()));
    link.socket.shutdown();
}

/// Nobody waits for these replies any more.
void ScriptedBackend::forget(Link& link) {
    for (const auto& pending : link.replies)
        _held -= pending.ready ? 0 : 1;
    link.replies.clear();
}

std::vector<Words> ScriptedBackend::commands() const {
    const std::lock_guard lock(_mutex);
    return _commands;
}

std::size_t ScriptedBackend::held() const {
    const std::lock_guard lock(_mutex);
    return _held;
}

std::size_t ScriptedBackend::mostHeld() const {
    const std::lock_guard lock(_mutex);
    return _mostHeld;
}

void ScriptedBackend::releaseOne() {
    const std::lock_guard lock(_mutex);
    releaseOldest();
}

void ScriptedBackend::releaseAll() {
    const std::lock_guard lock(_mutex);
    _holding = false;
    while (_held > 0)
        releaseOldest();
}

void ScriptedBackend::releaseOldest() {
    Link* owner = nullptr;
    Pending* oldest = nullptr;
    for (auto& link : _links)
        for (auto& pending : link.replies)
            if (!pending.ready && (oldest == nullptr || pending.number < oldest->number)) {
                oldest = &pending;
                owner = &link;
            }
    if (oldest == nullptr)
        return;
    oldest->ready = true;
    --_held;
    sendReady(*owner);
}

ScriptedBackend::Script holding(std::string name, std::string reply) {
    return [name = std::move(name), reply = std::move(reply)](const Words& command) {
        const auto kind =
            command.at(0) == name ? ScriptedBackend::Reaction::Kind::Hold : ScriptedBackend::Reaction::Kind::Reply;
        return ScriptedBackend::Reaction{kind, reply};
    };
}

} // namespace nearcache::blackbox
