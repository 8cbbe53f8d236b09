#include "pipeline/Forwards.h"

#include "pipeline/Operations.h"

#include <utility>

namespace nearcache {

class Forwards::Forward final : public PendingForward {
  public:
    Forward(Forwards& owner, std::vector<WrittenKey> writes, ForwardLink& road, Operation& waiting,
            Operations& askedBy)
        : link(road), origin(askedBy), operation(&waiting), _owner(owner), _writes(std::move(writes)) {}

    void onPiece(std::string_view piece, bool last) override {
        if (last)
            invalidate();
        if (operation == nullptr)
            return;
        Operation& heard = *operation;
        if (last)
            _owner._heard.erase(&heard);
        if (&origin.loop() == &_owner._loop) {
            origin.onPiece(heard, piece, last);
            return;
        }
        origin.loop().post([to = &origin, &heard, bytes = std::string(piece), last] { to->onPiece(heard, bytes, last); });
    }

    void onFailure(const std::string& why, bool sent) override {
        invalidate();
        if (operation == nullptr)
            return;
        Operation& heard = *operation;
        _owner._heard.erase(&heard);
        const auto text = sent ? why + "; the command may have been executed" : why;
        _owner.report(origin, [to = &origin, &heard, text] { to->onFailure(heard, text); });
    }

    ForwardLink& link;
    Operations& origin;
    Operation* operation; ///< none: nobody waits for the reply any more

  private:
    void invalidate() {
        for (const auto& [key, hash] : _writes)
            _owner._store.invalidate(key, hash);
    }

    Forwards& _owner;
    const std::vector<WrittenKey> _writes;
};

Forwards::~Forwards() = default;

void Forwards::forward(std::string command, std::vector<WrittenKey> writes, ForwardLink& link, Operation& operation,
                       Operations& origin) {
    auto request = std::make_shared<Forward>(*this, std::move(writes), link, operation, origin);
    _heard.emplace(&operation, request);
    link.forward(std::move(command), std::move(request));
}

void Forwards::withdraw(const Operation& operation) {
    const auto found = _heard.find(&operation);
    if (found == _heard.end())
        return;
    const auto request = std::move(found->second);
    _heard.erase(found);
    Operation& withdrawn = *std::exchange(request->operation, nullptr);
    request->link.withdraw(*request);
    report(request->origin, [to = &request->origin, &withdrawn] { to->onWithdrawn(withdrawn); });
}

void Forwards::report(Operations& origin, Loop::Task task) {
    if (&origin.loop() == &_loop)
        task();
    else
        origin.loop().post(std::move(task));
}

} // namespace nearcache
