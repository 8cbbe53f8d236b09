#include "Commands.h"
#include "Handlers.h"
#include "Reply.h"
#include "Text.h"

#include <algorithm>

namespace nearcache::respfront {

/// What a client says that it could bear (Valkey). Nothing here would make use of it.
void clientCapa(Call& call) {
    call.answer(ok);
}

void clientGetName(Call& call) {
    const std::string_view name = call.session.name();
    if (name.empty())
        return call.answer(nullOf(call.session.resp3()));
    std::pmr::string& reply = newText(call.scratch);
    resp::appendBulk(reply, name);
    call.answer(reply);
}

void clientId(Call& call) {
    std::pmr::string& reply = newText(call.scratch);
    appendInteger(reply, static_cast<std::int64_t>(call.session.id));
    call.answer(reply);
}

void clientReply(Call& call) {
    const std::string_view mode = call.words[2];
    if (call.session.standing.isStreaming())
        return call.fail("ERR Nearcache does not support 'client|reply' while all is one stream");
    if (isWord(mode, "on")) {
        call.session.replyAlways();
        call.request.silent = false;
        return call.answer(ok);
    }
    if (isWord(mode, "off"))
        call.session.replyNever();
    else if (isWord(mode, "skip"))
        call.session.skipNextReply();
    else
        return call.fail("ERR syntax error");
    call.request.silent = true;
    call.answer(ok);
}

void clientSetInfo(Call& call) {
    const std::string_view option = call.words[2];
    const std::string_view value = call.words[3];
    const bool isName = isWord(option, "lib-name");
    std::pmr::string text("ERR ", &call.scratch);
    if (!isName && !isWord(option, "lib-ver"))
        return call.fail(text.append("Unrecognized option '").append(shown(option)).append("'"));
    if (!isPlain(value))
        return call.fail(text.append(option).append(" cannot contain spaces, newlines or special characters."));
    call.session.setLibrary(isName, value);
    call.answer(ok);
}

void clientSetName(Call& call) {
    if (!isPlain(call.words[2]))
        return call.fail(invalidClientName);
    call.session.setName(call.words[2]);
    call.answer(ok);
}

/// In RESP2 Redis needs another connection to tell what has changed, by its number there, which nobody here knows.
void clientTracking(Call& call) {
    const Words options = call.words.subspan(2);
    Standing& standing = call.session.standing;
    const bool off = options.size() == 1 && isWord(options[0], "off");
    if (off && standing.isFree())
        return call.answer(ok);
    if (!off && !call.session.resp3())
        return call.fail("ERR Nearcache supports CLIENT TRACKING in RESP3 only. Send HELLO 3 first");
    if (std::any_of(options.begin(), options.end(), [](std::string_view word) { return isWord(word, "redirect"); }))
        return call.fail("ERR Nearcache does not support CLIENT TRACKING with REDIRECT");
    if (standing.isInTransaction()) {
        standing.queueSticky();
        return forward(call);
    }
    standing.stick();
    send(call);
}

/// The numbers that clients know each other by are Nearcache's, and mean others to Redis.
void clientUnblock(Call& call) {
    call.fail("ERR Nearcache does not support 'client|unblock': its clients' ids are not Redis's");
}

} // namespace nearcache::respfront
