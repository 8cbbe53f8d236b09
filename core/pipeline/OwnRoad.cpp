#include "pipeline/OwnRoad.h"

#include "nearcache/Resp.h"
#include "pipeline/Operation.h"

#include <utility>

namespace nearcache {

namespace {

/// Whose reply nobody waits for.
class Ignored final : public PendingForward {
  public:
    void onPiece(std::string_view /*piece*/, bool /*last*/) override {}
    void onFailure(const std::string& /*why*/, bool /*sent*/) override {}
};

Ignored nobody;

} // namespace

std::shared_ptr<ForwardLink> OwnRoad::enter(const Operation& operation) {
    if (_link == nullptr && _trouble.empty())
        take(operation.protocol);
    return _trouble.empty() ? _link : nullptr;
}

void OwnRoad::fail(const std::string& why) {
    if (_trouble.empty())
        _trouble = why;
}

void OwnRoad::take(unsigned protocol) {
    _link = _roads.take(protocol);
    if (_link == nullptr) {
        _trouble = "all of backend.dedicated_links are in use";
        return;
    }
    _paused = false;
    _link->onUnasked = [this](std::string_view piece) { _traveller.onUnasked(piece); };
    _link->onGone = [this](const std::string& /*why*/) { lost(); };
    // WAIT counts the replicas that have what its own connection saw last: that is now all that Redis has executed so
    // far.
    std::string ping;
    resp::appendCommand(ping, {"PING"});
    _link->forward(ping, &nobody);
}

bool OwnRoad::send(Operation& operation) {
    if (operation.expect == Request::Expect::Stream)
        _link->stream(true);
    _link->forward(operation.payload, nullptr);
    if (!operation.release)
        return true;
    leave(operation, ForwardLink::Subscribed::GivesUp);
    return false;
}

bool OwnRoad::drain(Operation& operation) {
    if (_link == nullptr || !_link->streams() || _leaving != nullptr)
        return false;
    leave(operation, ForwardLink::Subscribed::IsDone);
    return true;
}

void OwnRoad::leave(Operation& operation, ForwardLink::Subscribed subscribed) {
    _leaving = std::make_shared<Operation*>(&operation);
    _link->leaveStream(
        [this, leaving = _leaving] {
            if (*leaving != nullptr)
                left();
        },
        subscribed);
}

void OwnRoad::left() {
    _traveller.onRoadLeft(*std::exchange(*_leaving, nullptr));
}

void OwnRoad::withdraw(const Operation& operation) {
    if (_leaving != nullptr && *_leaving == &operation)
        *_leaving = nullptr;
}

void OwnRoad::lost() {
    _roads.discard(std::exchange(_link, nullptr));
    fail("the client's own link to Redis was lost");
    Traveller& traveller = _traveller;
    if (_leaving != nullptr && *_leaving != nullptr)
        left(); // may be the end of this object
    traveller.onRoadLost();
}

void OwnRoad::release(const Operation& operation) {
    const bool failed = !std::exchange(_trouble, {}).empty();
    if (_link == nullptr)
        return;
    const bool asNew = !failed && _link->state() == Link::State::Ready && _link->pending() == 0 && !_paused &&
                       _link->protocol() == operation.protocol && operation.reply.kind != Reply::Kind::Error &&
                       !operation.relayed().starts_with('-');
    if (asNew)
        _roads.giveBack(std::exchange(_link, nullptr));
    else
        _roads.discard(std::exchange(_link, nullptr));
}

void OwnRoad::drop(bool waits) {
    if (_leaving != nullptr)
        *_leaving = nullptr;
    if (_link != nullptr && waits)
        _roads.close(std::exchange(_link, nullptr));
    else if (_link != nullptr)
        _roads.discard(std::exchange(_link, nullptr));
}

void OwnRoad::pause(bool paused) {
    if (_link == nullptr || (!paused && !_paused)) // paused already: a reply that was held back may have ended that
        return;
    _paused = paused;
    _link->pauseReading(paused);
}

} // namespace nearcache
