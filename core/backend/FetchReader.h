#pragma once

/// Has hiredis's reader build an Outcome instead of reply objects of its own: a value is copied once, from the bytes
/// received into the cache entry.

#include "backend/Outcome.h"

#include <string>

struct redisReader;

namespace nearcache {

/// What the reader fills in. Lives as long as the reader reads.
struct FetchTarget {
    const std::string* key = nullptr; ///< of the GET that is answered next
    Outcome outcome;                  ///< of the last reply that the reader returned
};

/// From now on the reader's replies go into `target`; what redisReaderGetReply() returns is only null or not.
void readInto(redisReader& reader, FetchTarget& target);

} // namespace nearcache
