#pragma once

/// A key and its value in one block of memory: a long one, shared by the store and by the connections that are sending
/// the value, or one that was fetched.
///
/// Threads: whoever holds an EntryRef may read the entry; references may be taken and dropped by many threads at once.
/// Only the one that made an entry writes its value, and only before it hands a reference to anyone else.
/// The block is freed by whoever drops the last reference, so a value is never copied, however long it takes to send.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace nearcache {

class Entry;

/// A counted reference to an Entry, or none. One pointer; copying and dropping one is O(1).
class EntryRef {
  public:
    EntryRef() = default;
    EntryRef(const EntryRef& other) noexcept;
    EntryRef(EntryRef&& other) noexcept : _entry(std::exchange(other._entry, nullptr)) {}
    EntryRef& operator=(const EntryRef& other) noexcept;
    EntryRef& operator=(EntryRef&& other) noexcept;
    ~EntryRef() { reset(); }

    void reset() noexcept;

    [[nodiscard]] explicit operator bool() const { return _entry != nullptr; }
    [[nodiscard]] Entry* get() const { return _entry; }
    Entry& operator*() const { return *_entry; }
    Entry* operator->() const { return _entry; }
    bool operator==(const EntryRef&) const = default;

    /// One more reference to an entry that somebody holds.
    [[nodiscard]] static EntryRef share(Entry& entry) noexcept;

    /// Gives up the reference without dropping it: adopt() takes it back.
    [[nodiscard]] Entry* detach() noexcept { return std::exchange(_entry, nullptr); }

    [[nodiscard]] static EntryRef adopt(Entry* entry) noexcept {
        EntryRef reference;
        reference._entry = entry;
        return reference;
    }

  private:
    Entry* _entry = nullptr;
};

class Entry {
  public:
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

    /// Both copy the key; the second leaves the value's bytes for the caller to write. O(key and value length).
    /// Each throws std::length_error for a key or a value of 4 GiB or more, and std::bad_alloc.
    [[nodiscard]] static EntryRef make(std::string_view key, std::string_view value);
    [[nodiscard]] static EntryRef make(std::string_view key, std::size_t valueSize);

    [[nodiscard]] std::string_view key() const { return {bytes(), _keySize}; }
    [[nodiscard]] std::string_view value() const { return {bytes() + _keySize, _valueSize}; }
    [[nodiscard]] std::span<char> writableValue() { return {bytes() + _keySize, _valueSize}; }

    /// Bytes asked of the allocator for the whole of it.
    [[nodiscard]] std::size_t footprint() const { return footprint(_keySize, _valueSize); }
    [[nodiscard]] static constexpr std::size_t footprint(std::size_t keySize, std::size_t valueSize) {
        return headerSize + keySize + valueSize;
    }

  private:
    friend class EntryRef;

    Entry(std::uint32_t keySize, std::uint32_t valueSize) : _keySize(keySize), _valueSize(valueSize) {}
    ~Entry() = default;

    void retain() noexcept { _references.fetch_add(1, std::memory_order_relaxed); }
    void release() noexcept {
        if (_references.fetch_sub(1, std::memory_order_acq_rel) == 1)
            destroy();
    }
    void destroy() noexcept;

    [[nodiscard]] char* bytes() { return reinterpret_cast<char*>(this) + headerSize; }
    [[nodiscard]] const char* bytes() const { return reinterpret_cast<const char*>(this) + headerSize; }

    /// Where the key begins: right behind the last member.
    static constexpr std::size_t headerSize = 3 * sizeof(std::uint32_t);

    std::atomic<std::uint32_t> _references{1};
    std::uint32_t _keySize;
    std::uint32_t _valueSize;
};

inline EntryRef::EntryRef(const EntryRef& other) noexcept : _entry(other._entry) {
    if (_entry)
        _entry->retain();
}

inline EntryRef EntryRef::share(Entry& entry) noexcept {
    entry.retain();
    return adopt(&entry);
}

inline EntryRef& EntryRef::operator=(const EntryRef& other) noexcept {
    EntryRef copy(other);
    std::swap(_entry, copy._entry);
    return *this;
}

inline EntryRef& EntryRef::operator=(EntryRef&& other) noexcept {
    EntryRef taken(std::move(other));
    std::swap(_entry, taken._entry);
    return *this;
}

inline void EntryRef::reset() noexcept {
    if (Entry* entry = detach())
        entry->release();
}

} // namespace nearcache
