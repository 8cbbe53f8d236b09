#pragma once

/// S3-FIFO: a small FIFO that new keys must leave with hits to get into the main one, and a memory of those that did
/// not.
///
/// A new key enters the small queue, or the main one if it is remembered as evicted lately. While the main queue is
/// over its share, its oldest goes, unless it was hit: then it goes round again with one hit less. Otherwise the small
/// queue's oldest goes: to the main queue with `threshold` hits or more, else out, and its hash is remembered.
/// Source: Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023.
///
/// Of the versions in circulation this is libCacheSim's of October 2024 (`S3-FIFO-lcs-2024-10`): until the first
/// eviction, what overflows the small queue enters the main one, so that a loop longer than the small queue is not lost
/// at once. The incoming key is looked up in the memory before anything is evicted.
///
/// A hit, an insert and a removal are O(1); victim() is O(1) amortised: each key that it passes over has had a hit to
/// pay for it. clear() is O(capacity). Memory: 18 bytes a slot, and 21 a remembered hash.

#include "Ghosts.h"

#include <optional>

namespace nearcache {

/// Shares are of the capacity.
struct S3FifoSettings {
    double small = 0.1;
    double ghost = 0.9;            ///< how many hashes of evicted keys are remembered
    std::uint8_t threshold = 2;    ///< hits that let a key out of the small queue into the main one
    std::uint8_t maxFrequency = 3; ///< hits are counted up to here; at least `threshold`
};

class S3Fifo final : public Policy {
  public:
    /// Throws std::bad_alloc.
    S3Fifo(std::uint32_t capacity, const S3FifoSettings& settings);

    void onHits(std::span<const Slot> slots) noexcept override;
    void onInsert(Slot slot, std::uint64_t keyHash) noexcept override;
    void onRemove(Slot slot, std::uint64_t keyHash, Removal why) noexcept override;
    [[nodiscard]] Slot victim(std::uint64_t incomingKeyHash) noexcept override;
    void clear() noexcept override;
    [[nodiscard]] bool check() const noexcept override;

  private:
    struct Use {
        std::uint8_t frequency;
        bool main; ///< which queue it is in
    };

    /// What victim() found out about the key that onInsert() is about to bring.
    struct Incoming {
        std::uint64_t hash;
        bool remembered;
    };

    [[nodiscard]] bool wasRemembered(std::uint64_t keyHash) noexcept;
    void enter(Slot slot, bool main, std::uint8_t frequency) noexcept;
    [[nodiscard]] Slot evictFromSmall() noexcept;
    [[nodiscard]] Slot evictFromMain() noexcept;
    [[nodiscard]] bool checkQueue(const SlotList& queue, bool main) const noexcept;

    const S3FifoSettings _settings;
    const std::uint32_t _smallCapacity;
    const std::uint32_t _mainCapacity;
    SlotLinks _links;
    SlotList _small{_links};
    SlotList _main{_links};
    ZeroedArray<Use> _uses;
    ZeroedArray<std::uint64_t> _hashes;
    Ghosts _ghosts;
    std::optional<Incoming> _incoming;
    bool _hasEvicted = false;
};

} // namespace nearcache
