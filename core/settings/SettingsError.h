#pragma once

/// What is wrong with a configuration, and where.

#include <stdexcept>
#include <string>
#include <string_view>

namespace nearcache {

/// A place in a YAML file.
struct Location {
    std::string file;
    int line = 0; ///< counted from 1; 0 means the file as a whole

    bool operator==(const Location&) const = default;
};

/// `FILE:LINE`, or `FILE` for the file as a whole.
[[nodiscard]] std::string toString(const Location& where);

/// Stops the start. what() is `FILE:LINE: OPTION: MESSAGE`; a part that is not known is left out.
class SettingsError : public std::runtime_error {
  public:
    SettingsError(const Location& where, std::string_view option, std::string_view message);
};

} // namespace nearcache
