#include "StatusPage.h"

#include "nearcache/Resp.h"

#include <Poco/UTF8Encoding.h>

#include <algorithm>

namespace nearcache::http {

namespace {

/// Bytes of the character that begins with this one, if it is UTF-8 at all.
std::size_t lengthOf(char first) {
    const auto byte = static_cast<unsigned char>(first);
    return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

bool isCharacter(std::string_view bytes, std::size_t length) {
    return bytes.size() == length &&
           Poco::UTF8Encoding::isLegal(reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(length));
}

void appendEscaped(std::string& text, char byte) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto value = static_cast<unsigned char>(byte);
    text.append("\\u00").append(1, digits[value >> 4U]).append(1, digits[value & 15U]);
}

/// Redis's words may be in the facts, and in any encoding: what is no UTF-8 is told byte by byte.
void appendString(std::string& text, std::string_view value) {
    text += '"';
    while (!value.empty()) {
        const std::size_t length = lengthOf(value.front());
        const std::string_view character = value.substr(0, length);
        const bool whole = isCharacter(character, length);
        if (value.front() == '"' || value.front() == '\\')
            text.append("\\").append(1, value.front());
        else if (static_cast<unsigned char>(value.front()) < 0x20 || !whole)
            appendEscaped(text, value.front());
        else
            text.append(character);
        value.remove_prefix(whole ? length : 1);
    }
    text += '"';
}

void appendFact(std::string& text, const Fact& fact) {
    appendString(text, fact.name);
    text += ':';
    if (resp::parseInteger(fact.value))
        text += fact.value;
    else
        appendString(text, fact.value);
}

} // namespace

std::string composeStatus(std::span<const Fact> facts) {
    std::string text = "{";
    std::string_view section;
    for (const Fact& fact : facts) {
        const bool begins = text.size() == 1 || fact.section != section;
        if (begins && text.size() > 1)
            text += '}';
        if (text.size() > 1)
            text += ',';
        if (begins) {
            appendString(text, fact.section);
            text += ":{";
        }
        section = fact.section;
        appendFact(text, fact);
    }
    return text.append(text.size() > 1 ? "}}" : "}");
}

} // namespace nearcache::http
