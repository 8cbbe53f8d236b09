#include "pipeline/WorkerGroup.h"

#include <Poco/Thread.h>

#include <algorithm>
#include <atomic>
#include <utility>

namespace nearcache {

namespace {

constexpr long finishPollInterval = 10; // ms

} // namespace

WorkerGroup::WorkerGroup(const Shared& shared, unsigned workers, unsigned links) : _store(shared.store), _links(links) {
    _workers.resize(workers);
    for (std::size_t i = 0; i < _workers.size(); ++i)
        _workers[i] = std::make_unique<Worker>(*this, shared, groupsOf(i, workers));
}

WorkerGroup::~WorkerGroup() {
    stop();
}

void WorkerGroup::start() {
    const auto count = static_cast<int>(_workers.size());
    _threads = std::make_unique<Poco::ThreadPool>("worker", count, count);
    for (const auto& worker : _workers)
        _threads->start(*worker);
}

bool WorkerGroup::finish(Time deadline) {
    for (const auto& worker : _workers)
        worker->finish();
    while (connections() > 0 && Clock::now() < deadline)
        Poco::Thread::sleep(finishPollInterval);
    return connections() == 0;
}

void WorkerGroup::stop() {
    if (_threads == nullptr)
        return;
    for (const auto& worker : _workers)
        worker->stop();
    _threads->joinAll();
    _threads.reset();
}

void WorkerGroup::adopt(Accepted accepted) {
    const auto fewest = std::min_element(_workers.begin(), _workers.end(), [](const auto& a, const auto& b) {
        return a->connections() < b->connections();
    });
    (*fewest)->adopt(std::move(accepted));
}

WorkerGroup::Place WorkerGroup::homeOf(std::uint64_t hash) const {
    return placeOf(_store.groupOf(hash));
}

void WorkerGroup::catchUp(Loop& loop, Fence::Untold untold, std::function<void()> done) const {
    const auto left = std::make_shared<std::atomic<unsigned>>(_links);
    const auto finish = std::make_shared<std::function<void()>>(std::move(done));
    for (std::size_t i = 0; i < _links; ++i) {
        const auto place = placeOf(i);
        const auto arrived = [&loop, left, finish, home = &place.worker.loop()] {
            if (--*left > 0)
                return;
            if (home == &loop)
                (*finish)();
            else
                loop.post([finish] { (*finish)(); });
        };
        if (&place.worker.loop() == &loop)
            place.worker.catchUp(place.link, untold, arrived);
        else
            place.worker.loop().post([place, untold, arrived] { place.worker.catchUp(place.link, untold, arrived); });
    }
}

unsigned WorkerGroup::connections() const {
    unsigned sum = 0;
    for (const auto& worker : _workers)
        sum += worker->connections();
    return sum;
}

WorkerGroup::Place WorkerGroup::placeOf(std::size_t link) const {
    return {*_workers[link % _workers.size()], link / _workers.size()};
}

std::vector<unsigned> WorkerGroup::groupsOf(std::size_t worker, std::size_t workers) const {
    std::vector<unsigned> groups;
    for (auto group = worker; group < _links; group += workers)
        groups.push_back(static_cast<unsigned>(group));
    return groups;
}

} // namespace nearcache
