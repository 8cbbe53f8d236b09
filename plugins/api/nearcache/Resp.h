#pragma once

/// RESP, the protocol of Redis, as far as both sides of a proxy need it: composing commands, reading numbers and short
/// strings. Where a reply ends is found by ReplyFramer.h.
///
/// Source: https://redis.io/docs/latest/develop/reference/protocol-spec/ (RESP2 and RESP3).
/// Not thread-safe; nothing throws but std::bad_alloc.

#include "nearcache/Api.h"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

NEARCACHE_API_BEGIN

namespace resp {

inline constexpr std::string_view newLine = "\r\n";

/// Bytes in one bulk string: Redis's default `proto-max-bulk-len`, and the longest string it stores.
inline constexpr std::uint64_t maxBulk = std::uint64_t{512} << 20;

/// The number that all of `text` spells, in the only way Redis writes it: no '+', no spaces, no leading zeros, no "-0".
[[nodiscard]] inline std::optional<std::int64_t> parseInteger(std::string_view text) {
    const bool negative = text.starts_with('-');
    const std::string_view digits = text.substr(negative ? 1 : 0);
    if (digits.empty() || digits.front() < '0' || digits.front() > '9' || (digits.front() == '0' && text.size() > 1))
        return std::nullopt;
    std::int64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end)
        return std::nullopt;
    return value;
}

/// Whether a line ends at `at`, where two bytes at least can be read.
[[nodiscard]] inline bool isNewLine(const char* at) {
    return std::memcmp(at, newLine.data(), newLine.size()) == 0;
}

/// What readShortNumber() does, for any of its numbers.
[[nodiscard]] inline const char* readSixDigits(const char* at, const char* end, char type, std::uint32_t& number) {
    constexpr std::uint32_t mostBeforeLastDigit = 99'999;
    if (end - at < 4 || *at != type)
        return nullptr;
    number = static_cast<std::uint32_t>(*++at - '0');
    if (number > 9)
        return nullptr;
    for (std::uint32_t digit = 0; ++at != end && (digit = static_cast<std::uint32_t>(*at - '0')) <= 9;) {
        if (number == 0 || number > mostBeforeLastDigit)
            return nullptr;
        number = number * 10 + digit;
    }
    return end - at >= 2 && isNewLine(at) ? at + 2 : nullptr;
}

/// Reads a type, a number of at most six digits and a line end, such as `$64\r\n`, at `at`. Returns where they end;
/// nullptr where they do not stand there, or not all of them yet: then it takes a reader that knows more. Most numbers
/// have one digit or two.
[[nodiscard]] inline const char* readShortNumber(const char* at, const char* end, char type, std::uint32_t& number) {
    constexpr std::ptrdiff_t withTwoDigits = 5;
    if (end - at >= withTwoDigits && *at == type) {
        const auto one = static_cast<std::uint32_t>(at[1] - '0');
        const auto two = static_cast<std::uint32_t>(at[2] - '0');
        if (one <= 9 && isNewLine(at + 2)) {
            number = one;
            return at + 4;
        }
        if (one - 1 < 9 && two <= 9 && isNewLine(at + 3)) {
            number = one * 10 + two;
            return at + withTwoDigits;
        }
    }
    return readSixDigits(at, end, type, number);
}

/// The same for a bulk string of less than a million bytes.
[[nodiscard]] inline const char* readShortBulk(const char* at, const char* end, std::string_view& bytes) {
    std::uint32_t length = 0;
    at = readShortNumber(at, end, '$', length);
    if (at == nullptr || end - at < std::ptrdiff_t{length} + 2)
        return nullptr;
    bytes = {at, length};
    at += length;
    return isNewLine(at) ? at + 2 : nullptr;
}

/// Appends `*3\r\n` or `:3\r\n`: a type and a number. A Sink has append(std::string_view): an Output, a std::string.
template <class Sink> void appendNumber(Sink& sink, char type, std::int64_t number) {
    if (number >= 0 && number < 100) { // most lengths
        const char tens = static_cast<char>('0' + number / 10);
        const char ones = static_cast<char>('0' + number % 10);
        const char two[] = {type, tens, ones, '\r', '\n'};
        const char one[] = {type, ones, '\r', '\n'};
        sink.append(number < 10 ? std::string_view(one, sizeof one) : std::string_view(two, sizeof two));
        return;
    }
    char text[24] = {type};
    char* end = std::to_chars(text + 1, text + sizeof text - newLine.size(), number).ptr;
    end = std::copy(newLine.begin(), newLine.end(), end);
    sink.append(std::string_view(text, static_cast<std::size_t>(end - text)));
}

/// Appends a bulk string.
template <class Sink> void appendBulk(Sink& sink, std::string_view bytes) {
    appendNumber(sink, '$', static_cast<std::int64_t>(bytes.size()));
    sink.append(bytes);
    sink.append(newLine);
}

/// Appends a command: an array of bulk strings.
template <class Sink> void appendCommand(Sink& sink, std::span<const std::string_view> words) {
    appendNumber(sink, '*', static_cast<std::int64_t>(words.size()));
    for (const std::string_view word : words)
        appendBulk(sink, word);
}

template <class Sink> void appendCommand(Sink& sink, std::initializer_list<std::string_view> words) {
    appendCommand(sink, std::span<const std::string_view>(words.begin(), words.size()));
}

} // namespace resp

NEARCACHE_API_END
