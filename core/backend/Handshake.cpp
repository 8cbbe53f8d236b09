#include "backend/Handshake.h"

#include "nearcache/Resp.h"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <array>

namespace nearcache {

namespace {

constexpr std::string_view ourName = "nearcache";

/// What is said to one client too many, whatever it asks, before the connection is closed.
constexpr std::string_view tooManyClients = "ERR max number of clients reached";

/// What back-ends without RESP3 or tracking answer, in lower case: Redis 5 and before, and services that have taken
/// them out (`unknown command`, `unknown subcommand`), RESP3 turned off (`NOPROTO`), a user who may not (`NOPERM`).
constexpr std::array<std::string_view, 10> refusalsForGood{
    "noproto",       "noperm",        "unknown command", "unknown subcommand", "unsupported",
    "not supported", "not permitted", "not allowed",     "syntax error",       "wrong number of arguments"};

bool isForGood(std::string_view words) {
    std::string lower(words);
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return std::ranges::any_of(refusalsForGood,
                               [&lower](std::string_view part) { return lower.find(part) != std::string::npos; });
}

/// The number behind `id` in HELLO's reply.
std::int64_t idIn(const redisReply& hello) {
    for (std::size_t i = 0; i + 1 < hello.elements; i += 2) {
        const redisReply& name = *hello.element[i];
        const redisReply& value = *hello.element[i + 1];
        if (name.str != nullptr && std::string_view(name.str, name.len) == "id" && value.type == REDIS_REPLY_INTEGER)
            return value.integer;
    }
    return 0;
}

} // namespace

Handshake::Handshake(const BackendSettings& settings, LinkRole role)
    : _resp3(role == LinkRole::Fetch || role == LinkRole::Relay3) {
    using Kind = Step::Kind;
    if (_resp3)
        addHello(settings);
    else
        addAuth(settings);
    if (settings.database != 0)
        add({"SELECT", Kind::Required}, {"SELECT", std::to_string(settings.database)});
    if (!_resp3) {
        add({"CLIENT SETNAME", Kind::Courtesy}, {"CLIENT", "SETNAME", ourName});
        add({"CLIENT ID", Kind::Id}, {"CLIENT", "ID"});
    }
    if (role == LinkRole::Fetch)
        add({"CLIENT TRACKING", Kind::Tracking}, {"CLIENT", "TRACKING", "ON"});
    add({"PING", Kind::Required}, {"PING"});
}

void Handshake::addHello(const BackendSettings& settings) {
    const Step step{"HELLO", Step::Kind::Hello};
    const std::string_view user = settings.username.empty() ? "default" : std::string_view(settings.username);
    if (settings.username.empty() && settings.password.empty())
        add(step, {"HELLO", "3", "SETNAME", ourName});
    else
        add(step, {"HELLO", "3", "AUTH", user, settings.password, "SETNAME", ourName});
}

void Handshake::addAuth(const BackendSettings& settings) {
    const Step step{"AUTH", Step::Kind::Required};
    if (!settings.username.empty())
        add(step, {"AUTH", settings.username, settings.password});
    else if (!settings.password.empty())
        add(step, {"AUTH", settings.password});
}

void Handshake::add(Step step, std::initializer_list<std::string_view> words) {
    resp::appendCommand(_commands, words);
    _steps.push_back(step);
}

std::string Handshake::takeReply(const redisReply& reply) {
    if (reply.type == REDIS_REPLY_PUSH)
        return {};
    using Kind = Step::Kind;
    const Step& step = _steps[_replies++];
    if (reply.type == REDIS_REPLY_ERROR) {
        const std::string_view words(reply.str, reply.len);
        const bool bearable = step.kind == Kind::Courtesy || step.kind == Kind::Id;
        return bearable && words != tooManyClients ? std::string() : refused(step, words);
    }
    if (step.kind == Kind::Hello) {
        if (reply.type != REDIS_REPLY_MAP)
            return refused(step, "unsupported: its reply is not in RESP3");
        _id = idIn(reply);
    }
    if (step.kind == Kind::Id && reply.type == REDIS_REPLY_INTEGER)
        _id = reply.integer;
    return {};
}

std::string Handshake::refused(const Step& step, std::string_view words) {
    _unsupported = (step.kind == Step::Kind::Hello || step.kind == Step::Kind::Tracking) && isForGood(words);
    return std::string("Redis refused ") + step.command + ": " + std::string(words);
}

} // namespace nearcache
