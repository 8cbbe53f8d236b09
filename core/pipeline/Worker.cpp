#include "pipeline/Worker.h"

#include "cache/KeyHash.h"
#include "pipeline/Conversation.h"
#include "pipeline/WorkerGroup.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace nearcache {

namespace {

constexpr Milliseconds sweepInterval{5'000};
/// Clients that were refused and have not closed: so many may take their time to read why.
constexpr unsigned maxRefused = 32;

} // namespace

Worker::Worker(WorkerGroup& group, const Shared& shared, const std::vector<unsigned>& groups)
    : _group(group), _shared(shared),
      _turnstile(
          _loop, shared.gate,
          [this](std::uint64_t ticket) { return _operations.onSlotGranted(ticket) || _fetches.onSlotGranted(ticket); }),
      _operations(_loop, shared.store, _turnstile, *this, shared.backend.requestTimeout),
      _fetches(_loop, shared.store, _turnstile), _forwards(_operations, shared.store, *this),
      _relays(linkContext(), shared.linkBudget, std::max<unsigned>(1, static_cast<unsigned>(groups.size()))),
      _ownRoads(linkContext(), shared.linkBudget), _groups(groups), _tracked(groups.size()) {
    for (const unsigned keys : groups)
        _fetchLinks.push_back(std::make_unique<FetchLink>(linkContext(), keys, *this, shared.coherence));
}

Worker::~Worker() = default;

LinkContext Worker::linkContext() {
    return {_loop, _shared.backend, _shared.health, _shared.resolver};
}

void Worker::run() {
    _loop.post([this] { // within a turn, whose time is now: that of the making may be long ago
        startLinks();
        sweep();
        renewSilentRelays();
    });
    _loop.run();
    for (const auto& [connection, served] : _connections)
        connection->close();
}

void Worker::startLinks() {
    for (const auto& link : _fetchLinks)
        link->start();
    _relays.start();
}

void Worker::adopt(Accepted accepted) {
    ++_connectionCount;
    _loop.post([this, accepted = std::move(accepted)]() mutable { serve(std::move(accepted)); });
}

void Worker::serve(Accepted accepted) {
    const bool served = accepted.admitted && !_finishing;
    _refused += accepted.admitted ? 0 : 1;
    auto owned =
        std::make_unique<Connection>(_loop, _scratch, *accepted.socket, [this](Connection& closed) { remove(closed); });
    Connection& connection = *owned;
    auto& client = accepted.client;
    auto record = served ? _shared.clients.add(client, *this, _loop.now()) : nullptr;
    client.note = record.get();
    _connections.emplace(&connection, Served{record, std::move(owned), client.id, accepted.admitted});
    if (!served) {
        refuse(connection, *accepted.frontEnd);
        return;
    }
    const auto route = static_cast<std::uint32_t>(client.id);
    connection.serve(*accepted.frontEnd, client, [this, route, &record](Connection& toServe) {
        return std::make_unique<Conversation>(toServe, _operations, Conversation::Roads{_relays, _ownRoads, route},
                                              *record);
    });
}

void Worker::refuse(Connection& connection, const FrontEnd& frontEnd) const {
    connection.refuse(frontEnd.refusal());
    if (_refused > maxRefused)
        connection.close(); // a flood of them must not take the descriptors of those who are served
}

void Worker::remove(Connection& connection) {
    const auto& served = _connections.at(&connection);
    if (served.admitted)
        _shared.connectionLimit.leave();
    else
        --_refused;
    if (served.record != nullptr)
        _shared.clients.remove(served.id);
    _loop.atEndOfTurn([this, &connection] {
        _connections.erase(&connection);
        --_connectionCount;
    });
}

void Worker::finish() {
    _loop.post([this] {
        _finishing = true;
        for (const auto& [connection, served] : _connections)
            connection->finish();
    });
}

void Worker::endClient(std::uint64_t id) {
    _loop.post([this, id] {
        const auto found = std::find_if(_connections.begin(), _connections.end(),
                                        [id](const auto& one) { return one.second.id == id; });
        if (found != _connections.end())
            found->first->end();
    });
}

void Worker::sweep() {
    for (const auto& [connection, served] : _connections)
        connection->closeIfStalled();
    _relays.closeUnused();
    _ownRoads.closeUnused();
    _loop.timers().at(_loop.now() + sweepInterval, [this] { sweep(); });
}

/// A relay link has no heartbeat, since a command may take its time. But while Redis answers all the links that fetch,
/// it would answer this one, too: what lies between hangs.
void Worker::renewSilentRelays() {
    const auto interval = _shared.backend.heartbeat;
    auto heard = _loop.now();
    for (const auto& link : _fetchLinks)
        heard = std::min(heard, link->state() == Link::State::Ready ? link->heard() : Time::min());
    if (!_fetchLinks.empty() && heard > Time::min())
        _relays.renewSilent(heard - 2 * interval);
    _loop.timers().at(_loop.now() + interval, [this] { renewSilentRelays(); });
}

template <class Task> void Worker::runOn(Worker& worker, Task task) {
    if (&worker == this)
        task();
    else
        worker.loop().post(std::move(task));
}

void Worker::prepareFetch(std::uint64_t hash) {
    if (&_group.homeOf(hash).worker == this)
        _fetches.prepare(hash);
}

void Worker::fetch(Operation& operation) {
    if (operation.many()) {
        fetchMany(operation);
        return;
    }
    const Key& key = operation.keys.front();
    const auto home = _group.homeOf(key.hash);
    const Fetches::Waiter waiter{&operation, &_operations, 0, false};
    if (&home.worker == this)
        _fetches.fetch(key, *_fetchLinks[home.link], waiter);
    else
        home.worker.loop().post(
            [home, key, waiter] { home.worker.fetches().fetch(key, home.worker.fetchLink(home.link), waiter); });
}

/// One request for each home that has some of the keys.
void Worker::fetchMany(Operation& operation) {
    std::map<std::pair<Worker*, std::size_t>, std::vector<Fetches::Item>> byHome;
    for (std::size_t i = 0; i < operation.keys.size(); ++i) {
        if (operation.parts[i].found)
            continue;
        const auto home = _group.homeOf(operation.keys[i].hash);
        byHome[{&home.worker, home.link}].push_back({operation.keys[i], i});
    }
    for (auto& [home, items] : byHome) {
        auto& [worker, link] = home;
        runOn(*worker, [this, worker = worker, link = link, items = std::move(items), &operation] {
            worker->fetches().fetchMany(items, worker->fetchLink(link), operation, _operations);
        });
    }
}

void Worker::forward(Operation& operation) {
    if (operation.own())
        forwardByOwnRoad(operation);
    else if (operation.conversation != nullptr)
        _forwards.forward(operation, operation.conversation->sharedRoad(operation));
    else // its client has gone while it waited for its slot
        _forwards.forward(operation, *_relays.road(operation.route, operation.protocol));
}

void Worker::forwardByOwnRoad(Operation& operation) {
    auto& road = operation.conversation->ownRoad();
    const auto link = road.enter(operation);
    if (link == nullptr)
        _operations.onFailure(operation, road.trouble());
    else if (operation.expect != Request::Expect::Stream)
        _forwards.forward(operation, *link);
    else
        sendIntoStream(operation, road);
}

void Worker::sendIntoStream(Operation& operation, OwnRoad& road) {
    _forwards.voidWhatItWrites(operation);
    if (road.send(operation))
        _operations.onSent(operation);
}

void Worker::withdraw(Operation& operation) {
    if (operation.reads()) {
        withdrawFetches(operation);
    } else if (operation.action == Request::Action::Forward && operation.expect != Request::Expect::Stream) {
        _forwards.withdraw(operation);
    } else {
        operation.conversation->ownRoad().withdraw(operation);
        _operations.onWithdrawn(operation, 1);
    }
}

/// The homes read its keys, and may have reported on it before they do: it lasts until all have said that they did.
void Worker::withdrawFetches(Operation& operation) {
    std::map<Worker*, std::vector<Key>> byHome;
    for (const auto& key : operation.keys)
        byHome[&_group.homeOf(key.hash).worker].push_back(key);
    operation.pending += static_cast<std::uint32_t>(byHome.size());
    for (auto& [worker, keys] : byHome) {
        runOn(*worker, [this, worker = worker, keys = std::move(keys), &operation] {
            worker->fetches().withdraw(keys, operation, _operations);
        });
    }
}

/// A link that is held back for one client is of no use to others.
void Worker::stall(Operation& operation, bool stalled) {
    const ForwardLink* const link = _forwards.stall(operation, stalled);
    if (link != nullptr && stalled && !operation.own())
        _relays.replace(*link);
}

void Worker::await(Untold untold, std::function<void()> done) {
    _group.catchUp(_loop, untold, std::move(done));
}

void Worker::catchUp(std::size_t link, Untold untold, std::function<void()> done) {
    _fetchLinks[link]->fence([this, link, untold, done = std::move(done)](bool reached) {
        const bool told = reached && _tracked[link];
        if (!told && (_tracked[link] || untold == Untold::Dropped))
            _shared.store.drop(_groups[link]);
        done();
    });
}

void Worker::onReady(unsigned group, bool tracked) {
    const auto link = static_cast<std::size_t>(std::find(_groups.begin(), _groups.end(), group) - _groups.begin());
    if (tracked || _tracked[link])
        _shared.store.drop(group); // whatever has changed since it was lost, nobody has told
    _tracked[link] = tracked;
    _shared.store.setConnected(group, true);
}

void Worker::onLost(unsigned group) {
    if (_shared.cache.onDisconnect == CacheSettings::OnDisconnect::Drop)
        _shared.store.drop(group);
    _shared.store.setConnected(group, false);
}

/// As if it were lost: how late nobody knows. Only that Redis will still tell of what has changed.
void Worker::onBehind(unsigned group) {
    onLost(group);
}

void Worker::onCaughtUp(unsigned group) {
    _shared.store.setConnected(group, true);
}

void Worker::onInvalidated(std::string_view key) {
    _shared.store.invalidate(key, hashKey(key));
}

void Worker::onFlushed(unsigned group) {
    _shared.store.drop(group);
}

} // namespace nearcache
