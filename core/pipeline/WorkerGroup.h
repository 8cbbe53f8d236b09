#pragma once

/// All workers: their threads, who gets a new connection, and which of them is the home of a key.
///
/// Threads: made, started and stopped by the process's main thread; the rest as it says.

#include "pipeline/Worker.h"

#include <Poco/ThreadPool.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace nearcache {

class WorkerGroup {
  public:
    /// One link of one worker.
    struct Place {
        Worker& worker;
        std::size_t link;
    };

    /// So many workers, and so many links that fetch over all of them: one for each group of keys of the store.
    WorkerGroup(const Shared& shared, unsigned workers, unsigned links);
    ~WorkerGroup();
    WorkerGroup(const WorkerGroup&) = delete;
    WorkerGroup& operator=(const WorkerGroup&) = delete;

    void start();

    /// Has all connections finish; true when they have by the deadline. Then stop() loses nothing.
    bool finish(Time deadline);

    /// Ends the threads. Idempotent.
    void stop();

    /// Any thread: hands a new connection to the worker with the fewest.
    void adopt(Accepted accepted);

    /// Any thread: where the fetches of a key run together.
    [[nodiscard]] Place homeOf(std::uint64_t hash) const;

    /// Any worker's thread: has `done` called by `loop`, or at once, when the cache is no older than what Redis has
    /// executed by now. See Fence.
    void catchUp(Loop& loop, Fence::Untold untold, std::function<void()> done) const;

    /// A loop for what the process has but one of: the first worker's.
    [[nodiscard]] Loop& loop() { return _workers.front()->loop(); }

    [[nodiscard]] unsigned connections() const;
    [[nodiscard]] std::size_t size() const { return _workers.size(); }
    [[nodiscard]] unsigned links() const { return _links; }

  private:
    /// Link number i of all belongs to worker i % size(), where it is number i / size().
    [[nodiscard]] Place placeOf(std::size_t link) const;
    [[nodiscard]] std::vector<unsigned> groupsOf(std::size_t worker, std::size_t workers) const;

    const Store& _store;
    const unsigned _links;
    std::vector<std::unique_ptr<Worker>> _workers;
    std::unique_ptr<Poco::ThreadPool> _threads;
};

} // namespace nearcache
