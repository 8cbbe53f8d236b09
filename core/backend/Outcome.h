#pragma once

#include "cache/Entry.h"
#include "nearcache/FrontEnd.h"

#include <string>

namespace nearcache {

/// What came of asking Redis for a key.
struct Outcome {
    Reply::Kind kind = Reply::Kind::Error; ///< Value, Absent or Error
    EntryRef entry;                        ///< of a Value
    ErrorCode error = ErrorCode::Unavailable;
    std::string text; ///< of an Error
};

} // namespace nearcache
