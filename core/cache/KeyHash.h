#pragma once

/// The one hash of keys: the index, version tokens, policies and a key's home worker all take their bits from it.

#include <cstdint>
#include <string_view>

namespace nearcache {

/// XXH3, 64 bits, with a seed drawn at random once a process, so that clients cannot choose keys that collide.
/// The same key has another hash in another process: never store it or send it. O(key length). Any thread.
[[nodiscard]] std::uint64_t hashKey(std::string_view key) noexcept;

} // namespace nearcache
