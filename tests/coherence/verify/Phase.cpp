#include "coherence/verify/Phase.h"

#include <algorithm>
#include <future>
#include <random>
#include <thread>

namespace nearcache::coherence {

namespace {

std::vector<std::future<Tally>> startAll(const std::vector<std::unique_ptr<Client>>& clients,
                                         const std::atomic<bool>& stop) {
    std::vector<std::future<Tally>> out;
    for (const auto& client : clients)
        out.push_back(std::async(std::launch::async, [&client, &stop] { return client->run(stop); }));
    return out;
}

/// Strikes until the time is over. The pauses vary, so as not to keep step with the proxy's own timers.
std::size_t disturb(Disturbance& disturbance, Time end, Clock::duration every) {
    std::mt19937 random(std::random_device{}());
    std::uniform_real_distribution<double> share(0.5, 1.5);
    std::size_t hits = 0;
    for (;;) {
        const auto next = Clock::now() + std::chrono::duration_cast<Clock::duration>(every * share(random));
        if (next >= end)
            break;
        std::this_thread::sleep_until(next);
        hits += disturbance.strike();
    }
    return hits;
}

} // namespace

Phase runPhase(const std::string& name, const std::vector<std::unique_ptr<Client>>& clients, Disturbance* disturbance,
               const Options& options) {
    Phase phase;
    phase.name = name;
    phase.disturbed = disturbance != nullptr;
    const auto start = Clock::now();
    const auto end = start + options.duration;
    std::atomic<bool> stop = false;
    auto running = startAll(clients, stop);
    try {
        if (disturbance != nullptr)
            phase.hits = disturb(*disturbance, end, options.every);
    } catch (...) {
        stop = true; // or else the futures would wait for ever
        throw;
    }
    std::this_thread::sleep_until(end);
    stop = true;
    for (auto& client : running)
        phase.tally.add(client.get());
    phase.took = Clock::now() - start;
    std::sort(phase.tally.stale.begin(), phase.tally.stale.end());
    return phase;
}

} // namespace nearcache::coherence
