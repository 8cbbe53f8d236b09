#include "backend/ForwardLink.h"

#include "nearcache/Prefetch.h"
#include "nearcache/Resp.h"

#include <algorithm>
#include <array>
#include <random>
#include <utility>

namespace nearcache {

namespace {

constexpr const char* takesNoMore = "Redis takes no more commands for now";

/// Behind a command that has no reply: an error before its own one, a map, is the command's. Everybody may say it.
constexpr std::string_view barrier = "*1\r\n$5\r\nHELLO\r\n";
constexpr char barrierReply = '%';

/// 128 bits in hexadecimal: what nobody else can have a reply for.
std::string randomNonce() {
    constexpr std::string_view digits = "0123456789abcdef";
    std::random_device random;
    std::string nonce;
    while (nonce.size() < 32)
        for (auto bits = random(), left = 8U; left > 0; --left, bits >>= 4)
            nonce += digits[bits & 0xf];
    return nonce;
}

std::string asBulk(const std::string& text) {
    std::string bulk;
    resp::appendBulk(bulk, text);
    return bulk;
}

/// What a subscribed RESP2 connection answers to a PING with this bulk.
std::string subscribedReply(const std::string& bulk) {
    return "*2\r\n$4\r\npong\r\n" + bulk;
}

bool mayBecome(const std::string& whole, const std::string& begun) {
    return whole.starts_with(begun) || subscribedReply(whole).starts_with(begun);
}

} // namespace

ForwardLink::ForwardLink(const LinkContext& context, unsigned protocol)
    : Link(context, protocol == 3 ? LinkRole::Relay3 : LinkRole::Relay2) {}

ForwardLink::~ForwardLink() {
    for (const auto& sent : _pending)
        sent.request->onDropped();
    for (const auto& waiting : _waiting)
        if (waiting.sent.request != nullptr)
            waiting.sent.request->onDropped();
}

void ForwardLink::forward(std::string_view command, PendingForward* request, Answer answer) {
    switch (state()) {
    case State::Ready:
        if (unsent() <= maxUnsent)
            send(command, {request, answer});
        else if (request != nullptr)
            request->onFailure(takesNoMore, false);
        else
            giveUp();
        return;
    case State::Connecting: _waiting.push_back({std::string(command), {request, answer}}); return;
    case State::Away:
        if (request != nullptr)
            request->onFailure(trouble(), false);
        return;
    }
}

/// Else the sender would wait for what never comes. At the end of the turn, when nobody is in the midst of sending.
void ForwardLink::giveUp() {
    loop().atEndOfTurn(whileAlive([this] {
        if (state() == State::Ready)
            lose(takesNoMore);
    }));
}

bool ForwardLink::withdraw(const PendingForward& request) {
    return std::erase_if(_waiting, [&request](const auto& waiting) { return waiting.sent.request == &request; }) > 0;
}

void ForwardLink::stream(bool on) {
    _streaming = on;
}

void ForwardLink::leaveStream(std::function<void()> done, Subscribed subscribed) {
    const auto nonce = randomNonce();
    _farewell = asBulk(nonce);
    _held.clear();
    _onLeft = std::move(done);
    _subscribed = subscribed;
    std::string command;
    resp::appendCommand(command, {"PING", nonce});
    forward(command, nullptr);
}

void ForwardLink::onReady() {
    _framer.reset();
    _target = Target::Unknown;
    _amidUnasked = false;
    for (const auto& [command, sent] : std::exchange(_waiting, {}))
        send(command, sent);
}

void ForwardLink::send(std::string_view command, Sent sent) {
    write(command);
    if (sent.request == nullptr)
        return; // all is unasked as it is
    if (sent.answer == Answer::Pushes)
        write(barrier);
    if (_pending.empty())
        _quietSince = loop().now();
    _pending.push_back(sent);
}

bool ForwardLink::silentSince(Time then) const {
    return state() == State::Ready && !_pending.empty() && !paused() && _quietSince < then;
}

void ForwardLink::onBytes(std::string_view bytes) {
    _quietSince = loop().now();
    while (!bytes.empty()) {
        if (_target == Target::Unknown && !aim(bytes.front())) {
            lose("a reply came that nothing was asked for");
            return;
        }
        const auto step = _framer.feed(bytes);
        if (step.state == resp::ReplyFramer::State::Broken) {
            lose("a reply is not RESP");
            return;
        }
        if (!passOn(bytes.substr(0, step.consumed), step.state == resp::ReplyFramer::State::Complete))
            return;
        bytes.remove_prefix(step.consumed);
    }
}

/// Where what begins with this byte goes; false: nowhere.
bool ForwardLink::aim(char type) {
    const bool push = type == '>' && (protocol() == 3 || onUnasked); // a client may have said HELLO 3 by its own link
    if (push || (_streaming && _pending.empty() && _farewell.empty()))
        _target = Target::Unasked;
    else if (!_pending.empty() && _pending.front().answer == Answer::Pushes)
        _target = type == '-' ? Target::Refusal : type == barrierReply ? Target::Barrier : Target::Unknown;
    else if (!_pending.empty())
        _target = Target::Pending;
    else if (!_farewell.empty())
        _target = Target::Farewell;
    return _target != Target::Unknown;
}

/// False: the link is lost.
bool ForwardLink::passOn(std::string_view piece, bool last) {
    const auto target = last ? std::exchange(_target, Target::Unknown) : _target;
    switch (target) {
    case Target::Pending: passToPending(piece, last); break;
    case Target::Farewell: passFarewell(piece, last); break;
    case Target::Unasked: passUnasked(piece, last); break;
    case Target::Refusal: _refusal += piece; break;
    case Target::Barrier: passBarrier(last); break;
    case Target::Unknown: break;
    }
    return state() == State::Ready;
}

/// For the replies to come.
void ForwardLink::prepareNext() const {
    constexpr std::size_t near = 4;
    constexpr std::size_t far = 8;
    constexpr std::size_t pendingSize = 128;
    if (far < _pending.size())
        prefetch(_pending[far].request, pendingSize);
    if (near < _pending.size())
        _pending[near].request->prepare();
}

void ForwardLink::passToPending(std::string_view piece, bool last) {
    auto* const request = _pending.front().request;
    if (last) {
        prepareNext();
        _pending.pop_front();
    }
    request->onPiece(piece, last);
}

void ForwardLink::passBarrier(bool last) {
    if (last)
        passToPending(std::exchange(_refusal, {}), true);
}

void ForwardLink::passUnasked(std::string_view piece, bool last) {
    _amidUnasked = !last;
    if (const auto call = onUnasked) // a copy, as it may be taken away within
        call(piece);
}

/// Holds back what may be the reply to leaveStream()'s PING until it is told apart.
void ForwardLink::passFarewell(std::string_view piece, bool last) {
    _held += piece;
    if (!last && mayBecome(_farewell, _held))
        return;
    const auto held = std::exchange(_held, {});
    if (held == _farewell || (_subscribed == Subscribed::IsDone && held == subscribedReply(_farewell))) {
        _farewell.clear();
        _streaming = false;
        if (const auto done = std::exchange(_onLeft, nullptr))
            done();
    } else if (last && held == subscribedReply(_farewell)) {
        lose("the connection is still subscribed");
    } else {
        _target = last ? Target::Unknown : Target::Unasked;
        passUnasked(held, last);
    }
}

void ForwardLink::resetReplies() {
    _streaming = false;
    _amidUnasked = false;
    _farewell.clear();
    _refusal.clear();
    _held.clear();
    _onLeft = nullptr;
}

void ForwardLink::onLost(const std::string& why) {
    resetReplies();
    for (const auto& sent : std::exchange(_pending, {}))
        sent.request->onFailure(why, true);
}

void ForwardLink::onAway() {
    resetReplies();
    for (const auto& waiting : std::exchange(_waiting, {}))
        if (waiting.sent.request != nullptr)
            waiting.sent.request->onFailure(trouble(), false);
}

void ForwardLink::onEnd(const std::string& why) {
    if (const auto gone = std::exchange(onGone, nullptr))
        gone(why);
}

} // namespace nearcache
