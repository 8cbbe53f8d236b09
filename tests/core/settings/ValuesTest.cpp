#include "settings/Values.h"

#include <gtest/gtest.h>

#include <limits>

using namespace std::chrono_literals;

namespace nearcache::test {

namespace {

constexpr double unlimited = std::numeric_limits<double>::max();

template <class Value> std::optional<Value> parsed(OptionType type, std::string_view text, double least, double most) {
    const auto value = parseValue({"name", type, "", "", least, most}, text);
    return value ? std::optional(std::get<Value>(*value)) : std::nullopt;
}

auto integer(std::string_view text, double least = -10, double most = 10) {
    return parsed<std::int64_t>(OptionType::Integer, text, least, most);
}

auto real(std::string_view text, double least = -1, double most = 1) {
    return parsed<double>(OptionType::Real, text, least, most);
}

auto duration(std::string_view text, double least = 0, double most = unlimited) {
    return parsed<std::chrono::milliseconds>(OptionType::Duration, text, least, most);
}

auto size(std::string_view text, double least = 0, double most = unlimited) {
    return parsed<std::uint64_t>(OptionType::Size, text, least, most);
}

TEST(Values, textIsAnything) {
    EXPECT_EQ(parsed<std::string>(OptionType::Text, "", 0, 0), "");
    EXPECT_EQ(parsed<std::string>(OptionType::Text, "any thing", 0, 0), "any thing");
}

TEST(Values, flagIsTrueOrFalse) {
    EXPECT_EQ(parsed<bool>(OptionType::Flag, "true", 0, 0), true);
    EXPECT_EQ(parsed<bool>(OptionType::Flag, "false", 0, 0), false);
    for (const char* text : {"", "yes", "on", "1", "True", "true "})
        EXPECT_EQ(parsed<bool>(OptionType::Flag, text, 0, 0), std::nullopt) << text;
}

TEST(Values, integerIsDecimalAndInRange) {
    EXPECT_EQ(integer("-10"), -10);
    EXPECT_EQ(integer("10"), 10);
    EXPECT_EQ(integer("007"), 7);
    EXPECT_EQ(integer("9223372036854775807", 0, unlimited), std::numeric_limits<std::int64_t>::max());
    for (const char* text : {"11", "-11", "", "-", "+1", "1.0", "1e1", "0x1", " 1", "1 ", "1k", "9223372036854775808"})
        EXPECT_EQ(integer(text), std::nullopt) << text;
}

TEST(Values, realIsDecimalAndInRange) {
    EXPECT_EQ(real("0.1"), 0.1);
    EXPECT_EQ(real("-1"), -1.0);
    EXPECT_EQ(real("1"), 1.0);
    EXPECT_EQ(real("1e-3"), 0.001);
    for (const char* text : {"1.1", "", ".5", "-", "+0.5", "0,5", "nan", "inf", "-inf", "0.5x"})
        EXPECT_EQ(real(text), std::nullopt) << text;
}

TEST(Values, durationHasAUnit) {
    EXPECT_EQ(duration("500ms"), 500ms);
    EXPECT_EQ(duration("60s"), 60s);
    EXPECT_EQ(duration("5m"), 5min);
    EXPECT_EQ(duration("1h"), 1h);
    EXPECT_EQ(duration("0s"), 0s);
    for (const char* text : {"", "5", "ms", "-5s", "1.5s", "5 s", "5S", "1d", "1h30m", "s5", "99999999999999999999s"})
        EXPECT_EQ(duration(text), std::nullopt) << text;
}

TEST(Values, durationCannotOverflow) {
    EXPECT_EQ(duration("18446744073709551615h"), std::nullopt);
    EXPECT_EQ(duration("5124095576030432h"), std::nullopt); // ten and a half minutes, modulo 2 to the 64
    EXPECT_EQ(duration("9007199254740992ms"), 9007199254740992ms);
    EXPECT_EQ(duration("9007199254740993ms"), std::nullopt);
}

TEST(Values, sizeIsInBytesOrInPowersOf1024) {
    EXPECT_EQ(size("512"), 512U);
    EXPECT_EQ(size("64KiB"), 65'536U);
    EXPECT_EQ(size("1MiB"), 1'048'576U);
    EXPECT_EQ(size("2GiB"), std::uint64_t{2} << 30);
    for (const char* text : {"", "KiB", "1KB", "1k", "1kib", "-1", "1.5MiB", "1 MiB", "17179869184GiB"})
        EXPECT_EQ(size(text), std::nullopt) << text;
}

TEST(Values, rangeIncludesItsEnds) {
    EXPECT_EQ(duration("1s", 1000, 2000), 1s);
    EXPECT_EQ(duration("999ms", 1000, 2000), std::nullopt);
    EXPECT_EQ(duration("2s", 1000, 2000), 2s);
    EXPECT_EQ(duration("2001ms", 1000, 2000), std::nullopt);
    EXPECT_EQ(size("1KiB", 1, 1024), 1024U);
    EXPECT_EQ(size("1025", 1, 1024), std::nullopt);
}

TEST(Values, expectationNamesTheRangeInItsUnits) {
    const auto expected = [](OptionType type, double least, double most) {
        return expectation({"name", type, "", "", least, most});
    };

    EXPECT_EQ(expected(OptionType::Text, 0, unlimited), "text");
    EXPECT_EQ(expected(OptionType::Flag, 0, unlimited), "true or false");
    EXPECT_EQ(expected(OptionType::Integer, 0, unlimited), "a whole number 0 or more");
    EXPECT_EQ(expected(OptionType::Integer, -5, 2147483647), "a whole number from -5 to 2147483647");
    EXPECT_EQ(expected(OptionType::Real, 0.01, 0.9), "a number from 0.01 to 0.9");
    EXPECT_EQ(expected(OptionType::Duration, 0, 90'000), "a duration such as 500ms or 60s, from 0ms to 90s");
    EXPECT_EQ(expected(OptionType::Duration, 1, 3'600'000), "a duration such as 500ms or 60s, from 1ms to 1h");
    EXPECT_EQ(expected(OptionType::Size, 1, 1 << 20), "a size such as 512, 64KiB or 1MiB, from 1 to 1MiB");
    EXPECT_EQ(expected(OptionType::Size, 1025, unlimited), "a size such as 512, 64KiB or 1MiB, 1025 or more");
}

} // namespace

} // namespace nearcache::test
