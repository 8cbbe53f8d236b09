#include "pipeline/Forwards.h"

#include "nearcache/Prefetch.h"
#include "pipeline/Operations.h"

#include <utility>

namespace nearcache {

/// A command from its sending until its reply is passed on.
class Forwards::Forward final : public PendingForward {
  public:
    void begin(Forwards& owner, Operation& waiting, ForwardLink& link) {
        _owner = &owner;
        _operation = &waiting;
        _link = &link;
        _scope = waiting.scope;
        waiting.forwarded = this;
    }

    void onPiece(std::string_view piece, bool last) override {
        if (!last) {
            if (_operation != nullptr)
                _owner->_operations.onPiece(*_operation, piece, false);
            return;
        }
        letGo();
        if (_operation != nullptr)
            _operation->replied = true;
        voidKeys();
        if (fenced())
            await([this, bytes = std::string(piece)] { replied(bytes); });
        else
            replied(piece);
    }

    void prepare() const override { prefetch(_operation, sizeof(Operation)); }

    void onFailure(const std::string& why, bool sent) override {
        if (!sent) {
            failed(why); // nothing has changed
            return;
        }
        voidKeys();
        const auto text = why + "; the command may have been executed";
        if (fenced())
            await([this, text] { failed(text); });
        else
            failed(text);
    }

    void onDropped() override { (void)end(); }

    /// The operation does not wait any more. What it has changed is still to be voided when its reply comes.
    void abandon() {
        for (const auto& [key, hash] : _operation->keys)
            _keys.push_back({std::string(key), hash});
        letGo();
        release();
        if (_link->withdraw(*this))
            (void)end();
    }

    void stall(bool stalled) {
        _stalled = stalled;
        _link->pauseReading(stalled);
    }

    /// Lives until the reply has come, or nobody waits for it.
    [[nodiscard]] ForwardLink& link() { return *_link; }

  private:
    struct OwnedKey {
        std::string name;
        std::uint64_t hash;
    };

    [[nodiscard]] bool fenced() const { return _scope == Request::Scope::Some || _scope == Request::Scope::Listing; }

    /// Those behind it may come.
    void letGo() {
        if (std::exchange(_stalled, false))
            _link->pauseReading(false);
    }

    void voidKeys() {
        if (_operation != nullptr)
            _owner->voidKeysOf(*_operation);
        for (const auto& [key, hash] : _keys)
            _owner->_store.invalidate(key, hash);
        if (_operation == nullptr && _scope == Request::Scope::All)
            _owner->_store.clear();
    }

    /// Calls `done` when nothing is cached any more that is older than the command.
    void await(std::function<void()> done) {
        _owner->_fence.await(_scope == Request::Scope::Some ? Fence::Untold::Dropped : Fence::Untold::Kept,
                             std::move(done));
    }

    void replied(std::string_view piece) {
        auto& operations = _owner->_operations;
        if (Operation* const waiting = end())
            operations.onPiece(*waiting, piece, true);
    }

    void failed(const std::string& why) {
        auto& operations = _owner->_operations;
        if (Operation* const waiting = end())
            operations.onFailure(*waiting, why);
    }

    /// Who waits for it, if anybody does, does so no more.
    Operation* release() {
        if (_operation != nullptr)
            _operation->forwarded = nullptr;
        return std::exchange(_operation, nullptr);
    }

    /// This is over. Returns who has waited for it.
    [[nodiscard]] Operation* end() {
        Operation* const waiting = release();
        _keys.clear();
        _stalled = false;
        _owner->_forwards.giveBack(*this);
        return waiting;
    }

    Forwards* _owner = nullptr;
    Operation* _operation = nullptr; ///< none: nobody waits for the reply any more
    ForwardLink* _link = nullptr;
    std::vector<OwnedKey> _keys; ///< of an operation that waits no more
    Request::Scope _scope = Request::Scope::Keys;
    bool _stalled = false;
};

Forwards::Forwards(Operations& operations, Store& store, Fence& fence)
    : _operations(operations), _store(store), _fence(fence) {}

Forwards::~Forwards() = default;

void Forwards::voidWhatItWrites(const Operation& operation) {
    if (operation.writes)
        voidKeysOf(operation);
}

void Forwards::voidKeysOf(const Operation& operation) {
    if (operation.scope == Request::Scope::All)
        _store.clear();
    for (const auto& [key, hash] : operation.keys)
        _store.invalidate(key, hash);
}

void Forwards::forward(Operation& operation, ForwardLink& link) {
    if (link.state() != Link::State::Away) // else it fails at once, and nothing changes
        voidWhatItWrites(operation);
    Forward& request = _forwards.take();
    request.begin(*this, operation, link);
    using Answer = ForwardLink::Answer;
    const bool pushes = operation.expect == Request::Expect::Pushes;
    link.forward(operation.payload, &request, pushes ? Answer::Pushes : Answer::Reply);
}

Forwards::Forward* Forwards::heard(const Operation& operation) {
    return static_cast<Forward*>(operation.forwarded);
}

void Forwards::withdraw(Operation& operation) {
    Forward* const request = heard(operation);
    if (request == nullptr)
        return;
    request->abandon();
    _operations.onWithdrawn(operation, 1);
}

ForwardLink* Forwards::stall(const Operation& operation, bool stalled) {
    Forward* const request = heard(operation);
    if (request == nullptr)
        return nullptr;
    request->stall(stalled);
    return &request->link();
}

} // namespace nearcache
