#include "backend/ControlLink.h"

#include "backend/CommandTableReader.h"
#include "nearcache/Resp.h"

#include <Poco/Logger.h>

#include <hiredis/hiredis.h>

#include <utility>

namespace nearcache {

namespace {

std::string_view textOf(const redisReply& reply) {
    return reply.str != nullptr ? std::string_view(reply.str, reply.len) : std::string_view();
}

/// What stands behind `name:` on a line of INFO's reply; empty where there is no such line.
std::string valueOf(std::string_view info, std::string_view name) {
    while (!info.empty()) {
        const auto end = info.find(resp::newLine);
        const auto line = info.substr(0, end);
        if (line.starts_with(name) && line.substr(name.size()).starts_with(':'))
            return std::string(line.substr(name.size() + 1));
        info.remove_prefix(end == std::string_view::npos ? info.size() : end + resp::newLine.size());
    }
    return {};
}

} // namespace

ControlLink::ControlLink(const LinkContext& context, BackendFacts& facts)
    : Link(context, LinkRole::Control), _facts(facts) {}

void ControlLink::touch(const std::vector<std::string>& keys) {
    if (keys.empty() || state() != State::Ready || _touches >= maxTouches)
        return;
    std::vector<std::string_view> words{"TOUCH"};
    words.insert(words.end(), keys.begin(), keys.end());
    ++_touches;
    ask(words, &ControlLink::takeTouched);
}

void ControlLink::ask(const std::vector<std::string_view>& words, OnReply onReply) {
    std::string command;
    resp::appendCommand(command, words);
    write(command);
    _expected.push_back(onReply);
}

void ControlLink::onReady() {
    _identity = {};
    ask({"COMMAND"}, &ControlLink::takeCommands);
    ask({"INFO", "server"}, &ControlLink::takeServer);
    ask({"INFO", "replication"}, &ControlLink::takeReplication);
}

void ControlLink::onBytes(std::string_view bytes) {
    redisReaderFeed(&reader(), bytes.data(), bytes.size());
    void* read = nullptr;
    while (state() == State::Ready && redisReaderGetReply(&reader(), &read) == REDIS_OK && read != nullptr) {
        const std::unique_ptr<void, void (*)(void*)> reply(read, freeReplyObject);
        if (_expected.empty()) {
            lose("a reply came that nothing was asked for");
            return;
        }
        const auto onReply = _expected.front();
        _expected.pop_front();
        (this->*onReply)(*static_cast<redisReply*>(read));
    }
    if (state() == State::Ready && reader().err != 0)
        lose(std::string("a reply is not RESP: ") + reader().errstr);
}

void ControlLink::takeCommands(const redisReply& reply) {
    auto table = readCommandTable(reply);
    if (table == nullptr) {
        Poco::Logger::get("nearcache")
            .warning("Redis does not tell which commands it has (COMMAND), so that the worst is supposed of each: " +
                     std::string(textOf(reply)));
        table = leastCommandTable();
    }
    _facts.commands(std::move(table));
}

void ControlLink::takeServer(const redisReply& reply) {
    const auto info = textOf(reply);
    const bool valkey = info.find("valkey_version:") != std::string_view::npos;
    const auto name = valueOf(info, "server_name"); // Valkey's
    _identity.server = name.empty() ? "redis" : name;
    _identity.version = valueOf(info, valkey ? "valkey_version" : "redis_version");
    _identity.mode = valueOf(info, "redis_mode");
    if (_identity.mode.empty())
        _identity.mode = valueOf(info, "server_mode");
}

void ControlLink::takeReplication(const redisReply& reply) {
    _identity.role = valueOf(textOf(reply), "role");
    if (_identity.version.empty()) // it does not tell: clients that greet must be answered all the same
        _identity = {.server = "redis", .version = "0.0.0", .mode = "standalone", .role = "master"};
    _facts.identity(_identity);
    _facts.setAttempted();
}

void ControlLink::takeTouched(const redisReply& /*reply*/) {
    --_touches;
}

void ControlLink::onLost(const std::string& /*why*/) {
    _expected.clear();
    _touches = 0;
    _facts.setAttempted();
}

void ControlLink::onAway() {
    _facts.setAttempted();
}

} // namespace nearcache
