#include "Commands.h"
#include "Handlers.h"
#include "Reply.h"
#include "Text.h"

#include <limits>
#include <optional>
#include <utility>

namespace nearcache::respfront {

namespace {

constexpr std::string_view notAnInteger = "ERR value is not an integer or out of range";
constexpr std::string_view noPassword = "ERR AUTH <password> called without any password configured for the default "
                                        "user. Are you sure your configuration is correct?";
constexpr std::string_view wrongPassword = "WRONGPASS invalid username-password pair or user is disabled.";

void answerBulk(Call& call, std::string_view bytes) {
    constexpr std::size_t lengthAndLineEnds = 32;
    std::pmr::string& reply = newText(call.scratch);
    reply.reserve(bytes.size() + lengthAndLineEnds); // once: scratch takes nothing back when a text grows
    resp::appendBulk(reply, bytes);
    call.answer(reply);
}

/// As in a Redis without passwords: there is the default user, whom any password lets in.
bool isUser(std::string_view name) {
    return name == "default";
}

void failOption(Call& call, std::string_view option) {
    std::pmr::string text("ERR Syntax error in HELLO option '", &call.scratch);
    call.fail(text.append(shown(option)).append("'"));
}

/// Reads what stands behind the protocol's version. Answers itself and returns false for what is wrong.
bool readHelloOptions(Call& call, std::optional<std::string_view>& name) {
    const Words words = call.words;
    for (std::size_t at = 2; at < words.size(); ++at) {
        const std::size_t more = words.size() - 1 - at;
        if (isWord(words[at], "auth") && more >= 2) {
            if (!isUser(words[at + 1]))
                return call.fail(wrongPassword), false;
            at += 2;
        } else if (isWord(words[at], "setname") && more >= 1) {
            name = words[++at];
            if (!isPlain(*name))
                return call.fail(invalidClientName), false;
        } else {
            return failOption(call, words[at]), false;
        }
    }
    return true;
}

/// Answers itself and returns false for any version but 2.
bool checkProtocol(Call& call) {
    const auto version = resp::parseInteger(call.words[1]);
    if (!version)
        call.fail("ERR Protocol version is not an integer or out of range");
    else if (*version != 2)
        call.fail("NOPROTO unsupported protocol version");
    return version == 2;
}

void answerHello(Call& call) {
    std::pmr::string& reply = newText(call.scratch);
    const auto field = [&reply](std::string_view name, std::string_view value) {
        resp::appendBulk(reply, name);
        resp::appendBulk(reply, value);
    };
    appendArray(reply, 14);
    field("server", "nearcache");
    field("version", call.host.version());
    resp::appendBulk(reply, "proto");
    appendInteger(reply, 2);
    resp::appendBulk(reply, "id");
    appendInteger(reply, static_cast<std::int64_t>(call.session.id));
    field("mode", "standalone");
    field("role", "master");
    resp::appendBulk(reply, "modules");
    appendArray(reply, 0);
    call.answer(reply);
}

} // namespace

void auth(Call& call) {
    if (call.words.size() > 3)
        return call.fail("ERR syntax error");
    if (call.words.size() == 2)
        return call.fail(noPassword);
    if (!isUser(call.words[1]))
        return call.fail(wrongPassword);
    call.answer(ok);
}

void echo(Call& call) {
    answerBulk(call, call.words[1]);
}

void hello(Call& call) {
    std::optional<std::string_view> name;
    if (call.words.size() > 1 && (!checkProtocol(call) || !readHelloOptions(call, name)))
        return;
    if (name)
        call.session.setName(*name);
    answerHello(call);
}

void ping(Call& call) {
    if (call.words.size() > 2)
        return call.fail("ERR wrong number of arguments for 'ping' command");
    if (call.words.size() == 2)
        return answerBulk(call, call.words[1]);
    call.answer(pong);
}

void quit(Call& call) {
    call.answer(ok);
    call.request.close = true;
}

void select(Call& call) {
    const auto index = resp::parseInteger(call.words[1]);
    if (!index)
        return call.fail(notAnInteger);
    if (!std::in_range<std::int32_t>(*index))
        return call.fail("ERR value is out of range, value must between -2147483648 and 2147483647");
    if (*index < 0)
        return call.fail("ERR DB index is out of range");
    if (std::cmp_equal(*index, call.host.database()))
        return call.answer(ok);
    std::pmr::string text("ERR SELECT is only supported for database ", &call.scratch);
    call.fail(text.append(std::to_string(call.host.database())).append(", which Nearcache is configured for"));
}

} // namespace nearcache::respfront
