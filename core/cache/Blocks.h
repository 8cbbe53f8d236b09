#pragma once

/// What the store holds of its entries: keys and values, in blocks of a slab that belongs to it alone.
///
/// A short value lies in the block, behind its key, under a header of 6 bytes, or 10: nobody else may refer to it, so
/// it can be moved and freed at any time, and needs no count of references. Of a long value, or a very long key, the
/// block holds a pointer to an Entry, its home, which is shared. Whoever makes a block frees it, for the sake of the
/// home.
/// Not thread-safe: under the store's lock. Every operation is O(1), plus the copying of keys and values.

#include "cache/Entry.h"
#include "cache/Slab.h"
#include "nearcache/Prefetch.h"

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
        return valueSize > longestShort || size(keySize, valueSize) > Slab::longest;
    }

    /// Memory for an entry of this size.
    [[nodiscard]] static constexpr std::size_t footprint(std::size_t keySize, std::size_t valueSize) {
        return isLong(keySize, valueSize) ? longSize + Entry::footprint(keySize, valueSize) : size(keySize, valueSize);
    }

    /// None if there is no memory. `home` is used if the entry is long; without one, it is made here. The stamp is 0.
    [[nodiscard]] Handle make(std::string_view key, std::string_view value, EntryRef home) noexcept;

    /// Frees a block. Returns its home, if it had one. For onMove(from, to), see Slab.
    template <class OnMove> EntryRef free(Handle block, OnMove&& onMove) noexcept {
        EntryRef gone = EntryRef::adopt(home(block));
        _slab.free(block, gone ? longSize : footprint(block), std::forward<OnMove>(onMove));
        return gone;
    }

    /// Brings its beginning towards the processor. Any handle, also none.
    void prefetch(Handle block) const {
        if (block != none)
            nearcache::prefetch(_slab.at(block), prefetched);
    }

    [[nodiscard]] std::string_view key(Handle block) const {
        const View view(_slab.at(block));
        return view.home == nullptr ? std::string_view(view.key, view.keySize) : view.home->key();
    }

    [[nodiscard]] std::string_view value(Handle block) const {
        const View view(_slab.at(block));
        return view.home == nullptr ? std::string_view(view.key + view.keySize, view.valueSize) : view.home->value();
    }

    /// Null: the entry lies in the block.
    [[nodiscard]] Entry* home(Handle block) const { return View(_slab.at(block)).home; }

    [[nodiscard]] Stamp stamp(Handle block) const { return load<Stamp>(_slab.at(block)); }
    void setStamp(Handle block, Stamp stamp) { std::memcpy(_slab.at(block), &stamp, sizeof stamp); }

    /// Memory for this one.
    [[nodiscard]] std::size_t footprint(Handle block) const {
        const View view(_slab.at(block));
        return view.home == nullptr ? size(view.keySize, view.valueSize) : longSize + view.home->footprint();
    }

    [[nodiscard]] bool check() const { return _slab.check(); }

  private:
    // A block: the stamp; the lengths of key and value, a byte each; key and value. Or, for the first length, `wide`;
    // for the second, what is behind it: both lengths with two bytes each, key and value; or a pointer. So bytes 4 to 7
    // of a block are never all ones, as the slab asks.
    static constexpr std::uint8_t wide = 255;
    static constexpr std::uint8_t wideLengths = 0;
    static constexpr std::uint8_t widePointer = 1;
    static constexpr std::size_t headerSize = sizeof(Stamp) + 2;
    static constexpr std::size_t wideHeaderSize = headerSize + 2 * sizeof(std::uint16_t);
    static constexpr std::size_t longSize = headerSize + sizeof(std::uintptr_t);
    static constexpr std::size_t smallest = 12;    ///< of the slab's blocks
    static constexpr std::size_t prefetched = 128; ///< header and key, and most or all of a short value

    template <class T> [[nodiscard]] static T load(const char* from) {
        T value;
        std::memcpy(&value, from, sizeof value);
        return value;
    }

    /// What a block says.
    struct View {
        explicit View(const char* block)
            : key(block + headerSize), keySize(load<std::uint8_t>(block + sizeof(Stamp))),
              valueSize(load<std::uint8_t>(block + sizeof(Stamp) + 1)) {
            if (keySize != wide)
                return;
            if (valueSize == widePointer) {
                std::memcpy(&home, key, sizeof(std::uintptr_t));
                return;
            }
            keySize = load<std::uint16_t>(key);
            valueSize = load<std::uint16_t>(key + sizeof(std::uint16_t));
            key = block + wideHeaderSize;
        }

        const char* key;
        std::size_t keySize;
        std::size_t valueSize;
        Entry* home = nullptr;
    };

    [[nodiscard]] static constexpr bool isWide(std::size_t keySize, std::size_t valueSize) {
        return keySize >= wide || valueSize > 255;
    }
    [[nodiscard]] static constexpr std::size_t size(std::size_t keySize, std::size_t valueSize) {
        return std::max(smallest, (isWide(keySize, valueSize) ? wideHeaderSize : headerSize) + keySize + valueSize);
    }
    [[nodiscard]] Handle makeShort(std::string_view key, std::string_view value) noexcept;
    [[nodiscard]] Handle makeLong(EntryRef home) noexcept;

    Slab _slab;
};

} // namespace nearcache
