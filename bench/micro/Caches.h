#pragma once

/// Stores for benchmarks: a policy by name, and keys to fill them with.

#include "cache/KeyHash.h"
#include "cache/Store.h"
#include "lru/Lru.h"
#include "s3fifo/S3Fifo.h"
#include "sieve/Sieve.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nearcache::bench {

inline constexpr std::array<std::string_view, 3> policyNames{"lru", "sieve", "s3fifo"};

[[nodiscard]] inline std::unique_ptr<Policy> makePolicy(std::string_view name, std::uint32_t capacity) {
    if (name == "lru")
        return std::make_unique<Lru>(capacity);
    if (name == "sieve")
        return std::make_unique<Sieve>(capacity);
    return std::make_unique<S3Fifo>(capacity, S3FifoSettings{});
}

[[nodiscard]] inline std::string keyName(std::uint64_t number) {
    std::string digits = std::to_string(number);
    return "key:" + std::string(16 - digits.size(), '0') + digits;
}

inline const Store::Time now{std::chrono::hours(1)};

inline void fill(Store& store, std::string_view key, std::string_view value) {
    const std::uint64_t hash = hashKey(key);
    store.fill({.key = key, .hash = hash, .value = value, .token = store.token(hash)}, now);
}

[[nodiscard]] inline std::unique_ptr<Store> fullStore(std::string_view policy, std::uint32_t capacity,
                                                      unsigned readers = 1) {
    auto store =
        std::make_unique<Store>(Store::Settings{.capacity = capacity, .ttl = std::chrono::hours(1), .readers = readers},
                                makePolicy(policy, capacity));
    const std::string value(64, 'v');
    for (std::uint32_t i = 0; i < capacity; ++i)
        fill(*store, keyName(i), value);
    return store;
}

} // namespace nearcache::bench
