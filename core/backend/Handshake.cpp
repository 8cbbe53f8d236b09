#include "backend/Handshake.h"

#include "nearcache/Resp.h"

#include <hiredis/hiredis.h>

namespace nearcache {

Handshake::Handshake(const BackendSettings& settings) {
    if (!settings.username.empty())
        add({"AUTH", true}, {"AUTH", settings.username, settings.password});
    else if (!settings.password.empty())
        add({"AUTH", true}, {"AUTH", settings.password});
    if (settings.database != 0)
        add({"SELECT", true}, {"SELECT", std::to_string(settings.database)});
    add({"CLIENT SETNAME", false}, {"CLIENT", "SETNAME", "nearcache"}); // a courtesy: some back-ends lack it
    add({"PING", true}, {"PING"});
}

void Handshake::add(Step step, std::initializer_list<std::string_view> words) {
    resp::appendCommand(_commands, words);
    _steps.push_back(step);
}

std::string Handshake::takeReply(const redisReply& reply) {
    const Step& step = _steps[_replies++];
    if (reply.type != REDIS_REPLY_ERROR || !step.required)
        return {};
    return std::string("Redis refused ") + step.command + ": " + std::string(reply.str, reply.len);
}

} // namespace nearcache
