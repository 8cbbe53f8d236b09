#pragma once

/// Hash of a key -> slot, in buckets of 4 bytes: a slot in as many low bits as the capacity needs, and in the others
/// bits of the hash, the tag. The store finds its entries with one, and a policy what it remembers of evicted keys.
///
/// 15 buckets share a cache line with four counters. A hash has a home line; what finds it full goes on, by steps that
/// depend on the hash, to one that is not, and is counted by each line that it passes, in one of the four: so a search
/// ends at a line that nothing like it has passed, and erasing leaves no tombstone. Fixed size, a fifth of it free at
/// full capacity, 5.3 bytes a slot: a hash that is there is found in 1.2 lines on average, and one that is not is known
/// not to be in 1.6. Of a million slots, a wrong one is asked about in one search of 300 (tags of 12 bits), of 2^26 in
/// one of 5; with still more, all get slower. Every operation is O(1) expected. Not thread-safe.
///
/// Invariant: a line's counter is the number of slots that lie beyond it on the way from their home.

#include "nearcache/Policy.h"
#include "nearcache/Prefetch.h"
#include "nearcache/ZeroedArray.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

NEARCACHE_API_BEGIN

class SlotIndex {
  public:
    /// For at most so many slots, 0 … 2^30. Memory becomes resident as it is used. Throws std::bad_alloc.
    explicit SlotIndex(std::uint32_t capacity)
        : _slotMask(std::bit_ceil(capacity + 1) - 1), _lines((capacity / usedOfLine + 1) | 1) {}

    /// The slot for which matches(slot) holds, of those with this hash and a few others, or noSlot.
    template <class Matches> [[nodiscard]] Slot find(std::uint64_t hash, Matches&& matches) const {
        const std::uint32_t tag = tagOf(hash);
        std::size_t line = home(hash);
        for (std::size_t searched = 0; searched < _lines.size(); ++searched, line = next(line, hash)) {
            for (std::uint32_t equal = _lines[line].equal(tag, ~_slotMask); equal != 0; equal &= equal - 1) {
                const Slot slot = slotOf(_lines[line].words[std::countr_zero(equal)]);
                if (slot != noSlot && matches(slot))
                    return slot;
            }
            if (_lines[line].passed(hash) == 0)
                break;
        }
        return noSlot;
    }

    /// REQUIRES: the slot is not in the index, and fewer than `capacity` slots are.
    void insert(std::uint64_t hash, Slot slot) {
        std::size_t line = home(hash);
        std::uint32_t empty = 0;
        for (; (empty = _lines[line].equal(0, ~0U)) == 0; line = next(line, hash))
            _lines[line].pass(hash, 1);
        _lines[line].words[std::countr_zero(empty)] = tagOf(hash) | (slot + 1);
    }

    /// REQUIRES: the slot was inserted with this hash.
    void erase(std::uint64_t hash, Slot slot) {
        std::size_t line = home(hash);
        std::uint32_t found = 0;
        for (; (found = _lines[line].equal(tagOf(hash) | (slot + 1), ~0U)) == 0; line = next(line, hash))
            _lines[line].pass(hash, -1);
        _lines[line].words[std::countr_zero(found)] = 0;
    }

    /// O(capacity).
    void clear() {
        for (Line& line : _lines) {
            if (line.equal(0, ~0U) != allBuckets || line.words[counters] != 0)
                line = {}; // what was never written stays untouched
        }
    }

    /// Brings what find() will look at towards the processor.
    void prefetch(std::uint64_t hash) const { nearcache::prefetch(&_lines[home(hash)]); }

    /// The same for a hash that is likely not there: in a full index, that takes a second line more often than not.
    void prefetchTwo(std::uint64_t hash) const {
        prefetch(hash);
        nearcache::prefetch(&_lines[next(home(hash), hash)]);
    }

