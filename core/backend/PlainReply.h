#pragma once

/// Reads in place what nearly all that comes by a link that fetches is: the replies to a GET and the PTTL behind it,
/// and the invalidation of one key; if it is here as a whole, and in the form in which Redis writes it. All else takes
/// a reader that knows more. Pure functions; nothing is copied.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace nearcache {

struct Fetched {
    bool found = false; ///< there is such a key
    std::string_view value;
    std::int64_t remaining = 0; ///< as PTTL says it
};

/// Both replies from the front of the bytes. Returns their length; 0: something else is there, or not all of it.
[[nodiscard]] std::size_t readFetched(std::string_view bytes, Fetched& fetched);

/// The same of the message that this key was changed.
[[nodiscard]] std::size_t readInvalidation(std::string_view bytes, std::string_view& key);

} // namespace nearcache
