#pragma once

/// A worker: an event loop on a thread, with the connections it was given and the links whose keys have their home
/// here. It owns them for life.

#include "backend/Coherence.h"
#include "backend/FetchLink.h"
#include "backend/ForwardLink.h"
#include "cache/Store.h"
#include "net/Acceptor.h"
#include "net/Connection.h"
#include "pipeline/Clients.h"
#include "pipeline/Fetches.h"
#include "pipeline/Forwards.h"
#include "pipeline/Operations.h"
#include "pipeline/OwnRoad.h"
#include "pipeline/OwnRoads.h"
#include "pipeline/Relays.h"
#include "pipeline/Turnstile.h"

#include <Poco/Runnable.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nearcache {

class WorkerGroup;

/// What all workers share. Outlives them.
struct Shared {
    Store& store;
    Gate& gate;
    ConnectionLimit& connectionLimit;
    LinkBudget& linkBudget;
    Clients& clients;
    const BackendSettings& backend;
    const CacheSettings& cache;
    Health& health;
    Coherence& coherence;
    Resolver& resolver;
};

class Worker final : public Poco::Runnable, private Router, private Fence, public TrackingListener {
  public:
    /// With links that fetch for these groups of keys, and as many that forward, but one at least. Throws
    /// Poco::IOException when there is no descriptor left.
    Worker(WorkerGroup& group, const Shared& shared, const std::vector<unsigned>& groups);
    ~Worker() override;

    /// The worker's thread: until stop().
    void run() override;

    /// Any thread: ends run(). Connections still open are closed.
    void stop() { _loop.stop(); }

    /// Any thread: serves the client, or refuses it.
    void adopt(Accepted accepted);

    /// Any thread: has every connection finish, and take no further requests.
    void finish();

    /// Any thread.
    [[nodiscard]] unsigned connections() const { return _connectionCount; }

    [[nodiscard]] Loop& loop() { return _loop; }
    [[nodiscard]] Operations& operations() { return _operations; }
    [[nodiscard]] Fetches& fetches() { return _fetches; }
    [[nodiscard]] FetchLink& fetchLink(std::size_t i) { return *_fetchLinks[i]; }

    /// `done` is called when this link's keys are no older here than what Redis has executed by now.
    void catchUp(std::size_t link, Untold untold, std::function<void()> done);

    /// Any thread: closes the connection of this client.
    void endClient(std::uint64_t id);

  private:
    struct Served {
        std::shared_ptr<ClientRecord> record; ///< outlives the connection's session; none: it is refused
        std::unique_ptr<Connection> connection;
        std::uint64_t id;
        bool admitted;
    };

    void prepareFetch(std::uint64_t hash) override;
    void fetch(Operation& operation) override;
    void forward(Operation& operation) override;
    void withdraw(Operation& operation) override;
    void stall(Operation& operation, bool stalled) override;
    void await(Untold untold, std::function<void()> done) override;
    void onReady(unsigned group, bool tracked) override;
    void onLost(unsigned group) override;
    void onBehind(unsigned group) override;
    void onCaughtUp(unsigned group) override;
    void onInvalidated(std::string_view key) override;
    void onFlushed(unsigned group) override;

    [[nodiscard]] LinkContext linkContext();
    void fetchMany(Operation& operation);
    void withdrawFetches(Operation& operation);
    void forwardByOwnRoad(Operation& operation);
    void sendIntoStream(Operation& operation, OwnRoad& road);

    void startLinks();
    void serve(Accepted accepted);
    void refuse(Connection& connection, const FrontEnd& frontEnd) const;
    void remove(Connection& connection);
    void sweep();
    void renewSilentRelays();
    template <class Task> void runOn(Worker& worker, Task task);

    WorkerGroup& _group;
    Shared _shared;
    Loop _loop;
    ConnectionScratch _scratch;
    Turnstile _turnstile;
    Operations _operations;
    Fetches _fetches;
    Forwards _forwards;
    Relays _relays;
    OwnRoads _ownRoads;
    const std::vector<unsigned> _groups; ///< of the links that fetch, one each
    std::vector<bool> _tracked;          ///< whether Redis tells of changes to their keys
    std::vector<std::unique_ptr<FetchLink>> _fetchLinks;
    std::unordered_map<Connection*, Served> _connections;
    std::atomic<unsigned> _connectionCount = 0; ///< handed over and not yet closed
    unsigned _refused = 0;                      ///< of the connections, those that were refused and are not closed yet
    bool _finishing = false;
};

} // namespace nearcache
