#include "pipeline/Clients.h"

#include "pipeline/Worker.h"

#include <utility>

namespace nearcache {

ClientRecord::ClientRecord(const Client& client, Worker& servedBy, Time now)
    : _id(client.id), _address(client.address), _localAddress(client.localAddress), _worker(servedBy), _since(now),
      _lastActive(now) {}

void ClientRecord::set(std::string text) {
    const std::lock_guard lock(_mutex);
    _note = std::move(text);
}

ClientFacts ClientRecord::facts(Time now) const {
    using std::chrono::duration_cast;
    using std::chrono::seconds;
    const std::lock_guard lock(_mutex);
    return {_id,
            _address,
            _localAddress,
            _note,
            duration_cast<seconds>(now - _since),
            duration_cast<seconds>(now - _lastActive.load(std::memory_order_relaxed))};
}

std::shared_ptr<ClientRecord> Clients::add(const Client& client, Worker& worker, Time now) {
    auto record = std::make_shared<ClientRecord>(client, worker, now);
    const std::lock_guard lock(_mutex);
    _records[client.id] = record;
    return record;
}

void Clients::remove(std::uint64_t id) {
    const std::lock_guard lock(_mutex);
    _records.erase(id);
}

std::vector<ClientFacts> Clients::facts(Time now) const {
    std::vector<ClientFacts> facts;
    const std::lock_guard lock(_mutex);
    facts.reserve(_records.size());
    for (const auto& [id, record] : _records)
        facts.push_back(record->facts(now));
    return facts;
}

std::size_t Clients::end(std::span<const std::uint64_t> ids) const {
    std::size_t count = 0;
    const std::lock_guard lock(_mutex);
    for (const auto id : ids) {
        const auto found = _records.find(id);
        if (found == _records.end())
            continue;
        found->second->worker().endClient(id);
        ++count;
    }
    return count;
}

} // namespace nearcache
