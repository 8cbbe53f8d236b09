#include "Target.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace nearcache::http {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool beginsWith(std::string_view text, std::string_view lowerCase) {
    return text.size() >= lowerCase.size() &&
           std::equal(lowerCase.begin(), lowerCase.end(), text.begin(), [](char a, char b) { return a == lower(b); });
}

Target splitQuery(std::string_view pathAndQuery) {
    const std::size_t mark = pathAndQuery.find('?');
    if (mark == std::string_view::npos)
        return {Target::Form::Path, pathAndQuery, {}};
    return {Target::Form::Path, pathAndQuery.substr(0, mark), pathAndQuery.substr(mark + 1)};
}

/// `http://host:port/path?query` (RFC 9112, section 3.2.2); an empty path means `/`.
Target parseAbsolute(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!beginsWith(target, scheme))
            continue;
        target.remove_prefix(scheme.size());
        const std::size_t host = std::min(target.find_first_of("/?"), target.size());
        if (host == 0)
            return {};
        Target result = splitQuery(target.substr(host));
        if (result.path.empty())
            result.path = "/";
        return result;
    }
    return {};
}

/// −1 for what is no hexadecimal digit.
int hexValue(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool isEncoded(char c) {
    return c == '%' || c == '+';
}

/// Writes the byte that `%` and what follows stand for; false where they stand for none.
bool decodeEscape(std::string_view escape, char& out) {
    if (escape.size() < 3)
        return false;
    const int high = hexValue(escape[1]);
    const int low = hexValue(escape[2]);
    out = static_cast<char>(high * 16 + low);
    return high >= 0 && low >= 0;
}

} // namespace

Target parseTarget(std::string_view target) {
    if (target.find('#') != std::string_view::npos)
        return {};
    if (target == "*")
        return {Target::Form::Asterisk, {}, {}};
    return target.starts_with('/') ? splitQuery(target) : parseAbsolute(target);
}

KeyParameter findKey(std::string_view query) {
    constexpr std::string_view name = "key=";
    KeyParameter result;
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view parameter = query.substr(0, end);
        if (parameter.starts_with(name) && result.count++ == 0)
            result.value = parameter.substr(name.size());
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    return result;
}

std::optional<std::string_view> decodeForm(std::string_view text, std::pmr::memory_resource& memory) {
    if (std::none_of(text.begin(), text.end(), isEncoded))
        return text;
    auto* const decoded = static_cast<char*>(memory.allocate(text.size(), 1));
    char* out = decoded;
    for (std::size_t i = 0; i < text.size(); ++out) {
        *out = text[i] == '+' ? ' ' : text[i];
        if (text[i] == '%' && !decodeEscape(text.substr(i), *out))
            return std::nullopt;
        i += text[i] == '%' ? 3 : 1;
    }
    return std::string_view(decoded, static_cast<std::size_t>(out - decoded));
}

} // namespace nearcache::http
