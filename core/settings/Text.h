#pragma once

/// Text of the configuration, as it is shown in messages.

#include <string>
#include <string_view>
#include <vector>

namespace nearcache {

/// On one line and not long: control characters as `?`, the end as `…`.
[[nodiscard]] std::string printable(std::string_view text);

/// printable(), in quotes.
[[nodiscard]] std::string inQuotes(std::string_view text);

/// The known name that was probably meant, or "" where none is near.
[[nodiscard]] std::string nearest(std::string_view name, const std::vector<std::string>& known);

/// What is said of a name that is not known: with the nearest one, or else with all.
[[nodiscard]] std::string unknownOption(std::string_view name, const std::vector<std::string>& known);

} // namespace nearcache
