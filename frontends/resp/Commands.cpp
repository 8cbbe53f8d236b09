#include "Commands.h"

#include "Handlers.h"
#include "Reply.h"
#include "Text.h"

#include <algorithm>

namespace nearcache::respfront {

namespace {

using Queued = Manner::Queued;

/// Answers that are known here, and need no turn in Redis.
constexpr Manner answers{Queued::AsAny, false, false};
/// Changes what Redis holds for the client.
constexpr Manner changes{Queued::Now, true, false};
constexpr Manner unwatches{Queued::AsAny, true, false};
constexpr Manner settles{Queued::Sticky, true, false};
constexpr Manner monitors{Queued::Streams, true, false};
constexpr Manner subscribes{Queued::Streams, true, true};
constexpr Manner isRefused{Queued::Refused, true, true};
constexpr Manner agrees{Queued::Refused, true, true, true};
constexpr Manner always{Queued::Now, true, true, true};

constexpr Command clientCommands[] = {
    {"capa", -3, clientCapa, settles},
    {"getname", 2, clientGetName, answers},
    {"id", 2, clientId, answers},
    {"info", 2, clientInfo, answers},
    {"kill", -3, clientKill, answers},
    {"list", -2, clientList, answers},
    {"no-evict", 3, stick, settles},
    {"no-touch", 3, stick, settles},
    {"reply", 3, clientReply, {Queued::Refused, true, false}},
    {"setinfo", 4, clientSetInfo, {Queued::Sticky, false, false}},
    {"setname", 3, clientSetName, {Queued::Sticky, false, false}},
    {"tracking", -3, clientTracking, changes},
    {"unblock", -3, clientUnblock, {Queued::Refused, false, false}},
};

constexpr Command scriptCommands[] = {
    {"debug", 3, stick, settles},
};

constexpr Command allCommands[] = {
    {"asking", 1, stick, settles},
    {"auth", -2, auth, {Queued::Now, true, true, true}},
    {"client", -2, nullptr, answers, clientCommands},
    {"discard", 1, discard, changes},
    {"echo", 2, echo, answers},
    {"exec", -1, exec, changes},
    {"get", 2, get, answers},
    {"hello", -1, hello, agrees},
    {"info", -1, info, answers},
    {"mget", -2, mget, answers},
    {"monitor", 1, monitor, monitors},
    {"multi", 1, multi, changes},
    {"ping", -1, ping, answers},
    {"psubscribe", -2, subscribe, subscribes},
    {"psync", -3, refuse, isRefused},
    {"punsubscribe", -1, unsubscribe, subscribes},
    {"quit", -1, quit, always},
    {"readonly", 1, stick, settles},
    {"replconf", -1, refuse, isRefused},
    {"reset", 1, reset, always},
    {"script", -2, nullptr, answers, scriptCommands},
    {"select", 2, select, settles},
    {"ssubscribe", -2, subscribe, subscribes},
    {"subscribe", -2, subscribe, subscribes},
    {"sunsubscribe", -1, unsubscribe, subscribes},
    {"sync", 1, refuse, isRefused},
    {"unsubscribe", -1, unsubscribe, subscribes},
    {"unwatch", 1, unwatch, unwatches},
    {"watch", -2, watch, changes},
};

/// What a browser that was tricked into talking to Redis sends. Going on would execute the body, line by line.
bool isHttp(std::string_view name) {
    return name == "post" || name == "host:";
}

void failArity(Call& call, const Command& command, const Command* parent) {
    std::pmr::string text("ERR wrong number of arguments for '", &call.scratch);
    if (parent != nullptr)
        text.append(parent->name).append("|");
    call.fail(text.append(command.name).append("' command"));
}

bool arityFits(const Command& command, std::size_t words) {
    const int count = static_cast<int>(words);
    return command.arity < 0 ? count >= -command.arity : count == command.arity;
}

/// The command, or the subcommand, that is handled here; nullptr if it is Redis's.
const Command* resolve(const Call& call, const Command*& parent) {
    const Command* const command = find(commands(), call.name);
    if (command == nullptr || command->subcommands.empty())
        return command;
    if (call.words.size() < 2)
        return nullptr;
    parent = command;
    return find(command->subcommands, LowerName(call.words[1]).text());
}

void failInTransaction(Call& call) {
    std::pmr::string text("ERR Nearcache does not support '", &call.scratch);
    call.fail(text.append(call.name).append("' within MULTI"));
}

void executeInTransaction(Call& call, const Command& command) {
    switch (command.manner.queued) {
    case Queued::Now: return command.handler(call);
    case Queued::Refused: return failInTransaction(call);
    case Queued::Sticky: call.session.standing.queueSticky(); break;
    case Queued::Streams: call.session.standing.queueStream(); break;
    case Queued::AsAny: break;
    }
    forward(call);
}

void dispatch(Call& call, const Command& command, const Command* parent) {
    const Standing& standing = call.session.standing;
    const bool subscribed = standing.isSubscribed() && !call.session.resp3();
    const bool handled = subscribed ? command.manner.subscribed : !standing.isStreaming() || command.manner.streaming;
    if (!arityFits(command, call.words.size()))
        return standing.isFree() ? failArity(call, command, parent) : forward(call);
    if (!handled)
        return forward(call);
    if (standing.isInTransaction())
        return executeInTransaction(call, command);
    command.handler(call);
}

} // namespace

void Call::answer(std::string_view reply) {
    request.action = Request::Action::Answer;
    request.payload = reply;
}

void Call::fail(std::string_view text) {
    if (session.standing.isInTransaction())
        session.standing.spoil();
    std::pmr::string& reply = newText(scratch);
    appendError(reply, text);
    answer(reply);
}

std::span<const Command> commands() {
    return allCommands;
}

const Command* find(std::span<const Command> among, std::string_view name) {
    const auto found = std::lower_bound(among.begin(), among.end(), name,
                                        [](const Command& one, std::string_view wanted) { return one.name < wanted; });
    return found == among.end() || found->name != name ? nullptr : &*found;
}

bool isPassedOn(std::string_view name) {
    return find(commands(), name) == nullptr && !isHttp(name);
}

void execute(Call& call) {
    const LowerName name(call.words[0]);
    call.name = name.text();
    call.request.silent = call.session.takeSilence();
    const Command* parent = nullptr;
    const Command* const command = resolve(call, parent);
    if (call.session.isLost()) {
        call.fail("ERR backend unavailable: what Redis held for this connection is lost");
        call.request.close = true;
    } else if (isHttp(call.name)) {
        call.fail("ERR unknown command: HTTP is not spoken here");
        call.request.close = true;
    } else if (!call.session.isTrusted() && (command == nullptr || !command->manner.beforeLogin)) {
        call.fail("NOAUTH Authentication required.");
    } else if (command == nullptr) {
        forward(call);
    } else {
        dispatch(call, *command, parent);
    }
}

} // namespace nearcache::respfront
