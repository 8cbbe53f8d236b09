#pragma once

/// Redis's command table (COMMAND) as a CommandTable, with the few corrections that it needs.
/// https://redis.io/docs/latest/commands/command/ and …/develop/reference/key-specs/
/// Redis 6 has seven fields a command; from 7.0 there are key specifications and subcommands.

#include "nearcache/CommandTable.h"

#include <memory>

struct redisReply;

namespace nearcache {

/// Null where the reply is no table. A command whose description is not understood is left out: it is then unknown, and
/// whoever meets it supposes the worst. RESP2 or RESP3.
[[nodiscard]] std::shared_ptr<const CommandTable> readCommandTable(const redisReply& reply);

/// What must be known of a Redis that does not tell: which commands wait by design, and would hold others up.
[[nodiscard]] std::shared_ptr<const CommandTable> leastCommandTable();

} // namespace nearcache
