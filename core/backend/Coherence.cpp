#include "backend/Coherence.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Logger.h>
#include <Poco/Timestamp.h>

namespace nearcache {

namespace {

using Configured = CacheSettings::Coherence;

Poco::Logger& logger() {
    return Poco::Logger::get("nearcache");
}

const char* nameOf(Configured configured) {
    switch (configured) {
    case Configured::Auto: return "auto";
    case Configured::Tracking: return "tracking";
    case Configured::Ttl: return "ttl";
    }
    return "";
}

const char* nameOf(Coherence::State state) {
    switch (state) {
    case Coherence::State::Starting: return "starting";
    case Coherence::State::Connected: return "connected";
    case Coherence::State::Disconnected: return "disconnected";
    }
    return "";
}

std::string textOf(Coherence::Moment moment) {
    const auto sinceEpoch = std::chrono::duration_cast<std::chrono::microseconds>(moment.time_since_epoch());
    return Poco::DateTimeFormatter::format(Poco::Timestamp(sinceEpoch.count()),
                                           Poco::DateTimeFormat::ISO8601_FRAC_FORMAT);
}

} // namespace

Coherence::Coherence(const CacheSettings& settings) : _settings(settings) {
    _status.since = std::chrono::system_clock::now();
    if (settings.coherence == Configured::Ttl) {
        _status.mode = Mode::Ttl;
        _status.reason = "cache.coherence is ttl";
    }
}

void Coherence::linkAdded() {
    const std::lock_guard lock(_mutex);
    ++_status.links;
}

void Coherence::linkRemoved(bool wasReady, bool tracked) {
    const std::lock_guard lock(_mutex);
    --_status.links;
    _status.ready -= wasReady ? 1 : 0;
    _status.tracked -= wasReady && tracked ? 1 : 0;
}

void Coherence::linkReady(bool tracked) {
    const std::lock_guard lock(_mutex);
    ++_status.ready;
    _status.tracked += tracked ? 1 : 0;
    if (tracked) {
        _refusal.clear();
        _refusalTold = false;
    }
    update({});
}

void Coherence::linkLost(bool tracked, const std::string& why) {
    const std::lock_guard lock(_mutex);
    --_status.ready;
    _status.tracked -= tracked ? 1 : 0;
    update(why);
}

void Coherence::trackingRefused(const std::string& words) {
    const std::lock_guard lock(_mutex);
    _refusal = words;
    if (std::exchange(_refusalTold, true))
        return;
    logger().warning("Redis does not tell of changes: " + words + "; entries are served for up to cache.ttl, " +
                     std::to_string(_settings.ttl.count()) + "ms");
}

void Coherence::update(const std::string& why) {
    const auto before = _status;
    if (_status.ready == _status.links)
        _status.state = State::Connected;
    else if (_status.state != State::Starting)
        _status.state = State::Disconnected;
    if (_status.ready > 0)
        _status.mode = _status.tracked == _status.ready ? Mode::Tracking : Mode::Ttl;
    if (_status.state == State::Disconnected && !why.empty())
        _status.reason = why;
    else if (_status.state != State::Disconnected)
        _status.reason = _settings.coherence == Configured::Ttl ? "cache.coherence is ttl" : _refusal;
    if (_status.mode == before.mode && _status.state == before.state)
        return;
    _status.since = std::chrono::system_clock::now();
    log(before.mode, before.state);
}

void Coherence::log(Mode modeBefore, State stateBefore) const {
    const bool tracked = _status.mode == Mode::Tracking && _status.state == State::Connected;
    const bool wasTracked = modeBefore == Mode::Tracking && stateBefore == State::Connected;
    if (tracked && stateBefore == State::Starting)
        logger().information("Redis tells of changes: what is changed there is gone here");
    else if (tracked)
        logger().information("Redis tells of changes again; what was read before is served no more");
    else if (wasTracked && _status.state == State::Disconnected)
        logger().warning("Redis does not tell of changes any more: " + _status.reason + "; " + consequence());
}

std::string Coherence::consequence() const {
    if (_settings.onDisconnect == CacheSettings::OnDisconnect::Drop)
        return "entries read by the lost connection are dropped (cache.on_disconnect is drop)";
    return "entries are served for up to cache.ttl, " + std::to_string(_settings.ttl.count()) +
           "ms (cache.on_disconnect is serve)";
}

Coherence::Status Coherence::status() const {
    const std::lock_guard lock(_mutex);
    return _status;
}

Coherence::Counts Coherence::counts() const {
    return {_messages.load(std::memory_order_relaxed), _keys.load(std::memory_order_relaxed),
            _flushes.load(std::memory_order_relaxed)};
}

std::vector<Fact> Coherence::facts() const {
    const auto now = status();
    const auto counted = counts();
    const bool drops = _settings.onDisconnect == CacheSettings::OnDisconnect::Drop;
    return {
        {"coherence", "configured", nameOf(_settings.coherence)},
        {"coherence", "mode", now.mode == Mode::Tracking ? "tracking" : "ttl"},
        {"coherence", "state", nameOf(now.state)},
        {"coherence", "since", textOf(now.since)},
        {"coherence", "reason", now.reason},
        {"coherence", "on_disconnect", drops ? "drop" : "serve"},
        {"coherence", "links", std::to_string(now.links)},
        {"coherence", "links_ready", std::to_string(now.ready)},
        {"coherence", "links_tracked", std::to_string(now.tracked)},
        {"coherence", "invalidation_messages", std::to_string(counted.messages)},
        {"coherence", "invalidated_keys", std::to_string(counted.keys)},
        {"coherence", "flushes", std::to_string(counted.flushes)},
    };
}

} // namespace nearcache
