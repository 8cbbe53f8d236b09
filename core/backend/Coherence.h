#pragma once

/// What keeps the cache coherent, as far as all links that fetch can tell together; says so in the log when it changes,
/// and counts what Redis tells. https://redis.io/docs/latest/develop/reference/client-side-caching/
/// Thread-safe.

#include "nearcache/FrontEnd.h"
#include "settings/Settings.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace nearcache {

class Coherence {
  public:
    enum class Mode : std::uint8_t {
        Tracking, ///< Redis tells of every change to a key that was read
        Ttl,      ///< it does not: an entry may be as old as `cache.ttl`
    };
    enum class State : std::uint8_t {
        Starting,     ///< not all links were there yet
        Connected,    ///< all links are
        Disconnected, ///< some are not: of changes to their keys nothing is heard
    };
    using Moment = std::chrono::system_clock::time_point;

    /// What is in effect.
    struct Status {
        Mode mode = Mode::Tracking; ///< Ttl as soon as one link is not tracked
        State state = State::Starting;
        Moment since{};     ///< when mode or state was last another
        std::string reason; ///< why it is not Tracking, or not Connected: for people
        unsigned links = 0; ///< that fetch, ready or not
        unsigned ready = 0;
        unsigned tracked = 0; ///< of those ready
    };

    struct Counts {
        std::uint64_t messages = 0; ///< invalidation messages, flushes included
        std::uint64_t keys = 0;     ///< told by them
        std::uint64_t flushes = 0;  ///< of them, those that void all keys
    };

    /// The settings outlive it.
    explicit Coherence(const CacheSettings& settings);

    /// A link that fetches exists, or ceases to: while it does, it belongs to what must be there.
    void linkAdded();
    void linkRemoved(bool wasReady, bool tracked);

    void linkReady(bool tracked);
    void linkLost(bool tracked, const std::string& why);

    /// Redis has no tracking for us; `words`: its own. The link goes on without, if the settings allow it.
    void trackingRefused(const std::string& words);

    void keyInvalidated() { _keys.fetch_add(1, std::memory_order_relaxed); }
    void messageCame() { _messages.fetch_add(1, std::memory_order_relaxed); }
    void flushCame() { _flushes.fetch_add(1, std::memory_order_relaxed); }

    [[nodiscard]] CacheSettings::Coherence configured() const { return _settings.coherence; }
    [[nodiscard]] Status status() const;
    [[nodiscard]] Counts counts() const;

    [[nodiscard]] Mode mode() const { return status().mode; }
    [[nodiscard]] bool connected() const { return status().state == State::Connected; }

    /// All of that for people, in the section `coherence`.
    [[nodiscard]] std::vector<Fact> facts() const;

  private:
    void update(const std::string& why);
    void log(Mode modeBefore, State stateBefore) const;
    [[nodiscard]] std::string consequence() const;

    const CacheSettings& _settings;
    mutable std::mutex _mutex;
    Status _status;
    std::string _refusal;      ///< of tracking: Redis's words
    bool _refusalTold = false; ///< by the log
    std::atomic<std::uint64_t> _messages = 0;
    std::atomic<std::uint64_t> _keys = 0;
    std::atomic<std::uint64_t> _flushes = 0;
};

} // namespace nearcache
