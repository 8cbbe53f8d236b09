#include "coherence/verify/ReadRoad.h"

namespace nearcache::coherence {

namespace {

std::string textOf(const redisReply& reply) {
    return {reply.str, reply.len};
}

bool isError(const redisReply& reply) {
    return reply.type == REDIS_REPLY_ERROR;
}

ReadRoad::Shown shownBy(const redisReply& reply, const std::string& key) {
    Sighting out;
    if (reply.type == REDIS_REPLY_INTEGER && reply.integer > 0) {
        out.kind = Sighting::Kind::Length;
        out.length = static_cast<std::size_t>(reply.integer);
    } else if (reply.type == REDIS_REPLY_STRING && reply.len > 0) {
        const auto index = indexOf(key, {reply.str, reply.len});
        if (!index)
            return std::nullopt;
        out.kind = Sighting::Kind::Value;
        out.index = *index;
    } else if (reply.type != REDIS_REPLY_NIL && reply.type != REDIS_REPLY_INTEGER && reply.type != REDIS_REPLY_STRING) {
        return std::nullopt;
    }
    return out;
}

ReadRoad::Result shownByAll(const redisReply& reply, const std::vector<std::string>& keys) {
    std::vector<ReadRoad::Shown> out;
    const bool fits = reply.type == REDIS_REPLY_ARRAY && reply.elements == keys.size();
    for (std::size_t i = 0; i < keys.size(); ++i)
        out.push_back(fits ? shownBy(*reply.element[i], keys[i]) : std::nullopt);
    return out;
}

} // namespace

std::vector<ReadRoad> ReadRoad::all() {
    return {ReadRoad(Kind::Get),    ReadRoad(Kind::MGet),   ReadRoad(Kind::GetRange),
            ReadRoad(Kind::StrLen), ReadRoad(Kind::Script), ReadRoad(Kind::Transaction)};
}

const char* ReadRoad::name() const {
    switch (_kind) {
    case Kind::Get: return "GET";
    case Kind::MGet: return "MGET";
    case Kind::GetRange: return "GETRANGE";
    case Kind::StrLen: return "STRLEN";
    case Kind::Script: return "EVAL";
    case Kind::Transaction: return "MULTI";
    }
    return "";
}

void ReadRoad::ask(Connection& connection, const std::vector<std::string>& keys) const {
    Words words{"MGET"};
    switch (_kind) {
    case Kind::Get: connection.append({"GET", keys[0]}); break;
    case Kind::MGet:
        words.insert(words.end(), keys.begin(), keys.end());
        connection.append(words);
        break;
    case Kind::GetRange: connection.append({"GETRANGE", keys[0], "0", "-1"}); break;
    case Kind::StrLen: connection.append({"STRLEN", keys[0]}); break;
    case Kind::Script: connection.append({"EVAL", "return redis.call('GET', KEYS[1])", "1", keys[0]}); break;
    case Kind::Transaction:
        connection.append({"MULTI"});
        connection.append({"GET", keys[0]});
        connection.append({"EXEC"});
        break;
    }
}

ReadRoad::Result ReadRoad::takeTransaction(Connection& connection, const std::vector<std::string>& keys) {
    const auto multi = connection.receive();
    const auto queued = connection.receive();
    const auto done = connection.receive();
    for (const auto* reply : {multi.get(), queued.get(), done.get()})
        if (isError(*reply))
            return textOf(*reply);
    return shownByAll(*done, keys);
}

ReadRoad::Result ReadRoad::take(Connection& connection, const std::vector<std::string>& keys) const {
    if (_kind == Kind::Transaction)
        return takeTransaction(connection, keys);
    const auto reply = connection.receive();
    if (isError(*reply))
        return textOf(*reply);
    if (_kind == Kind::MGet)
        return shownByAll(*reply, keys);
    return std::vector{shownBy(*reply, keys[0])};
}

} // namespace nearcache::coherence
