#include "Reply.h"

#include "Answer.h"
#include "Head.h"
#include "Status.h"

#include <algorithm>
#include <array>

namespace nearcache::http {

namespace {

/// How an error is told: its status, and its name in Cache-Status.
struct Telling {
    std::string_view status;
    std::string_view detail;
};

std::uint64_t wholeSeconds(std::chrono::milliseconds time) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, time.count()) / 1000);
}

void addCacheStatus(Head& head, const Reply& reply) {
    const bool hit = reply.source == Reply::Source::Hit;
    head.add(hit ? "Cache-Status: nearcache; hit" : "Cache-Status: nearcache; fwd=uri-miss");
    if (reply.source == Reply::Source::Collapsed)
        head.add("; collapsed");
    if (reply.stored)
        head.add("; stored");
    if (hit && reply.disconnected)
        head.add("; detail=disconnected");
    if (reply.stored || (hit && reply.kind == Reply::Kind::Value))
        head.add("; ttl=").add(wholeSeconds(reply.remaining));
    head.add("\r\n");
}

void writeValue(const Reply& reply, Tag tag, Output& output) {
    const bool hit = reply.source == Reply::Source::Hit;
    Head head(hit ? status::ok : status::created, binary, reply.bytes.size(), tag);
    if (hit)
        head.add("Age: ").add(wholeSeconds(reply.age)).add("\r\n");
    addCacheStatus(head, reply);
    output.append(head.finish());
    if (!tag.head)
        output.appendValue(reply);
}

void writeText(Head& head, std::string_view text, Tag tag, Output& output) {
    output.append(head.finish());
    if (!tag.head)
        output.append(text);
}

void writeAbsent(const Reply& reply, Tag tag, Output& output) {
    constexpr std::string_view text = "no such key";
    Head head(status::notFound, plainText, text.size(), tag);
    addCacheStatus(head, reply);
    writeText(head, text, tag, output);
}

/// Whether Redis says that it, rather than the request, is what is wrong, and only for now.
bool isTemporary(std::string_view redisError) {
    constexpr std::array<std::string_view, 5> codes{"LOADING", "BUSY", "MASTERDOWN", "TRYAGAIN", "CLUSTERDOWN"};
    return std::find(codes.begin(), codes.end(), redisError.substr(0, redisError.find(' '))) != codes.end();
}

Telling tell(const Reply& reply) {
    switch (reply.error) {
    case ErrorCode::Unavailable: return {status::unavailable, "unavailable"};
    case ErrorCode::TimedOut: return {status::gatewayTimeout, "timed-out"};
    case ErrorCode::WrongType: return {status::conflict, "wrong-type"};
    case ErrorCode::Backend: break;
    }
    return {isTemporary(reply.bytes) ? status::unavailable : status::badGateway, "backend-error"};
}

void writeError(const Reply& reply, Tag tag, Output& output) {
    const Telling told = tell(reply);
    Head head(told.status, plainText, reply.bytes.size(), tag);
    head.add("Cache-Status: nearcache; fwd=uri-miss; detail=").add(told.detail).add("\r\n");
    if (told.status == status::unavailable)
        head.add(retryAfter);
    writeText(head, reply.bytes, tag, output);
}

} // namespace

void writeReply(const Reply& reply, Tag tag, Output& output) {
    switch (reply.kind) {
    case Reply::Kind::Value: return writeValue(reply, tag, output);
    case Reply::Kind::Absent: return writeAbsent(reply, tag, output);
    case Reply::Kind::Error:
    case Reply::Kind::Relayed: // belong to Forward, which this front-end never asks for
    case Reply::Kind::Unasked: return writeError(reply, tag, output);
    }
}

} // namespace nearcache::http
