#include "Reply.h"

namespace nearcache::respfront {

namespace {

void writeValue(const Reply& reply, Output& output) {
    resp::appendNumber(output, '$', static_cast<std::int64_t>(reply.bytes.size()));
    output.appendValue(reply);
    output.append(resp::newLine);
}

/// Redis's errors bear their codes already. Ours are plain ERR: codes such as LOADING or CLUSTERDOWN make clients act.
std::string_view codeOf(ErrorCode error) {
    switch (error) {
    case ErrorCode::Unavailable: return "ERR backend unavailable: ";
    case ErrorCode::TimedOut: return "ERR backend timed out: ";
    case ErrorCode::WrongType:
    case ErrorCode::Backend: break;
    }
    return {};
}

void writeError(const Reply& reply, Output& output) {
    output.append("-");
    output.append(codeOf(reply.error));
    appendOneLine(output, reply.bytes);
    output.append(resp::newLine);
}

} // namespace

void writeReply(const Reply& reply, Tag tag, Output& output) {
    const bool isElement = reply.kind == Reply::Kind::Value || reply.kind == Reply::Kind::Absent;
    if (tag.kind == Tag::Kind::Many && isElement && reply.index == 0)
        appendArray(output, reply.count);
    switch (reply.kind) {
    case Reply::Kind::Value: return writeValue(reply, output);
    case Reply::Kind::Absent: return output.append(nullOf(tag.resp3));
    case Reply::Kind::Relayed:
    case Reply::Kind::Unasked: return output.appendValue(reply);
    case Reply::Kind::Error: return writeError(reply, output);
    }
}

} // namespace nearcache::respfront
