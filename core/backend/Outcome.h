#pragma once

#include "cache/Entry.h"
#include "nearcache/FrontEnd.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace nearcache {

/// What came of asking Redis for a key.
struct Outcome {
    Reply::Kind kind = Reply::Kind::Error; ///< Value, Absent or Error
    std::string_view value;                ///< of a Value; lives as long as the entry, or without one as the call
    EntryRef entry;                        ///< of a long Value: where it lies
    ErrorCode error = ErrorCode::Unavailable;
    std::string text; ///< of an Error
    /// Of a Value: when its key ends in Redis, counted from a moment after the request was sent; none: it does not.
    std::optional<std::chrono::milliseconds> expiresIn;
    bool storable = true; ///< of a Value: false when its key had ended right behind it, or may at any time
};

} // namespace nearcache
