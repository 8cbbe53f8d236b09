#pragma once

/// What a request target names: its path, and the key in its query.

#include <memory_resource>
#include <optional>
#include <string_view>

namespace nearcache::http {

/// The views point into the target.
struct Target {
    enum class Form : unsigned char {
        Path,      ///< `/get?key=a`, or `http://host/get?key=a`, whose host is ignored
        Asterisk,  ///< `*`
        Malformed, ///< anything else, or a target with a fragment (`#`)
    };
    Form form = Form::Malformed;
    std::string_view path;
    std::string_view query;
};

[[nodiscard]] Target parseTarget(std::string_view target);

/// The values of a query's parameters named `key`, not decoded; a `key` without `=` is none. Other parameters are
/// ignored.
struct KeyParameter {
    unsigned count = 0;
    std::string_view value; ///< the first one's
};

[[nodiscard]] KeyParameter findKey(std::string_view query);

/// Decodes as forms are: `%41` is a byte, any byte, and `+` a space. Nothing where a `%` has no two hexadecimal digits
/// behind it. The result is `text` itself where nothing is encoded, else lies in memory from `memory`.
[[nodiscard]] std::optional<std::string_view> decodeForm(std::string_view text, std::pmr::memory_resource& memory);

} // namespace nearcache::http
