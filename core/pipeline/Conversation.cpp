#include "pipeline/Conversation.h"

#include "cache/KeyHash.h"
#include "cache/Store.h"
#include "pipeline/Operations.h"
#include "pipeline/OwnOrder.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace nearcache {

namespace {

/// Of a Get's key.
std::uint64_t hashOf(const Request& request) {
    return request.action == Request::Action::Get ? hashKey(request.key) : 0;
}

/// Look-ups that are worked on: dropped whatever happens meanwhile.
struct Taken {
    Taken(LookAhead& owner, LookAhead::Range looked) : lookAhead(owner), range(looked) {}
    Taken(const Taken&) = delete;
    Taken& operator=(const Taken&) = delete;
    ~Taken() { lookAhead.drop(range); }

    LookAhead& lookAhead;
    const LookAhead::Range range;
};

} // namespace

Conversation::Conversation(Connection& connection, Operations& operations, const Roads& roads, ClientRecord& record)
    : _connection(connection), _operations(operations), _roads(roads), _record(record),
      _census(operations.keyCounts()) {}

void Conversation::execute(std::span<const Request> requests) {
    _executing = true;
    _record.active(_operations.now());
    if (_operations.sequential())
        executeInTurn(requests);
    else
        executeOverlapping(requests);
    _executing = false;
}

void Conversation::executeInTurn(std::span<const Request> requests) {
    for (const Request& request : requests)
        appendAndStart(_operations.make(request, *this, hashOf(request)));
}

void Conversation::prepare(std::span<const Request> requests) {
    if (!_operations.sequential())
        lookAhead(requests);
}

void Conversation::executeOverlapping(std::span<const Request> requests) {
    while (!requests.empty()) {
        if (_ahead.count == 0)
            lookAhead(requests);
        const auto gets = _ahead.count;
        if (gets > 0)
            answerLookedUp(requests.first(gets));
        else
            startOne(requests.front());
        requests = requests.subspan(std::max<std::size_t>(gets, 1));
    }
}

/// Asks for the GETs at the front that may be looked up.
void Conversation::lookAhead(std::span<const Request> requests) {
    auto& lookAhead = _operations.lookAhead();
    _ahead = {lookAhead.size(), 0};
    for (const Request& request : requests) {
        const auto hash = hashOf(request);
        if (request.action != Request::Action::Get || !mayLookUp(hash))
            return;
        lookAhead.add(request.key, hash);
        ++_ahead.count;
    }
}

void Conversation::answerLookedUp(std::span<const Request> gets) {
    auto& lookAhead = _operations.lookAhead();
    const Taken taken{lookAhead, std::exchange(_ahead, {})};
    const auto lookups = lookAhead.find(taken.range, _operations.now());
    for (const Lookup& lookup : lookups) {
        if (!lookup.found)
            _operations.prepareMiss(lookup.hash);
    }
    for (std::size_t i = 0; i < gets.size(); ++i) {
        if (lookups[i].found)
            answerHit(gets[i], lookups[i]);
        else
            appendMiss(gets[i], lookups[i].hash);
    }
}

void Conversation::startOne(const Request& request) {
    const bool atOnce = _first == nullptr && !request.release && !request.close && !_amidUnasked;
    if (request.action == Request::Action::Answer && atOnce)
        _connection.output().append(request.silent ? std::string_view() : request.payload);
    else
        appendAndStart(_operations.make(request, *this, hashOf(request)));
}

bool Conversation::mayLookUp(std::uint64_t hash) const {
    if (_firstBlocked != nullptr)
        return false;
    if (_census.isAlone(hash, false))
        return true;
    for (const Operation* earlier = _first; earlier != nullptr; earlier = earlier->next) {
        if (!earlier->finished() &&
            (earlier->own() || earlier->scope != Request::Scope::Keys || hasKey(*earlier, hash)))
            return false;
    }
    return true;
}

/// What it would find in the cache may be older than what Redis tells that one.
bool Conversation::standsBehindItsLike(const Operation& get) const {
    if (_census.isAlone(get.keys.front().hash, true))
        return false;
    for (const Operation* earlier = _first; earlier != &get; earlier = earlier->next) {
        if (earlier->reads() && !earlier->finished() && haveCommonKey(*earlier, get))
            return true;
    }
    return false;
}

void Conversation::appendMiss(const Request& request, std::uint64_t hash) {
    Operation& operation = _operations.make(request, *this, hash);
    operation.lookedUp = true;
    appendAndStart(operation);
}

