#include "pipeline/Conversation.h"

#include "cache/KeyHash.h"
#include "cache/Store.h"
#include "pipeline/Operations.h"

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

namespace nearcache {

namespace {

constexpr std::size_t maxLookups = ConnectionScratch::maxBatch;

bool finished(const Operation& operation) {
    return operation.state == Operation::State::Done;
}

bool writesKey(const Operation& operation, std::uint64_t hash) {
    return std::any_of(operation.writes.begin(), operation.writes.end(),
                       [hash](const WrittenKey& written) { return written.hash == hash; });
}

/// Whether a later request has to wait for an earlier one of the same connection.
bool mustWait(const Operation& later, const Operation& earlier) {
    using Action = Request::Action;
    if (finished(earlier) || later.action == Action::Answer || earlier.action == Action::Answer)
        return false;
    if (later.action == Action::Get)
        return earlier.action == Action::Forward && writesKey(earlier, later.hash);
    if (earlier.action == Action::Get)
        return writesKey(later, earlier.hash);
    return earlier.state != Operation::State::UnderWay; // sent, by the same link: Redis keeps the order
}

} // namespace

void Conversation::execute(std::span<const Request> requests) {
    _executing = true;
    if (_operations.sequential())
        executeInTurn(requests);
    else
        executeOverlapping(requests);
    _executing = false;
}

void Conversation::executeInTurn(std::span<const Request> requests) {
    for (const Request& request : requests)
        appendAndStart(_operations.make(request, *this, _route));
}

void Conversation::executeOverlapping(std::span<const Request> requests) {
    std::array<Lookup, maxLookups> lookups;
    std::array<const Request*, maxLookups> gets;
    std::size_t count = 0;
    const auto lookUpGathered = [&] { lookUp({gets.data(), std::exchange(count, 0)}, lookups); };
    for (const Request& request : requests) {
        const auto hash = request.action == Request::Action::Get ? hashKey(request.key) : 0;
        if (request.action == Request::Action::Get && mayLookUp(request, hash)) {
            lookups[count].key = request.key;
            lookups[count].hash = hash;
            gets[count++] = &request;
            if (count == maxLookups)
                lookUpGathered();
            continue;
        }
        lookUpGathered();
        if (request.action == Request::Action::Answer && _first == nullptr)
            _connection.output().append(request.silent ? std::string_view() : request.payload);
        else
            appendAndStart(_operations.make(request, *this, _route));
    }
    lookUpGathered();
}

bool Conversation::mayLookUp(const Request& request, std::uint64_t hash) const {
    if (_firstBlocked != nullptr)
        return false;
    if (_writes == 0)
        return true;
    for (const Operation* earlier = _first; earlier != nullptr; earlier = earlier->next) {
        if (earlier->action == request.Action::Forward && !finished(*earlier) && writesKey(*earlier, hash))
            return false;
    }
    return true;
}

void Conversation::lookUp(std::span<const Request*> gets, std::span<Lookup> lookups) {
    _operations.store().find(lookups.first(gets.size()), _operations.now());
    for (std::size_t i = 0; i < gets.size(); ++i) {
        if (lookups[i].entry)
            answerHit(*gets[i], lookups[i]);
        else
            appendMiss(*gets[i]);
        lookups[i].entry.reset();
    }
}

void Conversation::appendMiss(const Request& request) {
    Operation& operation = _operations.make(request, *this, _route);
    operation.lookedUp = true;
    appendAndStart(operation);
}

void Conversation::answerHit(const Request& request, const Lookup& lookup) {
    Reply reply;
    reply.kind = Reply::Kind::Value;
    reply.age = lookup.age;
    reply.remaining = lookup.remaining;
    if (_first == nullptr) {
        reply.bytes = lookup.entry->value();
        if (!request.silent)
            encode(reply, request.tag, &lookup.entry);
        return;
    }
    Operation& operation = _operations.make(request, *this, _route);
    operation.reply = reply;
    operation.entry = lookup.entry;
    _operations.markDone(operation);
    append(operation);
}

void Conversation::append(Operation& operation) {
    (_last == nullptr ? _first : _last->next) = &operation;
    _last = &operation;
    ++_count;
    _writes += operation.writes.empty() ? 0 : 1;
}

void Conversation::appendAndStart(Operation& operation) {
    append(operation);
    if (_firstBlocked == nullptr)
        _firstBlocked = &operation;
    onProgress();
}

Operation& Conversation::takeFirst() {
    Operation& operation = *_first;
    _first = std::exchange(operation.next, nullptr);
    if (_first == nullptr)
        _last = nullptr;
    --_count;
    _writes -= operation.writes.empty() ? 0 : 1;
    return operation;
}

void Conversation::letGo(Operation& operation) {
    operation.conversation = nullptr;
    _operations.freeIfDone(operation);
}

void Conversation::onProgress() {
    if (_advancing)
        return; // whoever is at it sees this, too
    _advancing = true;
    do
        startBlocked();
    while (writeReady());
    _advancing = false;
    if (!_executing)
        _connection.touch();
}

bool Conversation::mayStart(const Operation& operation) const {
    if (_operations.sequential())
        return true; // one after the other as it is
    if (_writes == 0 && operation.action != Request::Action::Forward)
        return true;
    for (const Operation* earlier = _first; earlier != &operation; earlier = earlier->next) {
        if (mustWait(operation, *earlier))
            return false;
    }
    return true;
}

void Conversation::startBlocked() {
    while (_firstBlocked != nullptr && mayStart(*_firstBlocked)) {
        Operation& operation = *_firstBlocked;
        _firstBlocked = operation.next;
        if (!finished(operation)) // its time may have run out
            _operations.start(operation);
    }
}

/// Writes what is ready in order; whether anything was finished, so that others may start.
bool Conversation::writeReady() {
    bool any = false;
    while (_first != nullptr && finished(*_first)) {
        Operation& operation = takeFirst();
        writeReply(operation);
        letGo(operation);
        any = true;
    }
    if (_first != nullptr && !_first->text.empty())
        onPiece(*_first, std::exchange(_first->text, {}), false);
    return any && _firstBlocked != nullptr;
}

void Conversation::writeReply(Operation& operation) {
    if (operation.silent)
        return;
    // An answer was finished before it had to wait: that it waited too long does not make another of it.
    if (operation.action == Request::Action::Answer) {
        _connection.output().append(operation.payload);
        return;
    }
    if (operation.reply.kind == Reply::Kind::Error) {
        writeError(operation);
        return;
    }
    const bool forwarded = operation.action == Request::Action::Forward;
    if (forwarded)
        operation.reply.kind = Reply::Kind::Relayed;
    operation.reply.bytes = operation.entry ? operation.entry->value() : std::string_view(operation.text);
    encode(operation.reply, operation.tag, forwarded ? nullptr : &operation.entry);
}

void Conversation::writeError(Operation& operation) {
    if (operation.streamed) {
        _connection.close(); // the client holds half a reply: nothing that could be sent now would be understood
        return;
    }
    operation.reply.bytes = operation.text;
    encode(operation.reply, operation.tag, nullptr);
}

void Conversation::onPiece(Operation& operation, std::string_view piece, bool last) {
    if (&operation != _first || last) {
        operation.text.append(piece); // the last one is written with the reply
        return;
    }
    operation.streamed = true;
    if (operation.silent)
        return;
    Reply reply;
    reply.kind = Reply::Kind::Relayed;
    reply.last = false;
    reply.bytes = piece;
    encode(reply, operation.tag, nullptr);
    if (!_executing)
        _connection.touch();
}

void Conversation::encode(const Reply& reply, std::uint32_t tag, const EntryRef* entry) {
    auto& output = _connection.output();
    output.lend(entry);
    try {
        _connection.session().encode(reply, tag, output);
    } catch (const std::exception&) {
        _connection.close(); // out of memory for this client's sake: the link that brought the reply goes on
    }
    output.lend(nullptr);
}

void Conversation::abandon() {
    _firstBlocked = nullptr;
    while (_first != nullptr) {
        Operation& operation = takeFirst();
        if (!finished(operation))
            _operations.orphan(operation);
        letGo(operation);
    }
}

} // namespace nearcache
