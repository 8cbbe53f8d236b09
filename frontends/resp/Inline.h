#pragma once

/// Commands typed as a line, with quotes as in redis-cli: "a\x00\n" and 'it\'s'.

#include <memory_resource>
#include <optional>
#include <span>
#include <string_view>

namespace nearcache::respfront {

/// The words of a line, in memory of `scratch`; nothing where quotes are left open, or go on without a space.
/// As in Redis, a NUL ends the line.
[[nodiscard]] std::optional<std::span<const std::string_view>> splitLine(std::string_view line,
                                                                         std::pmr::memory_resource& scratch);

} // namespace nearcache::respfront
