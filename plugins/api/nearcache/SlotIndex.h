#pragma once

/// Hash of a key -> slot: an open-addressing table of 8-byte buckets, each a slot and 32 bits of the hash. The store
/// finds its entries with one, and a policy what it remembers of evicted keys.
///
/// Linear probing; a bucket's home follows from the bits it keeps, so that erasing can close the gap (backward shift)
/// and no tombstones pile up. Fixed size, a quarter of it free at full capacity: every operation is O(1) expected, about
/// 2.5 buckets for a hash that is there and 8.5 (one or two cache lines) for one that is not. Not thread-safe.
///
/// Invariant: between a bucket's home and the bucket itself there is no empty one.

#include "nearcache/Policy.h"
#include "nearcache/ZeroedArray.h"

#include <cstddef>
#include <cstdint>

NEARCACHE_API_BEGIN

class SlotIndex {
  public:
    /// For at most so many slots, 0 … 2^30. Memory becomes resident as it is used. Throws std::bad_alloc.
    explicit SlotIndex(std::uint32_t capacity) : _buckets(capacity + std::size_t{capacity} / 3 + 1) {}

    /// The slot for which matches(slot) holds, of those with (the upper half of) this hash, or noSlot.
    template <class Matches> [[nodiscard]] Slot find(std::uint64_t hash, Matches&& matches) const {
        const std::uint32_t tag = tagOf(hash);
        for (std::size_t i = home(tag); _buckets[i].slotPlusOne != 0; i = next(i)) {
            if (_buckets[i].tag == tag && matches(_buckets[i].slotPlusOne - 1))
                return _buckets[i].slotPlusOne - 1;
        }
        return noSlot;
    }

    /// REQUIRES: the slot is not in the index, and fewer than `capacity` slots are.
    void insert(std::uint64_t hash, Slot slot) {
        std::size_t i = home(tagOf(hash));
        while (_buckets[i].slotPlusOne != 0)
            i = next(i);
        _buckets[i] = {tagOf(hash), slot + 1};
    }

    /// REQUIRES: the slot was inserted with this hash.
    void erase(std::uint64_t hash, Slot slot) {
        std::size_t gap = home(tagOf(hash));
        while (_buckets[gap].slotPlusOne != slot + 1)
            gap = next(gap);
        for (std::size_t i = next(gap); _buckets[i].slotPlusOne != 0; i = next(i)) {
            // Moving it back must not take it past its home.
            if (distance(home(_buckets[i].tag), i) >= distance(gap, i)) {
                _buckets[gap] = _buckets[i];
                gap = i;
            }
        }
        _buckets[gap] = {};
    }

    /// O(capacity).
    void clear() {
        for (Bucket& bucket : _buckets) {
            if (bucket.slotPlusOne != 0) // what was never written stays untouched
                bucket = {};
        }
    }

    /// Brings what find() will look at towards the processor.
    void prefetch(std::uint64_t hash) const { __builtin_prefetch(&_buckets[home(tagOf(hash))]); }

    /// Whether the invariant holds and there are `size` slots. For tests: O(capacity).
    [[nodiscard]] bool check(std::uint32_t size) const {
        std::uint32_t seen = 0;
        for (std::size_t i = 0; i < _buckets.size(); ++i) {
            if (_buckets[i].slotPlusOne == 0)
                continue;
            ++seen;
            if (!reachable(i))
                return false;
        }
        return seen == size;
    }

  private:
    struct Bucket {
        std::uint32_t tag;
        std::uint32_t slotPlusOne; ///< 0: empty, as the array begins
    };

    [[nodiscard]] static std::uint32_t tagOf(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }
    [[nodiscard]] std::size_t home(std::uint32_t tag) const { return tag * std::uint64_t{_buckets.size()} >> 32; }
    [[nodiscard]] std::size_t next(std::size_t i) const { return i + 1 == _buckets.size() ? 0 : i + 1; }

    [[nodiscard]] std::size_t distance(std::size_t from, std::size_t to) const {
        return to >= from ? to - from : to + _buckets.size() - from;
    }

    [[nodiscard]] bool reachable(std::size_t i) const {
        for (std::size_t at = home(_buckets[i].tag); at != i; at = next(at)) {
            if (_buckets[at].slotPlusOne == 0)
                return false;
        }
        return true;
    }

    ZeroedArray<Bucket> _buckets;
};

NEARCACHE_API_END
