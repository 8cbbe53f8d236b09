#include "pipeline/Operations.h"

#include "cache/KeyHash.h"
#include "pipeline/Conversation.h"

#include <utility>
#include <vector>

namespace nearcache {

namespace {

constexpr std::string_view timedOut = "no answer within backend.request_timeout";
constexpr std::string_view timedOutUnderWay =
    "no answer within backend.request_timeout; the command may have been executed";

} // namespace

Operation& Operations::make(const Request& request, Conversation& conversation, std::uint32_t route) {
    Operation& operation = _underWay.emplace_back();
    operation.self = std::prev(_underWay.end());
    operation.deadline = now() + _timeout;
    watchDeadlines();
    operation.action = request.action;
    operation.silent = request.silent;
    operation.tag = request.tag;
    operation.route = route;
    operation.payload = request.payload;
    if (request.action == Request::Action::Get) {
        operation.key = request.key;
        operation.hash = hashKey(request.key);
    }
    for (const auto key : request.writes)
        operation.writes.push_back({std::string(key), hashKey(key)});
    // Last: if there is no memory for the copies, what there is goes at its deadline, and knows nobody.
    operation.conversation = &conversation;
    return operation;
}

void Operations::start(Operation& operation) {
    // A fetch takes its slot at the key's home: those who join another's need none.
    if (!sequential() && operation.action != Request::Action::Forward) {
        execute(operation);
        return;
    }
    operation.ticket = _gate.enter(_waiter);
    if (operation.ticket != 0) {
        operation.state = Operation::State::Waiting;
        _waiting.emplace(operation.ticket, &operation);
        return;
    }
    operation.holdsSlot = true;
    execute(operation);
}

bool Operations::onSlotGranted(std::uint64_t ticket) {
    const auto found = _waiting.find(ticket);
    if (found == _waiting.end())
        return false;
    Operation& operation = *found->second;
    Conversation* conversation = operation.conversation;
    _waiting.erase(found);
    operation.ticket = 0;
    operation.holdsSlot = true;
    execute(operation);
    if (conversation != nullptr)
        conversation->onProgress(); // those behind it may follow
    return true;
}

void Operations::execute(Operation& operation) {
    operation.state = Operation::State::UnderWay;
    switch (operation.action) {
    case Request::Action::Get:
        lookUpAndFetch(operation);
        return;
    case Request::Action::Forward:
        forward(operation);
        return;
    case Request::Action::Answer:
        finish(operation);
        return;
    }
}

void Operations::lookUpAndFetch(Operation& operation) {
    Lookup lookup{.key = operation.key, .hash = operation.hash, .entry = {}};
    if (!operation.lookedUp)
        _store.find({&lookup, 1}, now());
    if (!lookup.entry) {
        operation.submitted = true;
        _router.fetch(operation);
        return;
    }
    operation.reply.kind = Reply::Kind::Value;
    operation.reply.age = lookup.age;
    operation.reply.remaining = lookup.remaining;
    operation.entry = std::move(lookup.entry);
    finish(operation);
}

void Operations::forward(Operation& operation) {
    for (const auto& [key, hash] : operation.writes)
        _store.invalidate(key, hash);
    operation.submitted = true;
    _router.forward(operation);
}

void Operations::onOutcome(Operation& operation, Outcome outcome, Reply::Source source, bool stored, bool slot) {
    operation.submitted = false;
    operation.holdsSlot = operation.holdsSlot || slot;
    if (operation.state == Operation::State::Done) {
        if (std::exchange(operation.holdsSlot, false))
            _gate.leave();
        freeIfDone(operation);
        return;
    }
    operation.reply.kind = outcome.kind;
    operation.reply.source = source;
    operation.reply.stored = stored;
    operation.reply.error = outcome.error;
    if (stored)
        operation.reply.remaining = _store.ttl();
    operation.entry = std::move(outcome.entry);
    operation.text = std::move(outcome.text);
    finish(operation);
}

void Operations::onPiece(Operation& operation, std::string_view piece, bool last) {
    operation.submitted = !last;
    const bool heard = operation.conversation != nullptr && operation.state != Operation::State::Done;
    if (heard)
        operation.conversation->onPiece(operation, piece, last);
    if (last && operation.state != Operation::State::Done)
        finish(operation);
    else if (last)
        freeIfDone(operation);
}

void Operations::onFailure(Operation& operation, const std::string& why) {
    operation.submitted = false;
    if (operation.state == Operation::State::Done) {
        freeIfDone(operation);
        return;
    }
    setError(operation, ErrorCode::Unavailable, why);
    finish(operation);
}

void Operations::onWithdrawn(Operation& operation) {
    operation.submitted = false;
    freeIfDone(operation);
}

void Operations::setError(Operation& operation, ErrorCode error, std::string_view text) {
    operation.reply.kind = Reply::Kind::Error;
    operation.reply.error = error;
    operation.text = text;
}

void Operations::markDone(Operation& operation) {
    operation.state = Operation::State::Done;
    _done.splice(_done.end(), _underWay, operation.self);
}

void Operations::finish(Operation& operation) {
    markDone(operation);
    const bool slot = std::exchange(operation.holdsSlot, false);
    if (operation.conversation != nullptr)
        operation.conversation->onProgress();
    else
        freeIfDone(operation);
    if (slot)
        _gate.leave();
}

void Operations::freeIfDone(Operation& operation) {
    if (operation.conversation == nullptr && !operation.submitted && operation.state == Operation::State::Done)
        _done.erase(operation.self);
}

void Operations::orphan(Operation& operation) {
    const bool started = operation.state != Operation::State::Blocked;
    if (operation.action == Request::Action::Forward && started)
        return;
    withdraw(operation);
    markDone(operation);
    if (std::exchange(operation.holdsSlot, false))
        _gate.leave();
}

void Operations::withdraw(Operation& operation) {
    if (operation.ticket != 0) {
        _waiting.erase(operation.ticket);
        _gate.giveUp(std::exchange(operation.ticket, 0));
    }
    if (operation.submitted)
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
        setError(operation, ErrorCode::TimedOut, mayHappen ? timedOutUnderWay : timedOut);
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
        _gate.leave();
    if (!_underWay.empty())
        watchDeadlines();
}

} // namespace nearcache
