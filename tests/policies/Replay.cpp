#include "Replay.h"

#include "cache/KeyHash.h"
#include "cache/Store.h"

#include <gtest/gtest.h>

#include <string_view>
#include <utility>

namespace nearcache {

namespace {

constexpr Store::Time now{};

void request(Store& store, std::uint32_t number) {
    const std::string_view key(reinterpret_cast<const char*>(&number), sizeof number);
    Lookup lookup{key, hashKey(key)};
    LookupBuffer buffer;
    store.find({&lookup, 1}, buffer, now);
    if (!lookup.found)
        store.fill({.key = key, .hash = lookup.hash, .token = store.token(lookup.hash)}, now);
}

} // namespace

std::uint64_t replay(std::span<const std::uint32_t> keys, std::uint32_t capacity, std::unique_ptr<Policy> policy) {
    Store store({capacity, Store::maxTtl}, std::move(policy));
    for (const std::uint32_t key : keys)
        request(store, key);
    EXPECT_TRUE(store.check());
    EXPECT_EQ(store.counters().keys, capacity);
    return store.counters().hits;
}

} // namespace nearcache
