#include "Commands.h"
#include "Handlers.h"
#include "Reply.h"
#include "Text.h"

namespace nearcache::respfront {

namespace {

using Family = Standing::Family;

Family familyOf(std::string_view name) {
    switch (name.front()) {
    case 'p': return Family::Patterns;
    // SSUBSCRIBE and SUNSUBSCRIBE, but not SUBSCRIBE
    case 's': return name.starts_with("ss") || name.starts_with("sun") ? Family::Shards : Family::Channels;
    default: return Family::Channels;
    }
}

/// What Redis says to those who are not subscribed: one reply for each name, or one without.
void answerUnsubscribed(Call& call) {
    const bool resp3 = call.session.resp3();
    std::pmr::string& reply = newText(call.scratch);
    const auto append = [&](auto&& appendName) {
        resp::appendNumber(reply, resp3 ? '>' : '*', 3);
        resp::appendBulk(reply, call.name);
        appendName();
        appendInteger(reply, 0);
    };
    if (call.words.size() == 1)
        append([&] { reply.append(nullOf(resp3)); });
    for (const std::string_view name : call.words.subspan(1))
        append([&] { resp::appendBulk(reply, name); });
    call.answer(reply);
}

} // namespace

void monitor(Call& call) {
    call.session.standing.monitor();
    send(call);
}

void subscribe(Call& call) {
    call.session.standing.subscribe(familyOf(call.name), call.words.subspan(1), !call.session.resp3());
    call.request.expect = Request::Expect::Pushes; // in RESP3; where there are none, all is one stream
    send(call);
}

void unsubscribe(Call& call) {
    Standing& standing = call.session.standing;
    if (!standing.isSubscribed() && !standing.isStreaming())
        return answerUnsubscribed(call);
    standing.unsubscribe(familyOf(call.name), call.words.subspan(1));
    call.request.expect = Request::Expect::Pushes;
    send(call);
}

} // namespace nearcache::respfront
