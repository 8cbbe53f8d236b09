#pragma once

/// The text of an option as a value of its type.

#include "nearcache/Options.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace nearcache {

/// In the order of OptionType.
using OptionValue = std::variant<std::string, bool, std::int64_t, double, std::chrono::milliseconds, std::uint64_t>;

/// Nothing where the text is not of the option's type, or out of its range.
[[nodiscard]] std::optional<OptionValue> parseValue(const OptionSpec& spec, std::string_view text);

/// What the option takes, for messages: `a duration such as 500ms or 60s, from 1ms to 1h`.
[[nodiscard]] std::string expectation(const OptionSpec& spec);

} // namespace nearcache
