/// What each policy takes for a hit (in batches of 64) and for an eviction with the insert that follows; and what
/// storing a new key in a full cache takes in all.

#include "Caches.h"

#include <benchmark/benchmark.h>

#include <random>

using namespace nearcache;
using namespace nearcache::bench;

namespace {

constexpr std::uint32_t capacity = 100'000;
constexpr std::size_t batchSize = 64;

std::unique_ptr<Policy> fullPolicy(std::string_view name) {
    auto policy = makePolicy(name, capacity);
    for (Slot slot = 0; slot < capacity; ++slot)
        policy->onInsert(slot, slot * 0x9e3779b97f4a7c15U);
    return policy;
}

void hit(benchmark::State& state, std::string_view name) {
    const auto policy = fullPolicy(name);
    std::mt19937 random(1);
    std::vector<Slot> slots(512 * batchSize);
    for (Slot& slot : slots)
        slot = static_cast<Slot>(random() % capacity);
    std::size_t at = 0;
    for (auto _ : state) {
        policy->onHits({slots.data() + at, batchSize});
        at = (at + batchSize) % slots.size();
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(batchSize));
}

void evict(benchmark::State& state, std::string_view name) {
    const auto policy = fullPolicy(name);
    std::uint64_t hash = 1;
    for (auto _ : state) {
        hash = hash * 6364136223846793005U + 1442695040888963407U;
        const Slot slot = policy->victim(hash);
        if (slot != noSlot)
            policy->onInsert(slot, hash);
    }
    state.SetItemsProcessed(state.iterations());
}

void store(benchmark::State& state, std::string_view name) {
    const auto cache = fullStore(name, capacity);
    const std::string value(64, 'v');
    std::vector<std::string> keys;
    for (std::uint64_t i = 0; i < 4 * capacity; ++i)
        keys.push_back(keyName(capacity + i));
    std::size_t at = 0;
    for (auto _ : state) {
        fill(*cache, keys[at], value);
        at = at + 1 == keys.size() ? 0 : at + 1;
    }
    state.SetItemsProcessed(state.iterations());
}

using Benchmark = void (*)(benchmark::State&, std::string_view);

void add(const char* prefix, Benchmark run) {
    for (const std::string_view name : policyNames)
        benchmark::RegisterBenchmark((prefix + std::string(name)).c_str(),
                                     [run, name](benchmark::State& state) { run(state, name); });
}

const bool registered = [] {
    add("Hit/", hit);
    add("Evict/", evict);
    add("Store/", store);
    return true;
}();

} // namespace
