#pragma once

/// What Redis holds for one client: a transaction, watched keys, subscriptions, another database or user. It is known
/// from the client's commands as they are read, before Redis has answered them, on the assumption that Redis accepts
/// them. Where it does not, the client is left with a road of its own that it does not need; the reverse must not
/// happen.
///
/// As long as anything is held, all that the client sends goes by its own road, and nothing is answered from the cache.

#include "Effect.h"

#include "nearcache/FrontEnd.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <memory_resource>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace nearcache::respfront {

class Standing {
  public:
    enum class Family : std::uint8_t { Channels, Patterns, Shards };
    static constexpr std::size_t families = 3;

    /// Beyond these it is not remembered what a transaction touches, nor what the client is subscribed to.
    static constexpr std::size_t maxKeys = 4096;
    static constexpr std::size_t maxKeyBytes = std::size_t{1} << 20;
    static constexpr std::size_t maxNames = std::size_t{1} << 16;
    static constexpr std::size_t maxNameBytes = std::size_t{4} << 20;

    /// What may have to be taken back, because Redis refused it.
    struct Place {
        unsigned database;
        bool otherUser;
    };

    /// `home` is the database that shared roads lead to.
    explicit Standing(unsigned home) : _home(home), _place{home, false} {}

    /// Nothing is held, nor is there a road that a request has yet to give back.
    [[nodiscard]] bool isFree() const { return !_road && !holds(); }
    [[nodiscard]] bool holds() const;
    [[nodiscard]] bool hasRoad() const { return _road; }
    [[nodiscard]] bool isInTransaction() const { return _inTransaction; }
    [[nodiscard]] bool isSubscribed() const;
    [[nodiscard]] bool isMonitoring() const { return _monitoring; }
    /// Replies are not told from what comes unasked.
    [[nodiscard]] bool isStreaming() const { return _streaming; }
    [[nodiscard]] std::size_t subscriptions(Family family) const;
    [[nodiscard]] const Place& place() const { return _place; }
    [[nodiscard]] unsigned home() const { return _home; }

    void watch(Words keys);
    void unwatch();
    void beginTransaction();
    /// A command of the transaction: Redis puts it off until EXEC.
    void queue(const Effect& effect);
    /// It will change what this class does not follow within transactions: the road is not given back any more…
    void queueSticky();
    /// …nor can replies be told from the rest.
    void queueStream();
    /// A command of the transaction was not passed on: EXEC must not execute the others.
    void spoil();
    [[nodiscard]] bool isSpoilt() const;
    /// Ends the transaction and the watching: what all its commands do together. Keys lie in `memory`.
    [[nodiscard]] Effect execute(std::pmr::memory_resource& memory);
    /// The same, without executing it.
    void discard();

    /// `streams`: what comes is not told from replies, as in RESP2.
    void subscribe(Family family, Words names, bool streams);
    /// No names: all of them.
    void unsubscribe(Family family, Words names);
    void monitor();

    void select(unsigned database) { _place.database = database; }
    void authenticate() { _place.otherUser = true; }
    void goBack(const Place& place) { _place = place; }

    /// For good, or until forget().
    void stick() { _stuck = true; }
    void stream() { _streaming = true; }
    /// RESET: the road is closed.
    void forget();

    /// Says by which road the request goes, and whether it gives that back. After the command's effect on the standing.
    /// `own`: it needs one of its own, for itself alone if nothing is held.
    void route(Request& request, bool own);

  private:
    using Names = std::set<std::string, std::less<>>;

    /// Apart, so that it takes no memory where it is not used.
    struct Details {
        std::vector<std::string> keys; ///< of the transaction, and watched
        std::size_t keyBytes = 0;
        Request::Scope scope = Request::Scope::Keys;
        bool writes = false;
        bool sticks = false;
        bool streams = false;
        bool spoilt = false;
        Names names[families];
        std::size_t nameBytes = 0; ///< of all of them
    };

    Details& details();
    void addKeys(Words keys);
    void forgetTransaction();

    unsigned _home;
    Place _place;
    bool _road = false;
    bool _inTransaction = false;
    bool _watching = false;
    bool _monitoring = false;
    bool _stuck = false;
    bool _streaming = false;
    std::unique_ptr<Details> _details;
};

} // namespace nearcache::respfront
