#include "pipeline/OwnRoads.h"

#include "nearcache/Resp.h"

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace nearcache {

/// The last command by a link that is to be closed. Owns itself: it goes with its last call.
class OwnRoads::Last final : public PendingForward {
  public:
    explicit Last(std::function<void()> done) : _done(std::move(done)) {}

    void onPiece(std::string_view /*piece*/, bool last) override {
        if (last)
            end();
    }

    void onFailure(const std::string& /*why*/, bool /*sent*/) override { end(); }
    void onDropped() override { delete this; }

  private:
    void end() {
        _done();
        delete this;
    }

    const std::function<void()> _done;
};

OwnRoads::~OwnRoads() {
    while (_budget.takeIdle(*this))
        _budget.giveBack();
}

std::shared_ptr<ForwardLink> OwnRoads::take(unsigned protocol) {
    const auto found = std::find_if(_idle.begin(), _idle.end(),
                                    [protocol](const Idle& idle) { return idle.link->protocol() == protocol; });
    if (found == _idle.end() || !_budget.takeIdle(*this))
        return _budget.take() ? make(protocol) : nullptr;
    auto link = std::move(found->link);
    _idle.erase(found);
    return link;
}

std::shared_ptr<ForwardLink> OwnRoads::make(unsigned protocol) {
    auto link = std::make_shared<ForwardLink>(_context, protocol);
    link->reconnects(false);
    link->start();
    return link;
}

void OwnRoads::giveBack(std::shared_ptr<ForwardLink> link) {
    link->onUnasked = nullptr;
    link->onGone = [this, lost = link.get()](const std::string& /*why*/) { removeLost(*lost); };
    _idle.push_front({std::move(link)});
    _budget.addIdle(*this);
}

void OwnRoads::discard(std::shared_ptr<ForwardLink> link) {
    link->onUnasked = nullptr;
    link->onGone = nullptr;
    if (link->state() != Link::State::Ready || link->pending() == 0) {
        close(std::move(link));
        return;
    }
    auto& loop = _context.loop;
    const auto* const closing = link.get();
    _closing.push_back(link);
    const auto timer =
        loop.timers().at(loop.now() + _context.settings.requestTimeout, [this, closing] { retire(*closing); });
    std::string ping;
    resp::appendCommand(ping, {"PING"});
    link->forward(ping, new Last([this, &loop, closing, timer] {
                      loop.timers().cancel(timer);
                      loop.atEndOfTurn([this, closing] { retire(*closing); });
                  }));
}

void OwnRoads::retire(const ForwardLink& link) {
    _budget.giveBack();
    destroy(link);
}

/// Not at once: what was written to it in this turn is not sent yet, and it may be at work further up.
void OwnRoads::close(std::shared_ptr<ForwardLink> link) {
    _budget.giveBack();
    destroyLater(std::move(link));
}

void OwnRoads::destroyLater(std::shared_ptr<ForwardLink> link) {
    link->onGone = nullptr;
    link->onUnasked = nullptr;
    const auto* const closing = link.get();
    _closing.push_back(std::move(link));
    _context.loop.atEndOfTurn([this, closing] { destroy(*closing); });
}

void OwnRoads::destroy(const ForwardLink& link) {
    _closing.remove_if([&link](const auto& closing) { return closing.get() == &link; });
}

void OwnRoads::closeUnused() {
    while (!_idle.empty() && _idle.back().old && _budget.takeIdle(*this)) {
        close(std::move(_idle.back().link));
        _idle.pop_back();
    }
    for (auto& idle : _idle)
        idle.old = true;
}

void OwnRoads::closeIdle() {
    _context.loop.post([this] { closeUncounted(); });
}

/// Others have taken the places of these.
void OwnRoads::closeUncounted() {
    while (_idle.size() > _budget.idle(*this)) {
        destroyLater(std::move(_idle.back().link));
        _idle.pop_back();
    }
}

void OwnRoads::removeLost(const ForwardLink& link) {
    const auto found =
        std::find_if(_idle.begin(), _idle.end(), [&link](const Idle& idle) { return idle.link.get() == &link; });
    auto lost = std::move(found->link);
    _idle.erase(found);
    if (_budget.takeIdle(*this))
        _budget.giveBack();
    destroyLater(std::move(lost));
}

} // namespace nearcache
