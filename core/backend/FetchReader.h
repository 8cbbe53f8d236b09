#pragma once

/// Has hiredis's reader build Outcomes instead of reply objects of its own: a value is copied once, from the bytes
/// received into the cache entry; and has it report what Redis pushes, which may stand anywhere, also between the
/// elements of a reply (Redis before 7.0, redis/redis#9422), where hiredis would count it as one of them.

#include "backend/Outcome.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

struct redisReader;

namespace nearcache {

/// Is told what Redis pushes, in the middle of the reading. Must not throw, nor touch the reader.
class PushListener {
  public:
    virtual ~PushListener() = default;

    /// An invalidation message begins.
    virtual void onInvalidation() = 0;

    virtual void onInvalidated(std::string_view key) = 0;
    virtual void onFlushed() = 0;
};

/// What the reader fills in. Lives as long as the reader reads.
struct FetchTarget {
    /// What the next reply is an answer to.
    enum class Asked : std::uint8_t { Get, Mget, Pttl, Ping };
    enum class Got : std::uint8_t { Reply, Push };

    Asked asked = Asked::Get;
    /// Keys of the Get (one) or the Mget, in their order. None: nothing was asked for.
    std::vector<std::string_view> keys;
    PushListener* listener = nullptr; ///< none: pushes are passed over

    Got got = Got::Reply;                  ///< what the reader returned last
    Outcome outcome;                       ///< of a Get; of any other, an Error, if it was one
    std::vector<Outcome> outcomes;         ///< of an Mget, one for each key; fewer if it was an error
    std::optional<std::int64_t> remaining; ///< of a Pttl: milliseconds; -1: no end; -2: no key; none: an error

    bool invalidates = false; ///< the push under way, or the last one
};

/// From now on the reader's replies go into `target`; what redisReaderGetReply() returns is only null or not.
void readInto(redisReader& reader, FetchTarget& target);

} // namespace nearcache
