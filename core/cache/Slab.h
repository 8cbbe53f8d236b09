#pragma once

/// Memory for many small blocks that one owner can have moved: no overhead a block, and none of it lost when sizes
/// change.
///
/// Blocks of about one size, a class, lie in pages of their own. A freed block leaves a hole, which the next block of
/// its class fills. Where holes become more than a sixteenth of a class (and a page), its last block is moved into one,
/// so that its last page falls empty in time and may serve another class. So what is held is bounded, whatever sizes
/// come and go: a sixteenth more than the most that was ever in use at once, and two pages for each of the 128 classes.
/// Sizes are rounded up, to granules up to 64 of them, and beyond that by a sixteenth at most.
///
/// Memory comes in chunks, whose pages become resident as they are used, and is kept until the destructor.
/// Every operation is O(1), but for the copying of a block that is moved. Not thread-safe.
///
/// Invariant: of a class with pages, the last one is not empty; holes are linked both ways.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace nearcache {

class Slab {
  public:
    /// Names a block.
    using Handle = std::uint32_t;
    static constexpr Handle none = 0;

    static constexpr std::size_t longest = 2048; ///< bytes of a block

    /// For so many blocks at most. A granule has 2 bytes for up to 2^24 blocks, which makes 8 GiB, and more for more.
    /// Throws std::bad_alloc.
    explicit Slab(std::uint32_t blocks);
    Slab(const Slab&) = delete;
    Slab& operator=(const Slab&) = delete;

    /// An uninitialised block, aligned to 2 bytes, or none if there is no memory.
    /// REQUIRES: 12 <= bytes <= longest. The owner sees to it that bytes 4 to 7 of it are not all ones.
    [[nodiscard]] Handle allocate(std::size_t bytes) noexcept;

    /// Frees a block. Up to two others of its class may be moved: onMove(from, to) is told of each when it has been
    /// copied, and has the owner know it by its new name. REQUIRES: it was allocated with so many bytes.
    template <class OnMove> void free(Handle block, std::size_t bytes, OnMove&& onMove) noexcept {
        Class& owner = classFor(bytes);
        addHole(owner, block);
        for (int i = 0; i < 2 && owner.holes > owner.perPage + owner.begun / 16; ++i) {
            if (const auto move = giveUpLast(owner))
                onMove(move->from, move->to);
        }
    }

    [[nodiscard]] char* at(Handle block) const {
        return _chunks[block >> chunkBits].get() + (std::size_t{block & (chunkGranules - 1)} << _shift);
    }

    /// Whether more than three quarters of all that handles can name is in use: what can lie elsewhere had better.
    [[nodiscard]] bool crowded() const { return _usedPages > maxPages / 4 * 3; }

    /// Bytes of the pages that classes have.
    [[nodiscard]] std::size_t held() const { return std::size_t{_usedPages} << (pageBits + _shift); }

    /// Whether the invariants hold. For tests: O(holes).
    [[nodiscard]] bool check() const;

  private:
    static constexpr unsigned pageBits = 13; ///< granules
    static constexpr unsigned chunkBits = 21;
    static constexpr std::uint32_t pageGranules = 1U << pageBits;
    static constexpr std::uint32_t chunkGranules = 1U << chunkBits;
    static constexpr std::uint32_t maxPages = 1U << (32 - pageBits);
    static constexpr std::uint32_t pagesAChunk = chunkGranules / pageGranules;
    static constexpr std::size_t classCount = 128;

    /// What the memory of a freed block is used for.
    struct Hole {
        Handle next;
        std::uint32_t mark;
        Handle previous;
    };
    static constexpr std::uint32_t holeMark = 0xFFFF'FFFF;

    struct Move {
        Handle from;
        Handle to;
    };

    struct Class {
        std::uint32_t granules = 0; ///< of a block
        std::uint32_t perPage = 0;
        std::uint32_t begun = 0; ///< blocks, holes included: they fill the pages in order
        std::uint32_t holes = 0;
        Handle firstHole = none;
        std::vector<std::uint32_t> pages;
    };

    [[nodiscard]] static std::size_t classOf(std::uint32_t granules);
    [[nodiscard]] static std::uint32_t granulesOf(std::size_t classNumber);
    [[nodiscard]] Class& classFor(std::size_t bytes);
    [[nodiscard]] static Handle blockAt(const Class& owner, std::uint32_t number);
    [[nodiscard]] bool addPage(Class& owner) noexcept;
    void addChunk();
    void addHole(Class& owner, Handle block);
    void removeHole(Class& owner, Handle block);
    [[nodiscard]] std::optional<Move> giveUpLast(Class& owner) noexcept;
    [[nodiscard]] Hole holeAt(Handle block) const;
    void setHole(Handle block, const Hole& hole) const;
    [[nodiscard]] bool check(const Class& owner) const;

    const unsigned _shift; ///< of a granule's size
    std::vector<std::unique_ptr<char[]>> _chunks;
    std::vector<std::uint32_t> _freePages; ///< has room for all pages there are
    std::uint32_t _usedPages = 0;
    std::array<Class, classCount> _classes;
};

} // namespace nearcache