void Conversation::answerHit(const Request& request, const Lookup& lookup) {
    Reply reply;
    reply.kind = Reply::Kind::Value;
    reply.age = lookup.age;
    reply.remaining = lookup.remaining;
    reply.disconnected = lookup.disconnected;
    if (_first == nullptr && !_amidUnasked) {
        reply.bytes = lookup.value;
        if (!request.silent)
            encode(reply, request.tag, &lookup.entry);
        return;
    }
    Operation& operation = _operations.make(request, *this, lookup.hash);
    operation.reply = reply;
    operation.takeValue(lookup.value, lookup.entry);
    _operations.markDone(operation);
    append(operation); // written with those before it, or behind what has come unasked in part
}

void Conversation::append(Operation& operation) {
    (_last == nullptr ? _first : _last->next) = &operation;
    _last = &operation;
    _census.add(operation);
}

void Conversation::appendAndStart(Operation& operation) {
    append(operation);
    if (_firstBlocked == nullptr && mayStart(operation)) {
        _operations.start(operation);
        return;
    }
    if (_firstBlocked == nullptr)
        _firstBlocked = &operation;
    suspendBlocked();
}

Operation& Conversation::takeFirst() {
    Operation& operation = *_first;
    if (_firstBlocked == &operation)
        _firstBlocked = operation.next; // its time ran out before it could start
    _first = std::exchange(operation.next, nullptr);
    if (_first == nullptr)
        _last = nullptr;
    _census.remove(operation);
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
        writeReady();
    while (startBlocked());
    _advancing = false;
    if (!_executing)
        _connection.touch();
}

bool Conversation::mayStart(const Operation& operation) const {
    if (_operations.sequential() && _census.owned() == 0)
        return true; // one after the other as it is
    if (_census.waitsForNone(operation))
        return true;
    for (const Operation* earlier = _first; earlier != &operation; earlier = earlier->next) {
        if (mustWait(operation, *earlier))
            return false;
    }
    return true;
}

/// Whether any was started: it may be finished already.
bool Conversation::startBlocked() {
    bool any = false;
    while (_firstBlocked != nullptr && mayStart(*_firstBlocked)) {
        Operation& operation = *_firstBlocked;
        _firstBlocked = operation.next;
        if (!operation.finished()) // its time may have run out
            _operations.start(operation);
        any = true;
    }
    suspendBlocked();
    return any;
}

/// Behind one that waits in Redis by design.
void Conversation::suspendBlocked() {
    if (_census.waiting() == 0)
        return;
    for (Operation* blocked = _firstBlocked; blocked != nullptr; blocked = blocked->next)
        _operations.suspend(*blocked);
}

void Conversation::resumeBlocked() {
    for (Operation* blocked = _firstBlocked; blocked != nullptr; blocked = blocked->next)
        _operations.resume(*blocked);
}

/// Writes what is ready, in order.
void Conversation::writeReady() {
    while (_first != nullptr && _first->finished() && !_amidUnasked) {
        Operation& operation = takeFirst();
        writeReply(operation);
        passUnasked(operation.unasked);
        if (operation.release)
            release(operation);
        if (operation.waits && _census.waiting() == 0)
            resumeBlocked();
        letGo(operation);
    }
    if (_first == nullptr)
        _road.reset();
    else if (_first->action == Request::Action::Forward && !_first->text.empty() && !_first->finished())
        onPiece(*_first, std::exchange(_first->text, {}), false);
}

void Conversation::release(const Operation& operation) {
    if (_own == nullptr)
        return;
    if (operation.action == Request::Action::Answer)
        _own.reset();
    else
        _own->release(operation);
}

ForwardLink& Conversation::sharedRoad(const Operation& operation) {
    if (_road == nullptr || _road->protocol() != operation.protocol)
        _road = _roads.relays.road(_roads.route, operation.protocol);
    return *_road;
}

OwnRoad& Conversation::ownRoad() {
    if (_own == nullptr)
        _own = std::make_unique<OwnRoad>(_roads.own, *this);
    return *_own;
}

/// What has come by the own road and is not written whole: what comes now stands behind it. Null: nothing.
Operation* Conversation::lastReplied() const {
    Operation* last = _first != nullptr && _first->streamed ? _first : nullptr;
    for (auto* known = _first; known != nullptr && (known->replied || known->finished()); known = known->next) {
        if (known->own()) // others may be answers of the front-end
            last = known;
    }
    return last;
}

