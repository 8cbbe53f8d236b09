#include "pipeline/Operations.h"

#include "nearcache/Prefetch.h"
#include "pipeline/Conversation.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace nearcache {

namespace {

/// Operations kept for those to come. What a crowd has needed is given back.
constexpr std::size_t maxSpare = 4096;

constexpr std::string_view timedOut = "no answer within backend.request_timeout";
constexpr std::string_view timedOutUnderWay =
    "no answer within backend.request_timeout; the command may have been executed";

Reply hitReply(const Lookup& lookup) {
    Reply reply;
    reply.kind = Reply::Kind::Value;
    reply.age = lookup.age;
    reply.remaining = lookup.remaining;
    reply.disconnected = lookup.disconnected;
    return reply;
}

} // namespace

Operations::~Operations() {
    for (OperationList* list : {&_underWay, &_timeless, &_done, &_spare})
        while (!list->empty())
            delete &list->popFront();
}

std::unique_ptr<Operation> Operations::takeSpare() {
    if (_spares == 0)
        return std::make_unique<Operation>();
    --_spares;
    return std::unique_ptr<Operation>(&_spare.popFront());
}

/// Of one that is not Done.
OperationList& Operations::listOf(const Operation& operation) {
    return operation.waits || operation.timeless ? _timeless : _underWay;
}

Operation& Operations::make(const Request& request, Conversation& conversation, std::uint64_t hash) {
    std::unique_ptr<Operation> taken = takeSpare();
    taken->take(request, hash); // if there is no memory for that, there is no operation
    Operation& operation = *taken.release();
    listOf(operation).pushBack(operation);
    operation.deadline = now() + _timeout;
    if (!request.waits)
        watchDeadlines();
    operation.route = conversation.route();
    operation.conversation = &conversation;
    return operation;
}

/// One after the other, each takes one.
bool Operations::takesSlot(const Operation& operation) const {
    const bool none = operation.waits || operation.expect != Request::Expect::Reply;
    return operation.takesSlot() || (sequential() && !none);
}

void Operations::start(Operation& operation) {
    if (operation.many() && !sequential() && lookUpAll(operation)) {
        finish(operation);
        return;
    }
    if (!takesSlot(operation)) {
        execute(operation);
        return;
    }
    operation.ticket = _turnstile.enter();
    if (operation.ticket != 0) {
        operation.state = Operation::State::Waiting;
        _waiting.push(operation.ticket, operation);
        return;
    }
    operation.holdsSlot = true;
    execute(operation);
}

/// Brings what the next ones in line will need towards the processor, each as far ahead as that takes.
void Operations::prepareWaiting() const {
    constexpr std::size_t far = 9;
    constexpr std::size_t near = 6;
    constexpr std::size_t nearest = 3;
    prefetch(_waiting.ahead(far), sizeof(Operation));
    if (const Operation* const next = _waiting.ahead(near)) {
        prefetch(next->payload.data(), next->payload.size());
        prefetch(next->keys.data());
    }
    if (const Operation* const next = _waiting.ahead(nearest); next != nullptr && next->writes && !next->keys.empty())
        _store.prefetch(next->keys.front().hash);
}

bool Operations::onSlotGranted(std::uint64_t ticket) {
    prepareWaiting();
    Operation* const granted = _waiting.take(ticket);
    if (granted == nullptr)
        return false;
    Operation& operation = *granted;
    Conversation* conversation = operation.conversation;
    operation.ticket = 0;
    operation.holdsSlot = true;
    execute(operation);
    if (conversation != nullptr && conversation->blocked())
        conversation->onProgress(); // those behind it may follow
    return true;
}

void Operations::execute(Operation& operation) {
    operation.state = Operation::State::UnderWay;
    switch (operation.action) {
    case Request::Action::Get: lookUpAndFetch(operation); return;
    case Request::Action::GetMany: fetchAll(operation); return;
    case Request::Action::Forward: forward(operation); return;
    case Request::Action::Answer: answer(operation); return;
    }
}

/// One that ends what the client has by its own road waits for what is still to come by it.
void Operations::answer(Operation& operation) {
    const bool ends = operation.release || operation.close;
    if (ends && operation.conversation != nullptr && operation.conversation->drain(operation))
        operation.pending = 1;
    else
        finish(operation);
}

