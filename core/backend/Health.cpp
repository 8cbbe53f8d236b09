#include "backend/Health.h"

#include <Poco/Logger.h>

namespace nearcache {

namespace {

constexpr std::size_t maxTold = 16; // in one outage: some of the texts are Redis's

} // namespace

void Health::linkReady() {
    const std::lock_guard lock(_mutex);
    ++_ready;
    if (_state == State::Away)
        Poco::Logger::get("nearcache").information("Redis is back: " + _address);
    else if (_state == State::Unknown)
        Poco::Logger::get("nearcache").information("Redis is there: " + _address);
    _state = State::Back;
    _trouble.clear();
    _told.clear();
}

void Health::linkLost() {
    const std::lock_guard lock(_mutex);
    --_ready;
}

void Health::attemptFailed(const std::string& trouble) {
    const std::lock_guard lock(_mutex);
    if (_ready > 0)
        return;
    _trouble = trouble;
    if (_told.size() >= maxTold || !_told.insert(trouble).second)
        return;
    const char* news = _state == State::Away ? "Redis is still away: " : "Redis is away: ";
    _state = State::Away;
    Poco::Logger::get("nearcache").warning(news + _address + ": " + trouble);
}

unsigned Health::linksReady() const {
    const std::lock_guard lock(_mutex);
    return _ready;
}

std::string Health::state() const {
    const std::lock_guard lock(_mutex);
    if (_ready > 0)
        return "up";
    return _trouble.empty() ? "connecting" : "away: " + _trouble;
}

} // namespace nearcache
