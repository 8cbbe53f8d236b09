#include "Commands.h"
#include "Greeting.h"
#include "Handlers.h"
#include "Reply.h"
#include "Tag.h"
#include "Text.h"

#include <limits>
#include <optional>
#include <utility>

namespace nearcache::respfront {

namespace {

constexpr std::string_view notAnInteger = "ERR value is not an integer or out of range";
constexpr std::string_view wrongPassword = "WRONGPASS invalid username-password pair or user is disabled.";
constexpr std::string_view helloBeforeLogin =
    "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> "
    "option can be used to authenticate the client and select the RESP protocol version at the same time";

struct Login {
    std::string_view user;
    std::string_view password;
};

/// What HELLO asks for.
struct Agreement {
    std::uint8_t protocol = 2;
    std::optional<Login> login{};
    std::optional<std::string_view> name{};
};

/// Redis refuses nearly everything to it.
bool isSubscriber(const Call& call) {
    return call.session.standing.isSubscribed() && !call.session.resp3();
}

void answerBulk(Call& call, std::string_view bytes) {
    constexpr std::size_t lengthAndLineEnds = 32;
    std::pmr::string& reply = newText(call.scratch);
    reply.reserve(bytes.size() + lengthAndLineEnds); // once: scratch takes nothing back when a text grows
    resp::appendBulk(reply, bytes);
    call.answer(reply);
}

void failOption(Call& call, std::string_view option) {
    std::pmr::string text("ERR Syntax error in HELLO option '", &call.scratch);
    call.fail(text.append(shown(option)).append("'"));
}

/// Reads what stands behind the protocol's version. Answers itself and returns false for what is wrong.
bool readOptions(Call& call, Agreement& agreement) {
    const Words words = call.words;
    for (std::size_t at = 2; at < words.size(); ++at) {
        const std::size_t more = words.size() - 1 - at;
        if (isWord(words[at], "auth") && more >= 2) {
            agreement.login = {words[at + 1], words[at + 2]};
            at += 2;
        } else if (isWord(words[at], "setname") && more >= 1) {
            agreement.name = words[++at];
            if (!isPlain(*agreement.name))
                return call.fail(invalidClientName), false;
        } else {
            return failOption(call, words[at]), false;
        }
    }
    return true;
}

/// Answers itself and returns false for any version but 2 and 3.
bool readProtocol(Call& call, Agreement& agreement) {
    const auto version = resp::parseInteger(call.words[1]);
    if (version == 2 || version == 3) {
        agreement.protocol = static_cast<std::uint8_t>(*version);
        return true;
    }
    call.fail(version ? "NOPROTO unsupported protocol version"
                      : "ERR Protocol version is not an integer or out of range");
    return false;
}

/// Where the front-end itself knows its users. Answers itself and returns false for a wrong password.
bool checkLogin(Call& call, const Login& login) {
    if (!call.credentials.check(login.user, login.password))
        return call.fail(wrongPassword), false;
    call.session.trust();
    call.session.setUser(login.user);
    return true;
}

void answerGreeting(Call& call) {
    const BackendIdentity backend = call.host.backend();
    if (backend.server.empty())
        return call.fail("ERR backend unavailable: Redis has not been reached yet");
    std::pmr::string& reply = newText(call.scratch);
    call.answer(reply.append(greeting(backend, call.session.id, call.session.resp3())));
}

/// Where Redis has to agree, too.
void sendHello(Call& call, const Agreement& agreement) {
    SessionState& session = call.session;
    const std::uint32_t attempt = session.beginAttempt();
    if (agreement.login) {
        session.standing.authenticate();
        session.setUser(agreement.login->user);
    }
    if (session.standing.hasRoad() && agreement.protocol != session.protocol())
        session.standing.stick(); // what shared roads are made from speaks the other protocol
    if (session.standing.isSubscribed() && agreement.protocol == 2)
        session.standing.stream();
    session.setProtocol(agreement.protocol);
    std::pmr::string& command = newText(call.scratch);
    const std::string_view version = agreement.protocol == 3 ? "3" : "2";
    if (agreement.login)
        resp::appendCommand(command, {"HELLO", version, "AUTH", agreement.login->user, agreement.login->password});
    else
        resp::appendCommand(command, {"HELLO", version});
    call.request.payload = command;
    call.request.tag = Tag{Tag::Kind::Greeting, session.resp3(), attempt}.pack();
    send(call, true);
}

void sendAttempt(Call& call, std::uint32_t attempt) {
    send(call);
    const auto kind = call.request.release ? Tag::Kind::Return : Tag::Kind::Login;
    call.request.tag = Tag{kind, call.session.resp3(), attempt}.pack();
}

} // namespace

void auth(Call& call) {
    const Words words = call.words;
    if (words.size() > 3)
        return call.fail("ERR syntax error");
    const Login login{words.size() == 3 ? words[1] : "default", words.back()};
    Standing& standing = call.session.standing;
    if (call.credentials.required()) {
        if (standing.isInTransaction())
            return call.fail("ERR Nearcache does not support 'auth' within MULTI");
        if (checkLogin(call, login))
            call.answer(ok);
        return;
    }
    if (isSubscriber(call))
        return send(call);
    if (standing.isInTransaction()) {
        standing.queueSticky();
        return forward(call);
    }
    const std::uint32_t attempt = call.session.beginAttempt();
    standing.authenticate();
    call.session.setUser(login.user);
    sendAttempt(call, attempt);
}

void echo(Call& call) {
    answerBulk(call, call.words[1]);
}

void hello(Call& call) {
    SessionState& session = call.session;
    Agreement agreement{.protocol = session.protocol()};
    if (call.words.size() > 1 && (!readProtocol(call, agreement) || !readOptions(call, agreement)))
        return;
    if (agreement.login && call.credentials.required()) {
        if (!checkLogin(call, *std::exchange(agreement.login, std::nullopt)))
            return;
    }
    if (!session.isTrusted())
        return call.fail(helloBeforeLogin);
    if (isSubscriber(call)) {
        call.request.payload = "*1\r\n$5\r\nHELLO\r\n"; // without what may be a password of ours
        return send(call);
    }
    if (agreement.name)
        session.setName(*agreement.name);
    const bool roadDiffers = session.standing.hasRoad() && agreement.protocol != session.protocol();
    if (agreement.login || roadDiffers || session.standing.isStreaming())
        return sendHello(call, agreement);
    session.setProtocol(agreement.protocol);
    answerGreeting(call);
}

void ping(Call& call) {
    if (call.words.size() > 2)
        return call.fail("ERR wrong number of arguments for 'ping' command");
    if (call.words.size() == 2)
        return answerBulk(call, call.words[1]);
    call.answer(pong);
}

/// Where replies come by a stream, Redis's own ends it: whatever it was to say before is said.
void quit(Call& call) {
    if (call.session.standing.isStreaming())
        return send(call);
    call.answer(ok);
    call.request.close = true;
}

void reset(Call& call) {
    call.request.release = call.session.standing.hasRoad();
    if (call.request.release)
        call.request.road = Request::Road::Own;
    call.session.reset(!call.credentials.required());
    call.request.silent = false;
    call.answer("+RESET\r\n");
}

void select(Call& call) {
    const auto index = resp::parseInteger(call.words[1]);
    if (!index)
        return call.fail(notAnInteger);
    if (!std::in_range<std::int32_t>(*index))
        return call.fail("ERR value is out of range, value must between -2147483648 and 2147483647");
    if (*index < 0)
        return call.fail("ERR DB index is out of range");
    Standing& standing = call.session.standing;
    if (standing.isFree() && std::cmp_equal(*index, standing.home()))
        return call.answer(ok);
    const std::uint32_t attempt = call.session.beginAttempt();
    standing.select(static_cast<unsigned>(*index));
    sendAttempt(call, attempt);
}

} // namespace nearcache::respfront