void Operations::onDrained(Operation& operation) {
    operation.pending = 0;
    if (operation.finished())
        freeIfDone(operation);
    else
        finish(operation);
}

void Operations::lookUpAndFetch(Operation& operation) {
    if (!operation.lookedUp && lookUp(operation)) {
        finish(operation);
        return;
    }
    operation.pending = 1;
    _router.fetch(operation);
}

bool Operations::lookUp(Operation& operation) {
    const auto* const conversation = operation.conversation;
    if (conversation != nullptr && conversation->standsBehindItsLike(operation))
        return false;
    const auto& [key, hash] = operation.keys.front();
    Lookup lookup{.key = key, .hash = hash};
    _value.clear();
    _store.find({&lookup, 1}, _value, now());
    if (!lookup.found)
        return false;
    operation.reply = hitReply(lookup);
    operation.takeValue(lookup.value, std::move(lookup.entry));
    return true;
}

/// Looks up the keys that are not known yet; whether that answers all of them.
bool Operations::lookUpAll(Operation& operation) {
    operation.lookedUp = true;
    std::vector<Lookup> lookups;
    lookups.reserve(operation.keys.size());
    for (const auto& [key, hash] : operation.keys)
        lookups.push_back({.key = key, .hash = hash});
    _store.find(lookups, operation.values, now());
    bool all = true;
    for (std::size_t i = 0; i < lookups.size(); ++i) {
        all = all && lookups[i].found;
        if (!lookups[i].found)
            continue;
        operation.parts[i] = {hitReply(lookups[i]), std::move(lookups[i].entry), true};
        operation.parts[i].reply.bytes = lookups[i].value;
    }
    return all;
}

void Operations::fetchAll(Operation& operation) {
    if (!operation.lookedUp && lookUpAll(operation)) {
        finish(operation);
        return;
    }
    const auto missing =
        std::count_if(operation.parts.begin(), operation.parts.end(), [](const Part& part) { return !part.found; });
    operation.pending = static_cast<std::uint32_t>(missing);
    _router.fetch(operation);
}

void Operations::forward(Operation& operation) {
    operation.pending = 1;
    _router.forward(operation);
}

void Operations::onOutcome(Operation& operation, std::size_t part, const Outcome& outcome, Reply::Source source,
                           std::optional<Milliseconds> lives, bool slot) {
    --operation.pending;
    if (slot && std::exchange(operation.holdsSlot, true))
        _turnstile.leave(); // that of a fetch it had joined: one of its own it has already
    if (operation.finished()) {
        if (slot && std::exchange(operation.holdsSlot, false))
            _turnstile.leave();
        freeIfDone(operation);
        return;
    }
    takePart(operation, part, outcome, source, lives);
    if (operation.pending == 0)
        finish(operation);
}

void Operations::takePart(Operation& operation, std::size_t part, const Outcome& outcome, Reply::Source source,
                          std::optional<Milliseconds> lives) {
    const bool many = operation.many();
    const bool absent = many && outcome.error == ErrorCode::WrongType; // as MGET has it
    if (outcome.kind == Reply::Kind::Error && !absent) {
        setError(operation, outcome.error, outcome.text);
        return;
    }
    Reply& reply = many ? operation.parts[part].reply : operation.reply;
    reply.kind = outcome.kind == Reply::Kind::Error ? Reply::Kind::Absent : outcome.kind;
    reply.source = source;
    reply.stored = lives.has_value();
    reply.remaining = lives.value_or(Milliseconds{0});
    if (!many) {
        operation.takeValue(outcome.value, outcome.entry);
        return;
    }
    operation.parts[part].entry = outcome.entry;
    if (!outcome.entry)
        reply.bytes = operation.values.copy(outcome.value);
}

void Operations::onPiece(Operation& operation, std::string_view piece, bool last) {
    operation.pending = last ? 0 : 1;
    const bool waited = !operation.finished();
    if (operation.conversation != nullptr && waited)
        operation.conversation->onPiece(operation, piece, last);
    if (last && waited)
        finish(operation);
    else if (last)
        freeIfDone(operation);
}

void Operations::onFailure(Operation& operation, const std::string& why) {
    operation.pending = 0;
    if (operation.finished()) {
        freeIfDone(operation);
        return;
    }
    fail(operation, ErrorCode::Unavailable, why);
    finish(operation);
}

