#include "Session.h"

#include "Commands.h"
#include "Greeting.h"
#include "Reply.h"
#include "Text.h"

namespace nearcache::respfront {

namespace {

constexpr std::string_view aborted = "-EXECABORT Transaction discarded because of previous errors.\r\n";

/// The reply that goes before the connection is closed. Nothing behind the error can be understood.
void becomeProtocolError(std::string_view error, std::pmr::memory_resource& scratch, Request& request) {
    std::pmr::string text("ERR Protocol error: ", &scratch);
    std::pmr::string& reply = newText(scratch);
    appendError(reply, text.append(error));
    request.payload = reply;
    request.close = true;
}

} // namespace

RespSession::RespSession(const Host& host, const Credentials& credentials, const ParseLimits& limits,
                         RecipeBook& recipes, const Client& client)
    : _host(host), _credentials(credentials), _limits(limits),
      _parser(credentials.required() ? strangerLimits : limits),
      _state(client, host.database(), !credentials.required()), _book(recipes), _plain(_state.isPlain()) {}

Parsed RespSession::parse(std::string_view input, std::pmr::memory_resource& scratch, Request& request) {
    std::string_view key;
    if (const std::size_t length = _plain ? _parser.readGet(input, key) : 0) {
        request = Request();
        request.action = Request::Action::Get;
        request.key = key;
        request.tag = Tag{.resp3 = _state.resp3()}.pack();
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
    } else if (!_plain || !passOn(found, scratch, request)) {
        obey(found, scratch, request);
    }
    return {Parsed::Status::Complete, found.consumed};
}

/// Changes nothing of the client's, so that nothing is published. A typed line has still to be written as RESP.
bool RespSession::passOn(const CommandParser::Result& found, std::pmr::memory_resource& scratch, Request& request) {
    if (_recipes.version != _host.commandsVersion())
        _recipes = _book.current();
    const Recipe* const recipe = _recipes.find(found.words.front());
    if (recipe == nullptr || found.raw.empty())
        return false;
    request.action = Request::Action::Forward;
    request.protocol = _state.protocol();
    request.payload = found.raw;
    request.keys = recipe->keys.in(found.words, scratch);
    request.writes = recipe->writes;
    return true;
}

void RespSession::obey(const CommandParser::Result& found, std::pmr::memory_resource& scratch, Request& request) {
    Call call{found.words, found.raw, _host, _credentials, _state, scratch, request};
    execute(call);
    _plain = _state.isPlain();
    _parser.setLimits(_state.isTrusted() ? _limits : strangerLimits);
    _state.publish();
}

void RespSession::encode(const Reply& reply, std::uint32_t bits, Output& output) {
    const Tag tag = Tag::unpack(bits);
    const bool special = tag.kind > Tag::Kind::Many && reply.kind != Reply::Kind::Unasked;
    if (special)
        encodeSpecial(reply, tag, output);
    else
        writeReply(reply, tag, output);
}

/// The first byte of a reply says whether Redis refused.
void RespSession::encodeSpecial(const Reply& reply, Tag tag, Output& output) {
    if (reply.kind == Reply::Kind::Error)
        _refused = true;
    else if (!_replying && !reply.bytes.empty())
        _refused = reply.bytes.front() == '-';
    _replying = !reply.last;
    if (!_refused)
        return encodeAccepted(reply, tag, output);
    if (!_replying)
        takeBack(reply, tag);
    writeReply(reply, tag, output);
}

void RespSession::takeBack(const Reply& reply, Tag tag) {
    const bool byRedis = reply.kind == Reply::Kind::Relayed; // else the road is closed, and with it all it held
    if (tag.kind == Tag::Kind::Return && byRedis)
        _state.lose();
    else if (tag.kind != Tag::Kind::Return && tag.kind != Tag::Kind::Aborted)
        _state.takeBack(tag.turn);
    _plain = _state.isPlain();
}

void RespSession::encodeAccepted(const Reply& reply, Tag tag, Output& output) const {
    if (tag.kind == Tag::Kind::Login || tag.kind == Tag::Kind::Return)
        return writeReply(reply, tag, output);
    if (!reply.last)
        return;
    if (tag.kind == Tag::Kind::Greeting)
        output.append(greeting(_host.backend(), _state.id, tag.resp3));
    else
        output.append(aborted);
}

} // namespace nearcache::respfront
