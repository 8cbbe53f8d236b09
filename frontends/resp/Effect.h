#pragma once

/// What a command does to the data, as far as Redis's command table and the command's words tell.

#include "Parse.h"

#include "nearcache/CommandTable.h"
#include "nearcache/FrontEnd.h"

#include <memory_resource>
#include <string_view>

namespace nearcache::respfront {

struct Effect {
    Words keys{}; ///< that it reads or writes; in memory of its own
    Request::Scope scope = Request::Scope::Keys;
    bool writes = false;
    bool blocks = false; ///< it may wait in Redis by design
};

/// `name` is the command's, in lower case.
[[nodiscard]] Effect effectOf(const CommandTable& table, std::string_view name, Words words,
                              std::pmr::memory_resource& memory);

} // namespace nearcache::respfront
