#pragma once

/// A worker: an event loop on a thread, with the connections it was given and the links whose keys have their home
/// here. It owns them for life.

#include "backend/FetchLink.h"
#include "backend/ForwardLink.h"
#include "cache/Store.h"
#include "net/Acceptor.h"
#include "net/Connection.h"
#include "pipeline/Fetches.h"
#include "pipeline/Forwards.h"
#include "pipeline/Gate.h"
#include "pipeline/Operations.h"

#include <Poco/Runnable.h>

#include <atomic>
#include <memory>
#include <unordered_map>
#include <vector>

namespace nearcache {

class WorkerGroup;

/// What all workers share. Outlives them.
struct Shared {
    Store& store;
    Gate& gate;
    ConnectionLimit& connectionLimit;
    const BackendSettings& backend;
    Health& health;
    Resolver& resolver;
};

class Worker final : public Poco::Runnable, private GateWaiter, private Router {
  public:
    /// With so many links of each kind. Throws Poco::IOException when there is no descriptor left.
    Worker(WorkerGroup& group, const Shared& shared, unsigned links);
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
    [[nodiscard]] Forwards& forwards() { return _forwards; }
    [[nodiscard]] FetchLink& fetchLink(std::size_t i) { return *_fetchLinks[i]; }
    [[nodiscard]] ForwardLink& forwardLink(std::size_t i) { return *_forwardLinks[i]; }

  private:
    void onSlotGranted(std::uint64_t ticket) override;
    void fetch(Operation& operation) override;
    void forward(Operation& operation) override;
    void withdraw(Operation& operation) override;

    void startLinks();
    void serve(Accepted accepted);
    void refuse(Connection& connection, const FrontEnd& frontEnd);
    void remove(Connection& connection, bool admitted);
    void sweep();
    template <class Task> void runOn(Worker& worker, Task task);

    WorkerGroup& _group;
    Shared _shared;
    Loop _loop;
    ConnectionScratch _scratch;
    Operations _operations;
    Fetches _fetches;
    Forwards _forwards;
    std::vector<std::unique_ptr<FetchLink>> _fetchLinks;
    std::vector<std::unique_ptr<ForwardLink>> _forwardLinks;
    std::unordered_map<Connection*, std::unique_ptr<Connection>> _connections;
    std::atomic<unsigned> _connectionCount = 0; ///< handed over and not yet closed
    unsigned _refused = 0; ///< of the connections, those that were refused and are not closed yet
    bool _finishing = false;
};

} // namespace nearcache
