#pragma once

/// Which of a command's words are keys.
///
/// Source: https://redis.io/docs/latest/develop/reference/key-specs/. Where the words do not fit the description (a count
/// beyond the end, say), Redis refuses the command; what is there is told all the same.

#include "Parse.h"

#include "nearcache/CommandTable.h"

#include <memory_resource>
#include <string_view>
#include <vector>

namespace nearcache::respfront {

struct FoundKeys {
    explicit FoundKeys(std::pmr::memory_resource& memory) : keys(&memory) {}

    std::pmr::vector<std::string_view> keys; ///< in no order; one may be there twice
    bool complete = true;                    ///< it has no others
    bool writes = false;                     ///< it may change some of them
};

/// Whether the command has a place for keys at all.
[[nodiscard]] bool hasKeys(const CommandInfo& command);

[[nodiscard]] FoundKeys findKeys(const CommandInfo& command, Words words, std::pmr::memory_resource& memory);

} // namespace nearcache::respfront