    /// Whether the invariant holds and there are `size` slots, with these hashes. For tests: O(capacity).
    template <class HashOf> [[nodiscard]] bool check(std::uint32_t size, HashOf&& hashOf) const {
        std::vector<Line> counted(_lines.size());
        std::uint32_t seen = 0;
        for (std::size_t line = 0; line < _lines.size(); ++line) {
            for (std::size_t i = 0; i < counters; ++i) {
                const Slot slot = slotOf(_lines[line].words[i]);
                if (slot == noSlot)
                    continue;
                const std::uint64_t hash = hashOf(slot);
                if (++seen > size || _lines[line].words[i] != (tagOf(hash) | (slot + 1)))
                    return false;
                for (std::size_t before = home(hash); before != line; before = next(before, hash))
                    counted[before].pass(hash, 1);
            }
        }
        for (std::size_t line = 0; line < _lines.size(); ++line) {
            if (!_lines[line].countsAtLeast(counted[line]))
                return false;
        }
        return seen == size;
    }

  private:
    static constexpr std::size_t counters = 15; ///< where a line's four are, behind its buckets
    static constexpr std::uint32_t allBuckets = (1U << counters) - 1;
    static constexpr std::uint32_t usedOfLine = 12; ///< buckets, at full capacity

    /// A vector register, for GCC and Clang: no compiler sees by itself that the words of a line can be compared at
    /// once.
    using Four = std::uint32_t __attribute__((vector_size(16)));

    struct alignas(64) Line { // all zero when empty
        std::array<std::uint32_t, counters + 1> words;

        /// Which buckets agree with `word` in the bits of the mask: a bit each.
        [[nodiscard]] std::uint32_t equal(std::uint32_t word, std::uint32_t mask) const {
            Four bits{};
            for (unsigned i = 0; i < words.size(); i += 4) {
                Four four;
                std::memcpy(&four, &words[i], sizeof four);
                bits |= ((four & mask) == word) & (Four{1, 2, 4, 8} << i);
            }
            return (bits[0] | bits[1] | bits[2] | bits[3]) & allBuckets;
        }

        /// Of those that are counted with this hash.
        [[nodiscard]] std::uint32_t passed(std::uint64_t hash) const { return words[counters] >> shift(hash) & 255; }

        /// One more or less. A counter that was full once stays so.
        void pass(std::uint64_t hash, int change) {
            if (passed(hash) != 255)
                words[counters] += static_cast<std::uint32_t>(change) << shift(hash);
        }

        /// As those of `least`; or more, where they were full once.
        [[nodiscard]] bool countsAtLeast(const Line& least) const {
            for (std::uint64_t hash = 0; hash < std::uint64_t{4} << 32; hash += std::uint64_t{1} << 32) {
                if (passed(hash) != least.passed(hash) && passed(hash) != 255)
                    return false;
            }
            return true;
        }

        [[nodiscard]] static unsigned shift(std::uint64_t hash) { return static_cast<unsigned>(hash >> 32) % 4 * 8; }
    };

    [[nodiscard]] std::uint32_t tagOf(std::uint64_t hash) const {
        return static_cast<std::uint32_t>(hash) & ~_slotMask;
    }
    [[nodiscard]] Slot slotOf(std::uint32_t bucket) const { return (bucket & _slotMask) - 1; } // noSlot, if it is empty
    [[nodiscard]] std::size_t home(std::uint64_t hash) const { return (hash >> 32) * _lines.size() >> 32; }

    /// By a step that the hash chooses, so that what passes a full line does not fill the one beside it. The steps are
    /// powers of two, and the number of lines is odd: each leads to every line.
    [[nodiscard]] std::size_t next(std::size_t line, std::uint64_t hash) const {
        return (line + (std::size_t{1} << (hash >> 28) % 16)) % _lines.size();
    }

    std::uint32_t _slotMask; ///< of a bucket: the slot and one, so that an empty bucket is 0
    ZeroedArray<Line> _lines;
};

NEARCACHE_API_END
