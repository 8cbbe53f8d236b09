#include "Session.h"

#include "Commands.h"
#include "Reply.h"
#include "Text.h"

namespace nearcache::respfront {

namespace {

/// The reply that goes before the connection is closed. Nothing behind the error can be understood.
void becomeProtocolError(std::string_view error, std::pmr::memory_resource& scratch, Request& request) {
    std::pmr::string text("ERR Protocol error: ", &scratch);
    std::pmr::string& reply = newText(scratch);
    appendError(reply, text.append(error));
    request.payload = reply;
    request.close = true;
}

} // namespace

Parsed RespSession::parse(std::string_view input, std::pmr::memory_resource& scratch, Request& request) {
    std::string_view key;
    if (const std::size_t length = _parser.readGet(input, key)) {
        request = Request();
        request.action = Request::Action::Get;
        request.key = key;
        return {Parsed::Status::Complete, length};
    }
    return parseAny(input, scratch, request);
}

Parsed RespSession::parseAny(std::string_view input, std::pmr::memory_resource& scratch, Request& request) {
    CommandParser::ShortWords buffer;
    const CommandParser::Result found = _parser.next(input, buffer, scratch);
    if (found.status == CommandParser::Status::Unfinished)
        return {Parsed::Status::Unfinished, found.consumed};
    request = Request();
    if (found.status == CommandParser::Status::Broken) {
        becomeProtocolError(found.error, scratch, request);
    } else {
        Call call{found.words, found.raw, _host, _state, scratch, request};
        execute(call);
    }
    return {Parsed::Status::Complete, found.consumed};
}

void RespSession::encode(const Reply& reply, std::uint32_t, Output& output) {
    writeReply(reply, output);
}

} // namespace nearcache::respfront
