#include "settings/Values.h"

#include "settings/Characters.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <cstdio>
#include <limits>
#include <span>

namespace nearcache {

namespace {

struct Unit {
    std::string_view suffix;
    std::uint64_t factor;
};

// The largest first: the first that divides a number is the one it is shown in.
constexpr std::array<Unit, 4> durationUnits{{{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::array<Unit, 4> sizeUnits{
    {{"GiB", std::uint64_t{1} << 30}, {"MiB", std::uint64_t{1} << 20}, {"KiB", std::uint64_t{1} << 10}, {"", 1}}};

// The largest number of milliseconds, or bytes, that a limit given as a double can be compared with exactly.
constexpr std::uint64_t maxScaled = std::uint64_t{1} << 53;

template <class Number> std::optional<Number> parseNumber(std::string_view text) {
    Number number{};
    const char* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, number);
    return result.ec == std::errc{} && result.ptr == end ? std::optional(number) : std::nullopt;
}

std::optional<double> parseReal(std::string_view text) {
    const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
    return !digits.empty() && isDigit(digits.front()) ? parseNumber<double>(text) : std::nullopt; // no inf, no nan
}

std::optional<std::uint64_t> parseScaled(std::string_view text, std::span<const Unit> units) {
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = parseNumber<std::uint64_t>(text.substr(0, digits));
    for (const Unit& unit : units)
        if (number && text.substr(digits) == unit.suffix && *number <= maxScaled / unit.factor)
            return *number * unit.factor;
    return std::nullopt;
}

std::optional<OptionValue> parseFlag(std::string_view text) {
    if (text == "true" || text == "false")
        return text == "true";
    return std::nullopt;
}

template <class Result, class Number>
std::optional<OptionValue> inRange(const OptionSpec& spec, std::optional<Number> number) {
    if (!number || static_cast<double>(*number) < spec.minimum || static_cast<double>(*number) > spec.maximum)
        return std::nullopt;
    return OptionValue(Result(*number));
}

std::string formatScaled(double number, std::span<const Unit> units) {
    const auto count = static_cast<std::uint64_t>(number);
    for (const Unit& unit : units)
        if (count >= unit.factor && count % unit.factor == 0)
            return std::to_string(count / unit.factor) + std::string(unit.suffix);
    return std::to_string(count) + std::string(units.back().suffix);
}

std::string formatReal(double number) {
    std::array<char, 32> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.15g", number);
    return buffer.data();
}

std::string range(const OptionSpec& spec, std::invocable<double> auto format) {
    if (spec.maximum == std::numeric_limits<double>::max())
        return format(spec.minimum) + " or more";
    return "from " + format(spec.minimum) + " to " + format(spec.maximum);
}

} // namespace

std::optional<OptionValue> parseValue(const OptionSpec& spec, std::string_view text) {
    using std::chrono::milliseconds;
    switch (spec.type) {
    case OptionType::Text: return OptionValue(std::string(text));
    case OptionType::Flag: return parseFlag(text);
    case OptionType::Integer: return inRange<std::int64_t>(spec, parseNumber<std::int64_t>(text));
    case OptionType::Real: return inRange<double>(spec, parseReal(text));
    case OptionType::Duration: return inRange<milliseconds>(spec, parseScaled(text, durationUnits));
    case OptionType::Size: return inRange<std::uint64_t>(spec, parseScaled(text, sizeUnits));
    }
    return std::nullopt;
}

std::string expectation(const OptionSpec& spec) {
    const auto duration = [](double number) { return formatScaled(number, durationUnits); };
    const auto size = [](double number) { return formatScaled(number, sizeUnits); };
    switch (spec.type) {
    case OptionType::Text: return "text";
    case OptionType::Flag: return "true or false";
    case OptionType::Integer: return "a whole number " + range(spec, formatReal);
    case OptionType::Real: return "a number " + range(spec, formatReal);
    case OptionType::Duration: return "a duration such as 500ms or 60s, " + range(spec, duration);
    case OptionType::Size: return "a size such as 512, 64KiB or 1MiB, " + range(spec, size);
    }
    return "";
}

} // namespace nearcache
