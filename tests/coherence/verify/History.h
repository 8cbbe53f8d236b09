#pragma once

#include "coherence/verify/Clock.h"
#include "coherence/verify/Value.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nearcache::coherence {

/// What a reader was told about a key.
struct Sighting {
    enum class Kind : std::uint8_t {
        Value,  ///< its whole value
        Absent, ///< that it is not there
        Length, ///< the length of its value
    };

    Kind kind = Kind::Absent;
    Index index = 0;        ///< of a value: its state
    std::size_t length = 0; ///< Kind::Length
    Time sent;              ///< before the request was sent
    Time received;          ///< after the reply had come
    int instance = 0;       ///< the proxy that was asked
};

/// What that says about the proxy.
struct Judgement {
    /// For how long before the request was sent the state read had been superseded. Nothing: it was current, or
    /// its successor had not been acknowledged yet.
    std::optional<Clock::duration> stale;
    bool backward = false;  ///< the reader had seen a later state before
    bool ownMissed = false; ///< a later state had been written through this proxy and acknowledged before the request
    bool unknown = false;   ///< the key was never in that state
    bool ignored = false;   ///< the key's states are no longer known
};

/// All states that a key has been in, from its first, absent one, and when each was acknowledged. One writer a key at a
/// time writes; any thread may judge. Times are taken under the lock: whoever sends a request after
/// a state was acknowledged finds that noted here.
class History {
  public:
    explicit History(std::string key);

    [[nodiscard]] const std::string& key() const { return _key; }

    /// A write is about to be sent. `instance`: the proxy that it goes through, or `direct`.
    Index begin(bool absent, int instance);
    static constexpr int direct = -1;

    /// Its reply has come.
    void acknowledge(Index index);

    /// The outcome of a write is unknown, and it may be executed at any time later: the key tells nothing any more.
    void abandon();
    [[nodiscard]] bool abandoned() const;

    /// `seen`: the latest state that the reader is known to have seen, kept by the caller for each reader.
    Judgement judge(const Sighting& sighting, Index& seen) const;

  private:
    struct State {
        Time begun;
        Time acknowledged = Time::max();
        bool absent = false;
    };

    [[nodiscard]] bool matches(Index index, const Sighting& sighting) const;
    [[nodiscard]] std::optional<Index> latestMatch(const Sighting& sighting) const;
    [[nodiscard]] Index firstMatchFrom(Index from, Index latest, const Sighting& sighting) const;
    [[nodiscard]] std::optional<Index> ownWrite(const Sighting& sighting) const;

    const std::string _key;
    mutable std::mutex _mutex;
    std::vector<State> _states;
    std::map<int, std::vector<Index>> _written; ///< by the proxy that the write went through
    bool _abandoned = false;
};

} // namespace nearcache::coherence
