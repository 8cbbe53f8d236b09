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

bool isGet(Words words) {
    return words.size() == 2 && isWord(words[0], "get");
}

} // namespace

Parsed RespSession::parse(std::string_view input, std::pmr::memory_resource& scratch, Request& request) {
    CommandParser::ShortWords buffer;
    const CommandParser::Result found = _parser.next(input, buffer, scratch);
    if (found.status == CommandParser::Status::Unfinished)
        return {Parsed::Status::Unfinished, found.consumed};
    request = Request();
    if (found.status == CommandParser::Status::Broken) {
        becomeProtocolError(found.error, scratch, request);
    } else if (isGet(found.words)) {
        // What get() does, without looking for it in the table.
        request.action = Request::Action::Get;
        request.key = found.words[1];
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
