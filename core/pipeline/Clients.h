#pragma once

/// All client connections of all workers, for those who ask about them. Thread-safe.

#include "nearcache/FrontEnd.h"
#include "net/Clock.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace nearcache {

class Worker;

/// One of them.
class ClientRecord final : public ClientNote {
  public:
    ClientRecord(const Client& client, Worker& servedBy, Time now);

    void set(std::string text) override;

    /// Bytes came from it.
    void active(Time now) { _lastActive.store(now, std::memory_order_relaxed); }

    [[nodiscard]] ClientFacts facts(Time now) const;
    [[nodiscard]] Worker& worker() const { return _worker; }

  private:
    const std::uint64_t _id;
    const std::string _address;
    const std::string _localAddress;
    Worker& _worker;
    const Time _since;
    std::atomic<Time> _lastActive;
    mutable std::mutex _mutex;
    std::string _note;
};

class Clients {
  public:
    std::shared_ptr<ClientRecord> add(const Client& client, Worker& worker, Time now);
    void remove(std::uint64_t id);

    /// By id.
    [[nodiscard]] std::vector<ClientFacts> facts(Time now) const;

    /// Has the connections of these ids closed; how many there are.
    std::size_t end(std::span<const std::uint64_t> ids) const;

  private:
    mutable std::mutex _mutex;
    std::map<std::uint64_t, std::shared_ptr<ClientRecord>> _records;
};

} // namespace nearcache
