#include "pipeline/Forwards.h"

#include "pipeline/Operations.h"

#include <utility>

namespace nearcache {

class Forwards::Forward final : public PendingForward, public std::enable_shared_from_this<Forward> {
  public:
    Forward(Forwards& owner, Operation& waiting, ForwardLink& road)
        : operation(&waiting), link(road), _owner(owner), _keys(waiting.keys), _scope(waiting.scope) {}

    void onPiece(std::string_view piece, bool last) override {
        if (!last) {
            if (operation != nullptr)
                _owner._operations.onPiece(*operation, piece, false);
            return;
        }
        letGo();
        if (operation != nullptr)
            operation->replied = true;
        settle([self = shared_from_this(), bytes = std::string(fenced() ? piece : ""), piece] {
            if (self->operation != nullptr)
                self->_owner._operations.onPiece(self->takeOperation(), bytes.empty() ? piece : bytes, true);
        });
    }

    void onFailure(const std::string& why, bool sent) override {
        const auto report = [self = shared_from_this(),
                             text = sent ? why + "; the command may have been executed" : why] {
            if (self->operation != nullptr)
                self->_owner._operations.onFailure(self->takeOperation(), text);
        };
        if (sent)
            settle(report);
        else
            report(); // nothing has changed
    }

    Operation& takeOperation() {
        Operation& heard = *std::exchange(operation, nullptr);
        _owner._heard.erase(&heard);
        return heard;
    }

    /// Those behind it may come.
    void letGo() {
        if (std::exchange(stalled, false))
            link.pauseReading(false);
    }

    Operation* operation; ///< none: nobody waits for the reply any more
    ForwardLink& link;    ///< lives until its reply has come or nobody waits for it
    bool stalled = false;

  private:
    [[nodiscard]] bool fenced() const { return _scope == Request::Scope::Some || _scope == Request::Scope::Listing; }

    /// Calls `done` when nothing is cached any more that is older than the command.
    template <class Done> void settle(Done done) {
        for (const auto& [key, hash] : _keys)
            _owner._store.invalidate(key, hash);
        if (_scope == Request::Scope::All)
            _owner._store.clear();
        if (!fenced())
            done();
        else
            _owner._fence.await(_scope == Request::Scope::Some ? Fence::Untold::Dropped : Fence::Untold::Kept,
                                std::move(done));
    }

    Forwards& _owner;
    const std::vector<Key> _keys;
    const Request::Scope _scope;
};

Forwards::~Forwards() = default;

void Forwards::voidWhatItWrites(const Operation& operation) {
    if (!operation.writes)
        return;
    if (operation.scope == Request::Scope::All)
        _store.clear();
    for (const auto& [key, hash] : operation.keys)
        _store.invalidate(key, hash);
}

void Forwards::forward(Operation& operation, ForwardLink& link) {
    if (link.state() != Link::State::Away) // else it fails at once, and nothing changes
        voidWhatItWrites(operation);
    auto request = std::make_shared<Forward>(*this, operation, link);
    _heard.emplace(&operation, request);
    using Answer = ForwardLink::Answer;
    const bool pushes = operation.expect == Request::Expect::Pushes;
    link.forward(std::move(operation.payload), std::move(request), pushes ? Answer::Pushes : Answer::Reply);
}

void Forwards::withdraw(Operation& operation) {
    const auto found = _heard.find(&operation);
    if (found == _heard.end())
        return;
    const auto request = std::move(found->second);
    (void)request->takeOperation();
    request->letGo();
    request->link.withdraw(*request);
    _operations.onWithdrawn(operation, 1);
}

ForwardLink* Forwards::stall(const Operation& operation, bool stalled) {
    const auto found = _heard.find(&operation);
    if (found == _heard.end())
        return nullptr;
    auto& request = *found->second;
    request.stalled = stalled;
    request.link.pauseReading(stalled);
    return &request.link;
}

} // namespace nearcache
