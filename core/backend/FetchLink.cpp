#include "backend/FetchLink.h"

#include "backend/FetchCommand.h"
#include "backend/PlainReply.h"
#include "cache/Store.h"
#include "nearcache/Prefetch.h"
#include "nearcache/Resp.h"

#include <Poco/Logger.h>

#include <hiredis/hiredis.h>

#include <algorithm>
#include <utility>

namespace nearcache {

namespace {

void keepAnswer(PendingGet& get, Outcome outcome) {
    get.answer = std::make_unique<Outcome>(std::move(outcome));
}

Outcome unavailable(const std::string& why) {
    Outcome outcome;
    outcome.text = why;
    return outcome;
}

} // namespace

FetchLink::FetchLink(const LinkContext& context, unsigned group, TrackingListener& listener, Coherence& coherence)
    : Link(context, coherence.configured() == CacheSettings::Coherence::Ttl ? LinkRole::Fetch2 : LinkRole::Fetch),
      _group(group), _listener(listener), _coherence(coherence) {
    _coherence.linkAdded();
}

FetchLink::~FetchLink() {
    loop().timers().cancel(_heartbeat);
    _coherence.linkRemoved(state() == State::Ready, _tracked);
}

LinkRole FetchLink::firstRole() const {
    return _coherence.configured() == CacheSettings::Coherence::Ttl ? LinkRole::Fetch2 : LinkRole::Fetch;
}

void FetchLink::get(PendingGet& request) {
    if (state() == State::Ready)
        sendOne(request);
    else
        hold({.gets = {&request}});
}

void FetchLink::getMany(const std::vector<PendingGet*>& requests) {
    if (requests.empty())
        return;
    if (state() == State::Ready)
        sendMany(requests);
    else
        hold({.gets = requests, .many = true});
}

void FetchLink::hold(Batch batch) {
    if (state() == State::Connecting) {
        _waiting.push_back(std::move(batch));
        return;
    }
    for (auto* const request : batch.gets)
        request->onOutcome(unavailable(trouble()));
}

bool FetchLink::withdraw(const PendingGet& request) {
    std::size_t withdrawn = 0;
    for (auto& batch : _waiting)
        withdrawn += std::erase(batch.gets, &request);
    std::erase_if(_waiting, [](const Batch& batch) { return batch.gets.empty(); });
    return withdrawn > 0;
}

void FetchLink::onReady() {
    _tracked = role() == LinkRole::Fetch;
    _target = {};
    _target.listener = _tracked ? this : nullptr;
    _aimed = false;
    _framer.reset();
    readInto(reader(), _target);
    _heard = loop().now();
    _beating = _behind = false;
    beatAt(_heard + settings().heartbeat);
    _coherence.linkReady(_tracked);
    _listener.onReady(_group, _tracked);
    for (const auto& batch : std::exchange(_waiting, {}))
        send(batch);
}

bool FetchLink::onUnsupported(const std::string& refusal) {
    if (_coherence.configured() != CacheSettings::Coherence::Auto)
        return false;
    _coherence.trackingRefused(refusal);
    role(LinkRole::Fetch2);
    return true;
}

void FetchLink::send(const Batch& batch) {
    if (batch.many)
        sendMany(batch.gets);
    else
        sendOne(*batch.gets.front());
}

void FetchLink::sendOne(PendingGet& get) {
    get.onSend();
    _expected.push_back({.kind = Expected::Kind::Value, .get = &get});
    const auto key = get.key();
    if (key.size() > FetchCommand::longestKey) {
        _command = getCommand;
        resp::appendBulk(_command, key);
        appendRemaining(key);
        write(_command);
    } else {
        write(FetchCommand(key).text());
    }
}

void FetchLink::sendMany(const Gets& gets) {
    std::vector<std::string_view> words{"MGET"};
    for (auto* const get : gets) {
        get->onSend();
        words.push_back(get->key());
    }
    _command.clear();
    resp::appendCommand(_command, words);
    _expected.push_back({.kind = Expected::Kind::Values, .count = static_cast<std::uint32_t>(gets.size())});
    for (auto* const get : gets) {
        appendRemaining(get->key());
        _expected.push_back({.kind = Expected::Kind::Remaining, .many = true, .get = get});
    }
    write(_command);
}

void FetchLink::appendRemaining(std::string_view key) {
    _command += remainingCommand;
    resp::appendBulk(_command, key);
}

void FetchLink::fence(std::function<void(bool)> done) {
    if (state() != State::Ready) {
        done(false);
        return;
    }
    _fencesAsked.push_back(std::move(done));
    if (_fencesAsked.size() == 1)
        loop().atEndOfTurn(whileAlive([this] { sendFences(); }));
}

void FetchLink::sendFences() {
    if (!_fencesAsked.empty())
        ping(std::exchange(_fencesAsked, {}));
}

void FetchLink::ping(Fences fences) {
    _command.clear();
    resp::appendCommand(_command, {"PING"});
    write(_command);
    _expected.push_back({.kind = Expected::Kind::Pong});
    _fences.push_back(std::move(fences));
}

void FetchLink::failFences() {
    auto sent = std::exchange(_fences, {});
    sent.push_back(std::exchange(_fencesAsked, {}));
    for (const auto& fences : sent)
        for (const auto& done : fences)
            done(false);
}

void FetchLink::onBytes(std::string_view bytes) {
    _heard = loop().now();
    while (!bytes.empty() && state() == State::Ready) {
        auto consumed = amidReply() ? 0 : readPlain(bytes);
        if (consumed == 0)
            consumed = readAny(bytes);
        bytes.remove_prefix(consumed);
    }
}

/// For the replies to come.
void FetchLink::prepareNext() const {
    constexpr std::size_t near = 4;
    constexpr std::size_t far = 8;
    constexpr std::size_t pendingSize = 256;
    if (far < _expected.size())
        prefetch(_expected[far].get, pendingSize);
    if (near < _expected.size() && _expected[near].get != nullptr)
        _expected[near].get->prepare();
}

/// What nearly all comes as, if it is here as a whole, is read in place. Returns its length; 0: something else.
std::size_t FetchLink::readPlain(std::string_view bytes) {
    if (bytes.front() == '>')
        return readPlainPush(bytes);
    if (_expected.empty() || _expected.front().kind != Expected::Kind::Value)
        return 0;
    Fetched fetched;
    const auto size = readFetched(bytes, fetched);
    if (size == 0)
        return 0;
    prepareNext();
    PendingGet& get = *_expected.front().get;
    Outcome outcome;
    outcome.kind = fetched.found ? Reply::Kind::Value : Reply::Kind::Absent;
    outcome.value = fetched.value;
    if (fetched.found && fetched.value.size() > Store::longestCopied) {
        // Before it is no longer expected: without memory for this the link is lost, and asks again for all that is.
        outcome.entry = Entry::make(get.key(), fetched.value);
        outcome.value = outcome.entry->value();
    }
    _expected.pop_front();
    _aimed = false;
    takeRemaining(get, std::move(outcome), fetched.remaining);
    return size;
}

std::size_t FetchLink::readPlainPush(std::string_view bytes) {
    std::string_view key;
    const auto size = _tracked ? readInvalidation(bytes, key) : 0;
    if (size > 0) {
        onInvalidation();
        onInvalidated(key);
    }
    return size;
}

/// By hiredis, up to the end of the reply or the push. Returns how much of it was here.
std::size_t FetchLink::readAny(std::string_view bytes) {
    if (!amidReply())
        _framer.reset();
    const auto step = _framer.feed(bytes);
    // What the framer cannot make sense of hiredis is to say.
    const auto part = step.state == resp::ReplyFramer::State::Broken ? bytes : bytes.substr(0, step.consumed);
    const auto& hiredis = reader();
    redisReaderFeed(&reader(), part.data(), part.size());
    while (hiredis.pos < hiredis.len && readReply()) {
    }
    return part.size();
}

/// Whether hiredis has the beginning of something, and not its end.
bool FetchLink::amidReply() const {
    const auto& hiredis = reader();
    return hiredis.ridx >= 0 || hiredis.pos < hiredis.len;
}

/// False: there is no whole one, or the link is lost.
bool FetchLink::readReply() {
    aim();
    void* reply = nullptr;
    if (redisReaderGetReply(&reader(), &reply) != REDIS_OK) {
        lose(std::string("a reply is not RESP: ") + reader().errstr);
        return false;
    }
    if (reply == nullptr)
        return false;
    if (_target.got == FetchTarget::Got::Push)
        return true;
    if (_expected.empty()) {
        lose("a reply came that nothing was asked for");
        return false;
    }
    takeReply();
    return state() == State::Ready;
}

/// Has the reader know what the next reply answers.
void FetchLink::aim() {
    if (std::exchange(_aimed, !_expected.empty()))
        return;
    using Kind = Expected::Kind;
    using Asked = FetchTarget::Asked;
    _target.keys.clear();
    if (_expected.empty())
        return;
    const Expected& next = _expected.front();
    switch (next.kind) {
    case Kind::Value:
        _target.asked = Asked::Get;
        _target.keys.push_back(next.get->key());
        return;
    case Kind::Values:
        _target.asked = Asked::Mget;
        for (std::size_t i = 1; i <= next.count; ++i)
            _target.keys.push_back(_expected[i].get->key());
        return;
    case Kind::Remaining: _target.asked = Asked::Pttl; return;
    case Kind::Pong: _target.asked = Asked::Ping; return;
    }
}

void FetchLink::takeReply() {
    _aimed = false;
    if (_expected.front().kind == Expected::Kind::Value) {
        keepAnswer(*_expected.front().get, std::move(_target.outcome));
        _expected.front().kind = Expected::Kind::Remaining;
        return;
    }
    const Expected expected = _expected.front();
    _expected.pop_front();
    switch (expected.kind) {
    case Expected::Kind::Value: return;
    case Expected::Kind::Values: takeValues(expected.count); return;
    case Expected::Kind::Remaining:
        takeRemaining(*expected.get, std::move(*std::exchange(expected.get->answer, nullptr)), _target.remaining);
        return;
    case Expected::Kind::Pong: takePong(); return;
    }
}

void FetchLink::takeValues(std::size_t count) {
    const bool complete = _target.outcomes.size() == count;
    for (std::size_t i = 0; i < count; ++i)
        keepAnswer(*_expected[i].get, complete ? std::move(_target.outcomes[i]) : _target.outcome);
    _target.outcomes.clear();
}

void FetchLink::takeRemaining(PendingGet& get, Outcome&& outcome, std::optional<std::int64_t> remaining) {
    constexpr std::int64_t noEnd = -1;
    if (outcome.kind == Reply::Kind::Value) {
        outcome.storable = remaining && *remaining >= noEnd; // else it is gone, or its end is not known
        if (remaining && *remaining > noEnd)
            outcome.expiresIn = std::chrono::milliseconds(*remaining);
        if (!remaining && !std::exchange(_remainingRefused, true))
            Poco::Logger::get("nearcache")
                .warning("nothing can be cached, as Redis refused PTTL: " + _target.outcome.text);
    }
    get.onOutcome(outcome);
}

void FetchLink::takePong() {
    const auto fences = std::move(_fences.front());
    _fences.pop_front();
    for (const auto& done : fences)
        done(true);
}

void FetchLink::onInvalidation() {
    _coherence.messageCame();
}

void FetchLink::onInvalidated(std::string_view key) {
    _coherence.keyInvalidated();
    _listener.onInvalidated(key);
}

void FetchLink::onFlushed() {
    _coherence.flushCame();
    _listener.onFlushed(_group);
}

void FetchLink::beatAt(Time when) {
    _heartbeat = loop().timers().at(when, [this] { beat(); });
}

void FetchLink::beat() {
    const auto now = loop().now();
    const auto interval = settings().heartbeat;
    if (_beating && now - _heard >= interval) {
        lose("Redis was silent for two of backend.heartbeat");
        return;
    }
    beatAt(now + interval);
    if (_beating)
        fallBehind();
    else
        ping({[this](bool answered) {
            if (answered)
                onBeat();
        }});
    _beating = true;
}

void FetchLink::fallBehind() {
    if (!std::exchange(_behind, true))
        Poco::Logger::get("nearcache")
            .warning("what Redis tells of changes comes more than backend.heartbeat late: the link is slow");
    _listener.onBehind(_group);
}

void FetchLink::onBeat() {
    _beating = false;
    if (std::exchange(_behind, false))
        _listener.onCaughtUp(_group);
}

void FetchLink::onLost(const std::string& why) {
    loop().timers().cancel(_heartbeat);
    _coherence.linkLost(std::exchange(_tracked, false), why);
    role(firstRole());
    _listener.onLost(_group);
    failFences();
    keepForNextLink(why);
}

/// In the batches that they were sent in, since an MGET tells less of a key than a GET.
void FetchLink::keepForNextLink(const std::string& why) {
    Batch batch;
    for (const auto& expected : std::exchange(_expected, {})) {
        if (!expected.many)
            keep(batch, why);
        if (expected.get != nullptr) {
            batch.gets.push_back(expected.get);
            batch.many = expected.many;
        }
    }
    keep(batch, why);
}

/// Those that were sent for the first time; for the others it is over.
void FetchLink::keep(Batch& batch, const std::string& why) {
    Batch kept{.gets = {}, .many = batch.many};
    for (auto* const get : std::exchange(batch.gets, {})) {
        get->answer.reset();
        if (std::exchange(get->resent, true))
            get->onOutcome(unavailable(why));
        else
            kept.gets.push_back(get);
    }
    if (!kept.gets.empty())
        _waiting.push_back(std::move(kept));
}

void FetchLink::onAway() {
    role(firstRole());
    for (const auto& batch : std::exchange(_waiting, {}))
        for (auto* const request : batch.gets)
            request->onOutcome(unavailable(trouble()));
}

} // namespace nearcache
