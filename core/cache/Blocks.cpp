#include "cache/Blocks.h"

#include <exception>

namespace nearcache {

namespace {

char* copy(char* to, std::string_view bytes) {
    if (!bytes.empty())
        std::memcpy(to, bytes.data(), bytes.size());
    return to + bytes.size();
}

template <class T> char* append(char* to, const T& value) {
    std::memcpy(to, &value, sizeof value);
    return to + sizeof value;
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
    char* at = append(_slab.at(block), Stamp{});
    if (isWide(key.size(), value.size())) {
        at = append(append(at, wide), wideLengths);
        at = append(append(at, static_cast<std::uint16_t>(key.size())), static_cast<std::uint16_t>(value.size()));
    } else {
        at = append(append(at, static_cast<std::uint8_t>(key.size())), static_cast<std::uint8_t>(value.size()));
    }
    copy(copy(at, key), value);
    return block;
}

Blocks::Handle Blocks::makeLong(EntryRef home) noexcept {
    const Handle block = _slab.allocate(longSize);
    if (block == none)
        return none;
    append(append(append(append(_slab.at(block), Stamp{}), wide), widePointer),
           reinterpret_cast<std::uintptr_t>(home.detach()));
    return block;
}

} // namespace nearcache
