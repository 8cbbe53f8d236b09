#include "backend/FetchLink.h"

#include "nearcache/Resp.h"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <utility>

namespace nearcache {

namespace {

Outcome unavailable(const std::string& why) {
    Outcome outcome;
    outcome.text = why;
    return outcome;
}

} // namespace

void FetchLink::get(std::shared_ptr<PendingGet> request) {
    switch (state()) {
    case State::Ready:
        send(std::move(request));
        return;
    case State::Connecting:
        _waiting.push_back(std::move(request));
        return;
    case State::Away:
        request->onOutcome(unavailable(trouble()));
        return;
    }
}

bool FetchLink::withdraw(const PendingGet& request) {
    return std::erase_if(_waiting, [&request](const auto& waiting) { return waiting.get() == &request; }) > 0;
}

void FetchLink::onReady() {
    readInto(reader(), _target);
    for (auto& request : std::exchange(_waiting, {}))
        send(std::move(request));
}

void FetchLink::send(std::shared_ptr<PendingGet> request) {
    request->onSend();
    _command.clear();
    resp::appendCommand(_command, {"GET", request->key()});
    write(_command);
    _pending.push_back(std::move(request));
}

void FetchLink::onBytes(std::string_view bytes) {
    redisReaderFeed(&reader(), bytes.data(), bytes.size());
    while (true) {
        _target.key = _pending.empty() ? nullptr : &_pending.front()->key();
        void* reply = nullptr;
        if (redisReaderGetReply(&reader(), &reply) != REDIS_OK) {
            lose(std::string("a reply is not RESP: ") + reader().errstr);
            return;
        }
        if (reply == nullptr)
            return;
        if (_pending.empty()) {
            lose("a reply came that nothing was asked for");
            return;
        }
        answerNext(std::move(_target.outcome));
    }
}

void FetchLink::answerNext(Outcome outcome) {
    const auto request = std::move(_pending.front());
    _pending.pop_front();
    request->onOutcome(std::move(outcome));
}

void FetchLink::onLost(const std::string& why) {
    for (auto& request : std::exchange(_pending, {})) {
        if (std::exchange(request->resent, true))
            request->onOutcome(unavailable(why));
        else
            _waiting.push_back(std::move(request));
    }
}

void FetchLink::onAway() {
    for (const auto& request : std::exchange(_waiting, {}))
        request->onOutcome(unavailable(trouble()));
}

} // namespace nearcache
