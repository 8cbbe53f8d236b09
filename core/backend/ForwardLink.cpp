#include "backend/ForwardLink.h"

#include <algorithm>
#include <utility>

namespace nearcache {

void ForwardLink::forward(std::string command, std::shared_ptr<PendingForward> request) {
    switch (state()) {
    case State::Ready:
        if (unsent() > maxUnsent)
            request->onFailure("Redis takes no more commands for now", false);
        else
            send(command, std::move(request));
        return;
    case State::Connecting:
        _waiting.push_back({std::move(command), std::move(request)});
        return;
    case State::Away:
        request->onFailure(trouble(), false);
        return;
    }
}

bool ForwardLink::withdraw(const PendingForward& request) {
    return std::erase_if(_waiting, [&request](const auto& waiting) { return waiting.request.get() == &request; }) > 0;
}

void ForwardLink::onReady() {
    _framer.reset();
    for (auto& [command, request] : std::exchange(_waiting, {}))
        send(command, std::move(request));
}

void ForwardLink::send(const std::string& command, std::shared_ptr<PendingForward> request) {
    write(command);
    _pending.push_back(std::move(request));
}

void ForwardLink::onBytes(std::string_view bytes) {
    while (!bytes.empty()) {
        if (_pending.empty()) {
            lose("a reply came that nothing was asked for");
            return;
        }
        const auto step = _framer.feed(bytes);
        if (step.state == resp::ReplyFramer::State::Broken) {
            lose("a reply is not RESP");
            return;
        }
        passOn(bytes.substr(0, step.consumed), step.state == resp::ReplyFramer::State::Complete);
        bytes.remove_prefix(step.consumed);
    }
}

void ForwardLink::passOn(std::string_view piece, bool last) {
    const auto request = _pending.front();
    if (last)
        _pending.pop_front();
    request->onPiece(piece, last);
}

void ForwardLink::onLost(const std::string& why) {
    for (const auto& request : std::exchange(_pending, {}))
        request->onFailure(why, true);
}

void ForwardLink::onAway() {
    for (const auto& waiting : std::exchange(_waiting, {}))
        waiting.request->onFailure(trouble(), false);
}

} // namespace nearcache
