#include "Commands.h"
#include "Handlers.h"
#include "Reply.h"
#include "Tag.h"

namespace nearcache::respfront {

namespace {

constexpr std::string_view discardCommand = "*1\r\n$7\r\nDISCARD\r\n";
constexpr std::string_view unwatchCommand = "*1\r\n$7\r\nUNWATCH\r\n";

/// Redis executes nothing of it, and forgets what was watched; the client is told so in Redis's words.
void abort(Call& call) {
    call.request.payload = call.session.standing.isInTransaction() ? discardCommand : unwatchCommand;
    call.request.tag = Tag{.kind = Tag::Kind::Aborted, .resp3 = call.session.resp3()}.pack();
    call.session.standing.discard();
    send(call, true);
}

} // namespace

void multi(Call& call) {
    if (!call.session.standing.isInTransaction()) // else Redis says that it cannot be
        call.session.standing.beginTransaction();
    send(call);
}

void exec(Call& call) {
    Standing& standing = call.session.standing;
    if (call.words.size() > 1 || standing.isSpoilt())
        return abort(call);
    if (standing.isInTransaction()) {
        const Effect effect = standing.execute(call.scratch);
        call.request.keys = effect.keys;
        call.request.scope = effect.scope;
        call.request.writes = effect.writes;
    }
    send(call);
}

void discard(Call& call) {
    if (call.session.standing.isInTransaction())
        call.session.standing.discard();
    send(call);
}

void watch(Call& call) {
    if (!call.session.standing.isInTransaction())
        call.session.standing.watch(call.words.subspan(1));
    send(call);
}

void unwatch(Call& call) {
    if (call.session.standing.isFree())
        return call.answer(ok);
    call.session.standing.unwatch();
    send(call);
}

} // namespace nearcache::respfront
