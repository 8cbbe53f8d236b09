#pragma once

/// Which requests of one connection wait for which.
///
/// Own order: a GET waits for the earlier commands of its connection that have to do with its key; a command waits for
/// the earlier GETs of its keys, and commands go out in their order, by one link. What goes by the client's own road
/// waits for all before it, and all behind it wait for that. All else overlaps. A GET behind one of the same key that
/// is under way is not looked up, but goes to the same home, and an MGET and another read of its keys wait for each
/// other: or else the later one might be told what is older.
/// All functions are pure.

#include "pipeline/Operation.h"

#include <cstdint>

namespace nearcache {

/// Whether a later request has to wait for an earlier one of the same connection.
[[nodiscard]] bool mustWait(const Operation& later, const Operation& earlier);

/// Of the keys that the front-end has named. By hash: two that share one wait for each other, which does no harm.
[[nodiscard]] bool hasKey(const Operation& operation, std::uint64_t hash);
[[nodiscard]] bool haveCommonKey(const Operation& a, const Operation& b);

} // namespace nearcache
