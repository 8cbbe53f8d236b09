#include "cache/Blocks.h"

#include <exception>
#include <new>

namespace nearcache {

namespace {

char* copy(char* to, std::string_view bytes) {
    if (!bytes.empty())
        std::memcpy(to, bytes.data(), bytes.size());
    return to + bytes.size();
}

} // namespace

Blocks::Handle Blocks::make(std::string_view key, std::string_view value, EntryRef home) noexcept {
    if (!isLong(key.size(), value.size()) && !_slab.crowded())
        return makeShort(key, value);
    try {
        return makeLong(home ? std::move(home) : Entry::make(key, value));
    } catch (const std::exception&) {
        return none;
    }
}

Blocks::Handle Blocks::makeShort(std::string_view key, std::string_view value) noexcept {
    const Handle block = _slab.allocate(size(key.size(), value.size()));
    if (block == none)
        return none;
    char* const at = _slab.at(block);
    new (at) Header{{}, static_cast<std::uint16_t>(key.size()), static_cast<std::uint16_t>(value.size())};
    copy(copy(at + headerSize, key), value);
    return block;
}

Blocks::Handle Blocks::makeLong(EntryRef home) noexcept {
    const Handle block = _slab.allocate(headerSize + sizeof(Entry*));
    if (block == none)
        return none;
    char* const at = _slab.at(block);
    new (at) Header{{}, 0, homeMark};
    Entry* const entry = home.detach();
    std::memcpy(at + headerSize, &entry, sizeof entry);
    return block;
}

} // namespace nearcache
