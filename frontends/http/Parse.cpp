#include "Parse.h"

#include "Login.h"
#include "Status.h"
#include "StatusPage.h"

#include <cstring>

namespace nearcache::http {

namespace {

constexpr std::string_view keyPath = "/get";
constexpr std::string_view statusPath = "/status";
constexpr std::string_view challenge = "WWW-Authenticate: Basic realm=\"nearcache\", charset=\"UTF-8\"\r\n"
                                       "WWW-Authenticate: Bearer realm=\"nearcache\"\r\n";
constexpr std::string_view continueReply = "HTTP/1.1 100 Continue\r\n\r\n";

/// Empty lines before a request, which old clients send behind a body, are passed over (RFC 9112, section 2.2).
std::size_t emptyLines(std::string_view input) {
    std::size_t length = 0;
    while (input.substr(length).starts_with("\r\n"))
        length += 2;
    return length;
}

std::string_view copy(std::string_view text, std::pmr::memory_resource& memory) {
    if (text.empty())
        return {};
    auto* const to = static_cast<char*>(memory.allocate(text.size(), 1));
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
}

void answer(Request& request, std::pmr::memory_resource& scratch, Tag tag, const Answer& answer) {
    request.action = Request::Action::Answer;
    request.close = tag.close;
    request.payload = compose(answer, tag, scratch);
}

} // namespace

Parsed Parse::next(std::string_view input, std::pmr::memory_resource& scratch, Request& request) {
    std::size_t consumed = 0;
    if (!_feeder) {
        consumed = emptyLines(input);
        if (const std::string_view rest = input.substr(consumed); rest.empty() || rest == "\r")
            return {Parsed::Status::Unfinished, consumed};
        _feeder.emplace(_limits, _credentials.required());
    }
    request = {};
    Call call{scratch, request, {}};
    consumed += _feeder->header(input.substr(consumed));
    if (_feeder->hasFailed())
        return refuse(input, _feeder->fault(), call);
    return _feeder->isHeaderDone() ? finish(input, consumed, call) : unfinished(consumed);
}

/// What follows the header.
Parsed Parse::finish(std::string_view input, std::size_t consumed, Call& call) {
    if (!hasOneHost())
        return refuse(input, {status::badRequest, "malformed request: not one Host"}, call);
    call.tag = {message().verb() == Message::Verb::head, !message().keepsAlive(), message().isHttp10()};
    if (!_feeder->isDone()) {
        if (message().expectation() == Message::Expectation::Continue && !_wentAhead)
            return goAhead(consumed, call);
        consumed += _feeder->body(input.substr(consumed));
        if (_feeder->hasFailed())
            return refuse(input, _feeder->fault(), call);
        if (!_feeder->isDone())
            return unfinished(consumed);
    }
    judge(call);
    return complete(consumed);
}

Parsed Parse::unfinished(std::size_t consumed) {
    if (!_hasTarget && message().hasRequestLine()) {
        _target = message().target();
        _hasTarget = true;
    }
    return {Parsed::Status::Unfinished, consumed};
}

Parsed Parse::complete(std::size_t consumed) {
    _feeder.reset();
    if (_hasTarget)
        std::string().swap(_target); // an idle connection keeps no memory
    _hasTarget = _wentAhead = false;
    return {Parsed::Status::Complete, consumed};
}

Parsed Parse::refuse(std::string_view input, const Fault& fault, Call& call) {
    const bool head = message().hasRequestLine() && message().verb() == Message::Verb::head;
    answer(call.request, call.scratch, {.head = head, .close = true, .http10 = false},
           {.status = fault.status, .text = fault.text, .fields = {}});
    return complete(input.size());
}

/// The client waits with its body until told to send it (RFC 9110, section 10.1.1). It is told so where the request is
/// one we would answer; otherwise the answer comes at once, and the connection ends, for the body may come or not.
Parsed Parse::goAhead(std::size_t consumed, Call& call) {
    call.tag.close = true;
    judge(call);
    if (call.request.action != Request::Action::Get)
        return complete(consumed);
    call.request = {};
    call.request.payload = continueReply;
    _wentAhead = true;
    unfinished(consumed);
    return {Parsed::Status::Complete, consumed};
}

/// RFC 9112, section 3.2: one in HTTP/1.1, at most one in HTTP/1.0.
bool Parse::hasOneHost() const {
    return message().hosts() == 1 || (message().hosts() == 0 && message().isHttp10());
}

/// Fills in the request from a message whose header is complete.
void Parse::judge(const Call& call) const {
    const Target target = parseTarget(lastingTarget(call.scratch));
    const Message::Verb verb = message().verb();
    const auto tell = [&](std::string_view status, std::string_view text, std::string_view fields = {}) {
        answer(call.request, call.scratch, call.tag, {.status = status, .text = text, .fields = fields});
    };

    if (_credentials.required() && !isLogin(message().authorization(), _credentials, call.scratch))
        tell(status::unauthorized, "a user and a password, or a token, are needed", challenge);
    else if (target.form == Target::Form::Asterisk && verb == Message::Verb::options)
        tell(status::ok, "", "Allow: GET, HEAD, OPTIONS\r\n");
    else if (target.form != Target::Form::Path)
        tell(status::badRequest, "the request target is neither a path nor an http URL");
    else if (target.path != keyPath && target.path != statusPath)
        tell(status::notFound, "no such path; keys are at /get?key=name");
    else if (verb != Message::Verb::get && verb != Message::Verb::head)
        tell(status::methodNotAllowed,
             target.path == keyPath ? "keys can be read with GET and HEAD only"
                                    : "the status can be read with GET and HEAD only",
             "Allow: GET, HEAD\r\n");
    else if (message().expectation() == Message::Expectation::Unknown)
        tell(status::expectationFailed, "the only expectation understood is 100-continue");
    else
        judgePath(target, call);
}

void Parse::judgePath(const Target& target, const Call& call) const {
    if (target.path == keyPath)
        return judgeGet(target.query, call);
    answer(call.request, call.scratch, call.tag,
           {.status = status::ok,
            .text = composeStatus(_host.facts()),
            .fields = "Cache-Control: no-store\r\n",
            .type = json});
}

void Parse::judgeGet(std::string_view query, const Call& call) const {
    const KeyParameter parameter = findKey(query);
    if (parameter.count != 1) {
        answer(call.request, call.scratch, call.tag,
               {.status = status::badRequest,
                .text = parameter.count == 0 ? "the parameter key is missing" : "more than one key",
                .fields = {}});
        return;
    }
    const auto key = decodeForm(parameter.value, call.scratch);
    if (!key) {
        answer(call.request, call.scratch, call.tag,
               {.status = status::badRequest, .text = "a % without two hexadecimal digits", .fields = {}});
        return;
    }
    call.request.action = Request::Action::Get;
    call.request.key = *key;
    call.request.tag = call.tag.pack();
    call.request.close = call.tag.close;
}

/// The target, in memory that lives until the request is answered.
std::string_view Parse::lastingTarget(std::pmr::memory_resource& scratch) const {
    return _hasTarget ? copy(_target, scratch) : message().target();
}

} // namespace nearcache::http
