#pragma once

/// Replies that need neither cache nor Redis: refusals, the status, and what `OPTIONS *` is told.

#include "Head.h"
#include "Tag.h"

#include <memory_resource>
#include <string>
#include <string_view>

namespace nearcache::http {

struct Answer {
    std::string_view status;
    std::string_view text;   ///< the body, for people; may be empty
    std::string_view fields; ///< further header fields, each with its line end
    std::string_view type = plainText;
};

/// The finished reply, in memory from `memory`.
[[nodiscard]] std::string_view compose(const Answer& answer, Tag tag, std::pmr::memory_resource& memory);

/// What a client is told that is one too many for `limits.connections`.
[[nodiscard]] std::string composeRefusal();

/// A client that gets a 503 may well succeed a second later.
inline constexpr std::string_view retryAfter = "Retry-After: 1\r\n";

} // namespace nearcache::http
