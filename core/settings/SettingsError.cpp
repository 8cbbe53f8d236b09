#include "settings/SettingsError.h"

namespace nearcache {

namespace {

std::string compose(const Location& where, std::string_view option, std::string_view message) {
    std::string text = toString(where);
    for (const std::string_view part : {option, message})
        if (!part.empty())
            (text.empty() ? text : text += ": ") += part;
    return text;
}

} // namespace

std::string toString(const Location& where) {
    return where.line > 0 ? where.file + ":" + std::to_string(where.line) : where.file;
}

SettingsError::SettingsError(const Location& where, std::string_view option, std::string_view message)
    : std::runtime_error(compose(where, option, message)) {}

} // namespace nearcache
