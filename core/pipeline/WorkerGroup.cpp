#include "pipeline/WorkerGroup.h"

#include <Poco/Thread.h>

#include <algorithm>
#include <utility>

namespace nearcache {

namespace {

constexpr long finishPollInterval = 10; // ms

} // namespace

WorkerGroup::WorkerGroup(const Shared& shared, unsigned workers, unsigned links) : _links(links) {
    _workers.resize(workers);
    for (std::size_t i = 0; i < _workers.size(); ++i)
        _workers[i] = std::make_unique<Worker>(*this, shared, linksOf(i));
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
    // Bits of the middle: the index takes the high ones, the version tokens the low ones.
    return placeOf((hash >> 16) % _links);
}

WorkerGroup::Place WorkerGroup::roadOf(Worker& worker, std::uint32_t route) const {
    const auto found = std::find_if(_workers.begin(), _workers.end(),
                                    [&worker](const auto& owned) { return owned.get() == &worker; });
    const auto own = linksOf(static_cast<std::size_t>(found - _workers.begin()));
    return own > 0 ? Place{worker, route % own} : placeOf(route % _links);
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

std::size_t WorkerGroup::linksOf(std::size_t worker) const {
    return _links / _workers.size() + (worker < _links % _workers.size() ? 1 : 0);
}

} // namespace nearcache