void Operations::onSent(Operation& operation) {
    operation.pending = 0;
    operation.silent = true;
    if (operation.finished())
        freeIfDone(operation);
    else
        finish(operation);
}

void Operations::onWithdrawn(Operation& operation, std::uint32_t reports) {
    operation.pending -= reports;
    freeIfDone(operation);
}

void Operations::suspend(Operation& operation) {
    if (operation.finished() || operation.waits || operation.timeless)
        return;
    operation.timeless = true;
    _underWay.remove(operation);
    _timeless.pushBack(operation);
}

void Operations::resume(Operation& operation) {
    if (operation.finished() || !operation.timeless)
        return;
    operation.timeless = false;
    operation.deadline = now() + _timeout;
    _timeless.remove(operation);
    _underWay.pushBack(operation);
    watchDeadlines();
}

void Operations::restartTime(Operation& operation) {
    if (operation.waits || operation.timeless || operation.finished())
        return;
    operation.deadline = now() + _timeout;
    _underWay.remove(operation);
    _underWay.pushBack(operation);
}

void Operations::stall(Operation& operation, bool stalled) {
    operation.stalled = stalled;
    _router.stall(operation, stalled);
}

void Operations::setError(Operation& operation, ErrorCode error, std::string_view text) {
    operation.reply.kind = Reply::Kind::Error;
    operation.reply.error = error;
    operation.text = text;
}

void Operations::fail(Operation& operation, ErrorCode error, std::string_view text) {
    setError(operation, error, text);
    if (operation.own() && operation.conversation != nullptr)
        operation.conversation->onOwnFailed(operation);
}

void Operations::markDone(Operation& operation) {
    operation.state = Operation::State::Done;
    listOf(operation).remove(operation);
    _done.pushBack(operation);
}

void Operations::finish(Operation& operation) {
    markDone(operation);
    const bool slot = std::exchange(operation.holdsSlot, false);
    if (operation.conversation != nullptr)
        operation.conversation->onProgress();
    else
        freeIfDone(operation);
    if (slot)
        _turnstile.leave();
}

void Operations::freeIfDone(Operation& operation) {
    if (operation.conversation != nullptr || operation.pending != 0 || !operation.finished())
        return;
    _done.remove(operation);
    if (_spares == maxSpare) {
        delete &operation;
        return;
    }
    operation.clear();
    _spare.pushFront(operation);
    ++_spares;
}

void Operations::orphan(Operation& operation) {
    const bool started = operation.state != Operation::State::Blocked;
    if (operation.action == Request::Action::Forward && started && !operation.own()) {
        if (operation.stalled)
            stall(operation, false);
        return;
    }
    withdraw(operation);
    markDone(operation);
    if (std::exchange(operation.holdsSlot, false))
        _turnstile.leave();
}

void Operations::withdraw(Operation& operation) {
    if (operation.ticket != 0) {
        _waiting.remove(operation.ticket);
        _turnstile.giveUp(std::exchange(operation.ticket, 0));
    }
    if (operation.pending > 0)
        _router.withdraw(operation);
}

void Operations::watchDeadlines() {
    if (_timer == 0)
        _timer = _loop.timers().at(_underWay.front().deadline, [this] { expire(); });
}

/// All that are due are done before any conversation hears of it: the end of one may start another, or have another's
/// reply passed on in part.
void Operations::expire() {
    _timer = 0;
    std::vector<Conversation*> concerned;
    unsigned slots = 0;
    while (!_underWay.empty() && _underWay.front().deadline <= now()) {
        Operation& operation = _underWay.front();
        const bool mayHappen =
            operation.action == Request::Action::Forward && operation.state == Operation::State::UnderWay;
        withdraw(operation);
        fail(operation, ErrorCode::TimedOut, mayHappen ? timedOutUnderWay : timedOut);
        markDone(operation);
        slots += std::exchange(operation.holdsSlot, false) ? 1 : 0;
        if (operation.conversation != nullptr)
            concerned.push_back(operation.conversation);
        else
            freeIfDone(operation);
    }
    for (Conversation* conversation : concerned)
        conversation->onProgress();
    for (; slots > 0; --slots)
        _turnstile.leave();
    if (!_underWay.empty())
        watchDeadlines();
}

} // namespace nearcache
