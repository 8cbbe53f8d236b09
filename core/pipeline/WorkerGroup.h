#pragma once

/// All workers: their threads, who gets a new connection, and which of them is the home of a key.
///
/// Threads: made, started and stopped by the process's main thread; the rest as it says.

#include "pipeline/Worker.h"

#include <Poco/ThreadPool.h>

#include <cstddef>
#include <cstdint>
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

    /// So many workers, and so many links of each kind over all of them.
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

    /// Any thread: the link that carries the commands of a connection, always the same for one route.
    [[nodiscard]] Place roadOf(Worker& worker, std::uint32_t route) const;

    [[nodiscard]] unsigned connections() const;
    [[nodiscard]] std::size_t size() const { return _workers.size(); }
    [[nodiscard]] unsigned links() const { return _links; }

  private:
    /// Link number i of all belongs to worker i % size(), where it is number i / size().
    [[nodiscard]] Place placeOf(std::size_t link) const;
    [[nodiscard]] std::size_t linksOf(std::size_t worker) const;

    const unsigned _links;
    std::vector<std::unique_ptr<Worker>> _workers;
    std::unique_ptr<Poco::ThreadPool> _threads;
};

} // namespace nearcache
