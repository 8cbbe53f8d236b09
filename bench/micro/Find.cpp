/// Look-ups of one cache by one thread and by two: 64 a batch, of 100,000 keys, each as likely as the others; hashing
/// is part of it, as it is of a request.

#include "Caches.h"

#include <benchmark/benchmark.h>

#include <random>

using namespace nearcache;
using namespace nearcache::bench;

namespace {

constexpr std::uint32_t capacity = 100'000;
constexpr std::size_t batchSize = 64;
constexpr std::size_t batches = 512;

/// Keys in the order in which a thread asks for them.
std::vector<std::string> randomKeys(int thread) {
    std::mt19937 random(static_cast<unsigned>(thread) + 1);
    std::vector<std::string> keys(batches * batchSize);
    for (std::string& key : keys)
        key = keyName(random() % capacity);
    return keys;
}

std::size_t lookUp(Store& store, const std::string* keys, LookupBuffer& buffer) {
    std::array<Lookup, batchSize> batch;
    for (std::size_t i = 0; i < batchSize; ++i)
        batch[i] = {keys[i], hashKey(keys[i])};
    store.find(batch, buffer, now);
    std::size_t hits = 0;
    for (const Lookup& lookup : batch)
        hits += lookup.found ? 1 : 0;
    return hits;
}

void find(benchmark::State& state, Store& store) {
    const std::vector<std::string> keys = randomKeys(state.thread_index());
    LookupBuffer buffer;
    std::size_t at = 0;
    for (auto _ : state) {
        if (lookUp(store, keys.data() + at, buffer) != batchSize)
            state.SkipWithError("a miss");
        at = (at + batchSize) % keys.size();
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(batchSize));
}

const bool registered = [] {
    for (const std::string_view name : policyNames) {
        const std::shared_ptr<Store> store = fullStore(name, capacity, 2);
        benchmark::RegisterBenchmark(("Find/" + std::string(name)).c_str(),
                                     [store](benchmark::State& state) { find(state, *store); })
            ->ThreadRange(1, 2)
            ->UseRealTime();
    }
    return true;
}();

} // namespace
