#include "Commands.h"
#include "Effect.h"
#include "Handlers.h"
#include "Reply.h"
#include "Text.h"

namespace nearcache::respfront {

namespace {

std::string_view encoded(const Call& call) {
    std::pmr::string& text = newText(call.scratch);
    resp::appendCommand(text, call.words);
    return text;
}

void apply(const Effect& effect, Request& request) {
    request.keys = effect.keys;
    request.scope = effect.scope;
    request.writes = effect.writes;
    request.waits = effect.blocks;
}

bool switchesOff(std::string_view word) {
    return isWord(word, "off") || isWord(word, "no");
}

} // namespace

void forward(Call& call) {
    const auto table = call.host.commands();
    if (table == nullptr)
        return call.fail("ERR backend unavailable: Redis has not been reached yet");
    const Effect effect = effectOf(*table, call.name, call.words, call.scratch);
    if (call.session.standing.isInTransaction())
        call.session.standing.queue(effect);
    apply(effect, call.request); // in a transaction too: where Redis has refused MULTI, it is executed at once
    send(call, call.request.waits);
}

void stick(Call& call) {
    if (!switchesOff(call.words.back()) || !call.session.standing.isFree())
        call.session.standing.stick();
    send(call);
}

void refuse(Call& call) {
    std::pmr::string text("ERR Nearcache does not support '", &call.scratch);
    call.fail(text.append(call.name).append("': replicas connect to Redis itself"));
}

void send(Call& call, bool own) {
    Request& request = call.request;
    request.action = Request::Action::Forward;
    request.protocol = call.session.protocol();
    if (request.payload.empty())
        request.payload = call.raw.empty() ? encoded(call) : call.raw;
    call.session.standing.route(request, own);
}

} // namespace nearcache::respfront
