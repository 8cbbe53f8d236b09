#pragma once

/// Replies. A Sink has append(std::string_view): an Output, or a text from newText().

#include "Tag.h"

#include "nearcache/FrontEnd.h"
#include "nearcache/Resp.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace nearcache::respfront {

inline constexpr std::string_view ok = "+OK\r\n";
inline constexpr std::string_view pong = "+PONG\r\n";
/// Nothing where a string might be.
[[nodiscard]] constexpr std::string_view nullOf(bool resp3) {
    return resp3 ? "_\r\n" : "$-1\r\n";
}
inline constexpr std::string_view invalidClientName =
    "ERR Client names cannot contain spaces, newlines or special characters.";

/// Appends a text that must stay on one line; each CR and LF in it becomes a space.
template <class Sink> void appendOneLine(Sink& sink, std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = std::min(text.find_first_of(resp::newLine), text.size());
        sink.append(text.substr(0, length));
        if (length == text.size())
            return;
        sink.append(std::string_view(" "));
        text.remove_prefix(length + 1);
    }
}

template <class Sink> void appendStatus(Sink& sink, std::string_view text) {
    sink.append(std::string_view("+"));
    appendOneLine(sink, text);
    sink.append(resp::newLine);
}

/// `text` begins with its code, such as ERR.
template <class Sink> void appendError(Sink& sink, std::string_view text) {
    sink.append(std::string_view("-"));
    appendOneLine(sink, text);
    sink.append(resp::newLine);
}

template <class Sink> void appendArray(Sink& sink, std::size_t elements) {
    resp::appendNumber(sink, '*', static_cast<std::int64_t>(elements));
}

/// The head of a map, which is an array of twice the length in RESP2.
template <class Sink> void appendMap(Sink& sink, std::size_t fields, bool resp3) {
    resp::appendNumber(sink, resp3 ? '%' : '*', static_cast<std::int64_t>(resp3 ? fields : fields * 2));
}

/// A text for people, which RESP3 has a type for.
template <class Sink> void appendText(Sink& sink, std::string_view text, bool resp3) {
    constexpr std::string_view type = "txt:";
    if (!resp3)
        return resp::appendBulk(sink, text);
    resp::appendNumber(sink, '=', static_cast<std::int64_t>(type.size() + text.size()));
    sink.append(type);
    sink.append(text);
    sink.append(resp::newLine);
}

template <class Sink> void appendInteger(Sink& sink, std::int64_t number) {
    resp::appendNumber(sink, ':', number);
}

/// Writes what became of a Get, a GetMany or a Forward, or what came unasked.
void writeReply(const Reply& reply, Tag tag, Output& output);

} // namespace nearcache::respfront