void Conversation::passUnasked(const std::string& unasked) {
    if (unasked.empty())
        return;
    _held -= unasked.size();
    onUnasked(unasked);
}

void Conversation::onUnasked(std::string_view piece) {
    if (Operation* const before = lastReplied()) {
        before->unasked.append(piece);
        _held += piece.size();
        if (_own != nullptr && _held > Connection::maxUndelivered)
            _own->pause(true);
        return;
    }
    Reply reply;
    reply.kind = Reply::Kind::Unasked;
    reply.bytes = piece;
    encode(reply, 0, nullptr);
    _amidUnasked = _held == 0 && _own != nullptr && _own->amidUnasked();
    if (_own != nullptr && outputIsFull())
        _own->pause(true);
    if (_first != nullptr)
        onProgress(); // what had to wait for the end of it
    else if (!_executing)
        _connection.touch();
}

/// As if Redis had closed the client's connection.
void Conversation::onRoadLost() {
    if (_amidUnasked)
        _connection.close(); // nothing that could be sent now would be understood
    else
        _connection.end();
}

void Conversation::onRoadLeft(Operation& operation) {
    if (operation.action == Request::Action::Answer)
        _operations.onDrained(operation);
    else
        _operations.onSent(operation);
}

void Conversation::onOwnFailed(const Operation& operation) {
    if (operation.release)
        return;
    ownRoad().fail(operation.text);
    _connection.end();
}

bool Conversation::drain(Operation& operation) {
    return _own != nullptr && _own->drain(operation);
}

bool Conversation::outputIsFull() const {
    return _connection.output().size() > Connection::maxUndelivered;
}

void Conversation::onRoom() {
    if (outputIsFull())
        return;
    if (_own != nullptr && _held <= Connection::maxUndelivered)
        _own->pause(false);
    if (_first != nullptr && _first->stalled)
        _operations.stall(*_first, false);
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
    if (operation.action == Request::Action::GetMany) {
        writeParts(operation);
        return;
    }
    const bool forwarded = operation.action == Request::Action::Forward;
    if (forwarded)
        operation.reply.kind = Reply::Kind::Relayed;
    if (!operation.text.empty())
        operation.text.append(std::exchange(operation.tail, {}));
    operation.reply.bytes = operation.entry ? operation.entry->value() : operation.relayed();
    encode(operation.reply, operation.tag, forwarded ? nullptr : &operation.entry);
}

void Conversation::writeParts(Operation& operation) {
    const auto count = static_cast<std::uint32_t>(operation.parts.size());
    for (std::uint32_t i = 0; i < count; ++i) {
        Part& part = operation.parts[i];
        part.reply.index = i;
        part.reply.count = count;
        part.reply.last = i + 1 == count;
        if (part.entry)
            part.reply.bytes = part.entry->value();
        encode(part.reply, operation.tag, &part.entry);
    }
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
    if (last && &operation == _first && !_amidUnasked && !_advancing) {
        operation.tail = piece; // written with the reply, before this returns to where it is kept
        return;
    }
    if (&operation != _first || last || _amidUnasked) {
        operation.text.append(piece); // the last one is written with the reply
        if (operation.text.size() > Connection::maxUndelivered)
            stallIfFull(operation);
        return;
    }
    operation.streamed = true;
    _operations.restartTime(operation);
    if (operation.silent)
        return;
    Reply reply;
    reply.kind = Reply::Kind::Relayed;
    reply.last = false;
    reply.bytes = piece;
    encode(reply, operation.tag, nullptr);
    if (outputIsFull())
        stallIfFull(operation);
    if (!_executing)
        _connection.touch();
}

/// What the client does not take, or not yet, waits at its source.
void Conversation::stallIfFull(Operation& operation) {
    if (!operation.stalled && operation.pending > 0)
        _operations.stall(operation, true);
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
    const bool waits = _census.waiting() > 0;
    _operations.lookAhead().drop(std::exchange(_ahead, {}));
    _firstBlocked = nullptr;
    while (_first != nullptr) {
        Operation& operation = takeFirst();
        if (!operation.finished())
            _operations.orphan(operation);
        letGo(operation);
    }
    if (_own != nullptr)
        _own->drop(waits);
    _own.reset();
    _road.reset();
}

} // namespace nearcache
