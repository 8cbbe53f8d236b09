#include "cache/Entry.h"

#include <cstring>
#include <limits>
#include <new>
#include <stdexcept>

namespace nearcache {

namespace {

std::uint32_t checkedSize(std::size_t size, const char* what) {
    if (size > std::numeric_limits<std::uint32_t>::max())
        throw std::length_error(what);
    return static_cast<std::uint32_t>(size);
}

void copy(char* to, std::string_view bytes) {
    if (!bytes.empty())
        std::memcpy(to, bytes.data(), bytes.size());
}

} // namespace

EntryRef Entry::make(std::string_view key, std::size_t valueSize) {
    const std::uint32_t keyBytes = checkedSize(key.size(), "a key of 4 GiB or more");
    const std::uint32_t valueBytes = checkedSize(valueSize, "a value of 4 GiB or more");
    void* block = ::operator new(footprint(keyBytes, valueBytes));
    auto* entry = new (block) Entry(keyBytes, valueBytes);
    copy(entry->bytes(), key);
    return EntryRef::adopt(entry);
}

EntryRef Entry::make(std::string_view key, std::string_view value) {
    EntryRef entry = make(key, value.size());
    copy(entry->writableValue().data(), value);
    return entry;
}

void Entry::destroy() noexcept {
    this->~Entry();
    ::operator delete(this);
}

} // namespace nearcache
