#pragma once

// The command table of Redis 7.0.15, as its COMMAND tells it: one line a command,
//
//     name arity flags first last step spec…
//
// with the flags w(rite), r(eadonly), b(locking), m(ovablekeys) or -, and key specs BEGIN/FIND/FLAGS, where
//
//     BEGIN   I1 (index), K6:store (keyword, searched from there), U (unknown)
//     FIND    R-1,1,0 (range: last, step, limit), N0,1,1 (number: where, first, step), U
//     FLAGS   w(rites), n(ot keys), i(ncomplete), or nothing

#include "nearcache/CommandTable.h"

#include <memory>
#include <string>

namespace nearcache::respfront {

KeySpec readKeySpec(const std::string& text);

/// Throws std::exception for what is no such line.
CommandInfo readCommand(const std::string& line);

/// As it is, but for the write flag of the commands that run scripts, which whoever reads it from Redis adds.
std::shared_ptr<const CommandTable> redis7Commands();

} // namespace nearcache::respfront
