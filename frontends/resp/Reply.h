#pragma once

/// Replies in RESP2. A Sink has append(std::string_view): an Output, or a text from newText().

#include "nearcache/FrontEnd.h"
#include "nearcache/Resp.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace nearcache::respfront {

inline constexpr std::string_view ok = "+OK\r\n";
inline constexpr std::string_view pong = "+PONG\r\n";
inline constexpr std::string_view nullBulk = "$-1\r\n";
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

template <class Sink> void appendInteger(Sink& sink, std::int64_t number) {
    resp::appendNumber(sink, ':', number);
}

/// Writes what became of a Get or a Forward.
void writeReply(const Reply& reply, Output& output);

} // namespace nearcache::respfront
