#include "pipeline/Worker.h"

#include "pipeline/Conversation.h"
#include "pipeline/WorkerGroup.h"

#include <utility>

namespace nearcache {

namespace {

constexpr Milliseconds sweepInterval{5'000};
/// Clients that were refused and have not closed: so many may take their time to read why.
constexpr unsigned maxRefused = 32;

} // namespace

Worker::Worker(WorkerGroup& group, const Shared& shared, unsigned links)
    : _group(group), _shared(shared),
      _operations(_loop, shared.store, shared.gate, *this, *this, shared.backend.requestTimeout),
      _fetches(_loop, shared.store, shared.gate, *this), _forwards(_loop, shared.store) {
    const LinkContext context{_loop, shared.backend, shared.health, shared.resolver};
    for (unsigned i = 0; i < links; ++i) {
        _fetchLinks.push_back(std::make_unique<FetchLink>(context));
        _forwardLinks.push_back(std::make_unique<ForwardLink>(context));
    }
}

Worker::~Worker() = default;

void Worker::run() {
    _loop.post([this] { // within a turn, whose time is now: that of the making may be long ago
        startLinks();
        sweep();
    });
    _loop.run();
    for (const auto& [connection, owned] : _connections)
        connection->close();
}

void Worker::startLinks() {
    for (const auto& link : _fetchLinks)
        link->start();
    for (const auto& link : _forwardLinks)
        link->start();
}

void Worker::adopt(Accepted accepted) {
    ++_connectionCount;
    _loop.post([this, accepted = std::move(accepted)]() mutable { serve(std::move(accepted)); });
}

void Worker::serve(Accepted accepted) {
    const bool admitted = accepted.admitted;
    _refused += admitted ? 0 : 1;
    auto owned = std::make_unique<Connection>(_loop, _scratch, *accepted.socket,
                                              [this, admitted](Connection& closed) { remove(closed, admitted); });
    Connection& connection = *owned;
    _connections.emplace(&connection, std::move(owned));
    if (!admitted || _finishing) {
        refuse(connection, *accepted.frontEnd);
        return;
    }
    const auto route = static_cast<std::uint32_t>(accepted.client.id);
    connection.serve(*accepted.frontEnd, accepted.client, [this, route](Connection& served) {
        return std::make_unique<Conversation>(served, _operations, route);
    });
}

void Worker::refuse(Connection& connection, const FrontEnd& frontEnd) {
    connection.refuse(frontEnd.refusal());
    if (_refused > maxRefused)
        connection.close(); // a flood of them must not take the descriptors of those who are served
}

void Worker::remove(Connection& connection, bool admitted) {
    if (admitted)
        _shared.connectionLimit.leave();
    else
        --_refused;
    _loop.atEndOfTurn([this, &connection] {
        _connections.erase(&connection);
        --_connectionCount;
    });
}

void Worker::finish() {
    _loop.post([this] {
        _finishing = true;
        for (const auto& [connection, owned] : _connections)
            connection->finish();
    });
}

void Worker::sweep() {
    for (const auto& [connection, owned] : _connections)
        connection->closeIfStalled();
    _loop.timers().at(_loop.now() + sweepInterval, [this] { sweep(); });
}

void Worker::onSlotGranted(std::uint64_t ticket) {
    _loop.post([this, ticket] {
        if (!_operations.onSlotGranted(ticket) && !_fetches.onSlotGranted(ticket))
            _shared.gate.leave(); // who waited has given up meanwhile
    });
}

template <class Task> void Worker::runOn(Worker& worker, Task task) {
    if (&worker == this)
        task();
    else
        worker.loop().post(std::move(task));
}

void Worker::fetch(Operation& operation) {
    const auto home = _group.homeOf(operation.hash);
    if (&home.worker == this) {
        _fetches.fetch(operation.key, operation.hash, _fetchLinks[home.link].operator*(), operation, _operations);
        return;
    }
    home.worker.loop().post([this, home, key = operation.key, hash = operation.hash, &operation] {
        home.worker.fetches().fetch(key, hash, home.worker.fetchLink(home.link), operation, _operations);
    });
}

void Worker::forward(Operation& operation) {
    const auto road = _group.roadOf(*this, operation.route);
    // The operation keeps its list of keys: later requests of its connection are compared with it.
    runOn(road.worker, [this, road, command = std::move(operation.payload), writes = operation.writes,
                        &operation]() mutable {
        road.worker.forwards().forward(std::move(command), std::move(writes), road.worker.forwardLink(road.link),
                                       operation, _operations);
    });
}

void Worker::withdraw(Operation& operation) {
    if (operation.action == Request::Action::Forward) {
        Worker& worker = _group.roadOf(*this, operation.route).worker;
        runOn(worker, [&worker, &operation] { worker.forwards().withdraw(operation); });
        return;
    }
    Worker& worker = _group.homeOf(operation.hash).worker;
    runOn(worker, [&worker, key = operation.key, &operation] { worker.fetches().withdraw(key, operation); });
}

} // namespace nearcache
