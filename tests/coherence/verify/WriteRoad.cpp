#include "coherence/verify/WriteRoad.h"

namespace nearcache::coherence {

std::vector<WriteRoad> WriteRoad::all() {
    return {WriteRoad(Kind::Set),         WriteRoad(Kind::SetEx),  WriteRoad(Kind::GetSet),
            WriteRoad(Kind::MSet),        WriteRoad(Kind::Script), WriteRoad(Kind::UndeclaredScript),
            WriteRoad(Kind::Transaction), WriteRoad(Kind::Rename), WriteRoad(Kind::Delete)};
}

const char* WriteRoad::name() const {
    switch (_kind) {
    case Kind::Set: return "SET";
    case Kind::SetEx: return "SETEX";
    case Kind::GetSet: return "GETSET";
    case Kind::MSet: return "MSET";
    case Kind::Script: return "EVAL";
    case Kind::UndeclaredScript: return "EVAL without declared keys";
    case Kind::Transaction: return "MULTI";
    case Kind::Rename: return "RENAME";
    case Kind::Delete: return "DEL";
    }
    return "";
}

std::vector<Words> WriteRoad::commands(const std::string& key, const std::string& value) const {
    switch (_kind) {
    case Kind::Set: return {{"SET", key, value}};
    case Kind::SetEx: return {{"SETEX", key, "3600", value}};
    case Kind::GetSet: return {{"GETSET", key, value}};
    case Kind::MSet: return {{"MSET", key, value}};
    case Kind::Script: return {{"EVAL", "return redis.call('SET', KEYS[1], ARGV[1])", "1", key, value}};
    case Kind::UndeclaredScript: return {{"EVAL", "return redis.call('SET', ARGV[1], ARGV[2])", "0", key, value}};
    case Kind::Transaction: return {{"MULTI"}, {"SET", key, value}, {"EXEC"}};
    case Kind::Rename: return {{"SET", key + "~", value}, {"RENAME", key + "~", key}};
    case Kind::Delete: return {{"DEL", key}};
    }
    return {};
}

std::optional<std::string> WriteRoad::execute(Connection& connection, const std::string& key,
                                              const std::string& value) const {
    const auto all = commands(key, value);
    for (const auto& words : all)
        connection.append(words);
    std::optional<std::string> error;
    for (std::size_t left = all.size(); left > 0; --left) {
        const auto reply = connection.receive();
        if (reply->type == REDIS_REPLY_ERROR && !error)
            error = std::string(reply->str, reply->len);
    }
    return error;
}

} // namespace nearcache::coherence
