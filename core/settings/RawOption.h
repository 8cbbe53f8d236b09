#pragma once

/// An option as it stands in the YAML, before somebody says what it should be.

#include "settings/SettingsError.h"

#include <cstdint>
#include <string>

namespace nearcache {

struct RawOption {
    enum class Kind : std::uint8_t { Nothing, Scalar, List, Map };

    std::string name;
    Kind kind = Kind::Nothing;
    std::string text; ///< of a Scalar, variables replaced
    Location where;
};

} // namespace nearcache
