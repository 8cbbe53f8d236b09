#pragma once

/// What the store holds of its entries: keys and values, in blocks of a slab that belongs to it alone.
///
/// A short value lies in the block, behind its key, under a header of 8 bytes: nobody else may refer to it, so it can be
/// moved and freed at any time, and needs no count of references. Of a long value, or a very long key, the block holds a
/// pointer to an Entry, its home, which is shared.
/// Not thread-safe: under the store's lock. Every operation is O(1), plus the copying of keys and values.

#include "cache/Entry.h"
#include "cache/Slab.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

namespace nearcache {

class Blocks {
  public:
    using Handle = Slab::Handle;
    static constexpr Handle none = Slab::none;

    /// What the store notes of each: when it was stored, in units of the store's that wrap around, and whether it ends
    /// before the common time to live.
    struct Stamp {
        std::uint32_t storedAt : 31;
        std::uint32_t endsEarly : 1;
        bool operator==(const Stamp&) const = default;
    };

    static constexpr std::size_t longestShort = 1024; ///< bytes of a value

    /// For so many entries at most. Throws std::bad_alloc.
    explicit Blocks(std::uint32_t capacity) : _slab(capacity) {}

    /// Whether an entry of this size has a home of its own. A short one may have, too.
    [[nodiscard]] static constexpr bool isLong(std::size_t keySize, std::size_t valueSize) {
        return valueSize > longestShort || headerSize + keySize + valueSize > Slab::longest;
    }

    /// Memory for an entry of this size.
    [[nodiscard]] static constexpr std::size_t footprint(std::size_t keySize, std::size_t valueSize) {
        return isLong(keySize, valueSize) ? headerSize + sizeof(Entry*) + Entry::footprint(keySize, valueSize)
                                          : size(keySize, valueSize);
    }

    /// None if there is no memory. `home` is used if the entry is long; without one, it is made here. The stamp is 0.
    [[nodiscard]] Handle make(std::string_view key, std::string_view value, EntryRef home) noexcept;

    /// Frees a block. Returns its home, if it had one. For onMove(from, to), see Slab.
    template <class OnMove> EntryRef free(Handle block, OnMove&& onMove) noexcept {
        EntryRef gone = EntryRef::adopt(home(block));
        _slab.free(block, size(block), std::forward<OnMove>(onMove));
        return gone;
    }

    /// Brings its beginning towards the processor. Any handle, also none.
    void prefetch(Handle block) const {
        if (block != none)
            __builtin_prefetch(_slab.at(block));
    }

    [[nodiscard]] std::string_view key(Handle block) const {
        const Entry* const entry = home(block);
        return entry == nullptr ? std::string_view(_slab.at(block) + headerSize, header(block).keySize) : entry->key();
    }

    [[nodiscard]] std::string_view value(Handle block) const {
        const Entry* const entry = home(block);
        const Header& lengths = header(block);
        return entry == nullptr ? std::string_view(_slab.at(block) + headerSize + lengths.keySize, lengths.valueSize)
                                : entry->value();
    }

    /// Null: the entry lies in the block.
    [[nodiscard]] Entry* home(Handle block) const {
        return header(block).valueSize == homeMark ? homeOf(block) : nullptr;
    }

    [[nodiscard]] Stamp stamp(Handle block) const { return header(block).stamp; }
    void setStamp(Handle block, Stamp stamp) { header(block).stamp = stamp; }

    /// Memory for this one.
    [[nodiscard]] std::size_t footprint(Handle block) const {
        const Entry* const entry = home(block);
        return size(block) + (entry == nullptr ? 0 : entry->footprint());
    }

    [[nodiscard]] bool check() const { return _slab.check(); }

  private:
    struct Header {
        Stamp stamp;
        std::uint16_t keySize;
        std::uint16_t valueSize; ///< or homeMark: a pointer follows, and keySize is 0
    };
    static constexpr std::size_t headerSize = sizeof(Header);
    static constexpr std::uint16_t homeMark = 0xFFFF; // both fields together are never all ones, as the slab asks
    static constexpr std::size_t smallest = 12;       // of the slab's blocks

    [[nodiscard]] Header& header(Handle block) const { return *reinterpret_cast<Header*>(_slab.at(block)); }
    [[nodiscard]] Entry* homeOf(Handle block) const {
        Entry* entry;
        std::memcpy(&entry, _slab.at(block) + headerSize, sizeof entry);
        return entry;
    }
    [[nodiscard]] static constexpr std::size_t size(std::size_t keySize, std::size_t valueSize) {
        return std::max(smallest, headerSize + keySize + valueSize);
    }
    [[nodiscard]] std::size_t size(Handle block) const {
        const Header& lengths = header(block);
        return lengths.valueSize == homeMark ? headerSize + sizeof(Entry*) : size(lengths.keySize, lengths.valueSize);
    }
    [[nodiscard]] Handle makeShort(std::string_view key, std::string_view value) noexcept;
    [[nodiscard]] Handle makeLong(EntryRef home) noexcept;

    Slab _slab;
};

} // namespace nearcache
