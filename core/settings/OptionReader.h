#pragma once

/// Options against the list that declares them: the same for Nearcache's own and for a plugin's.

#include "settings/RawOption.h"

#include "nearcache/Options.h"

#include <memory>
#include <string>
#include <vector>

namespace nearcache {

/// What the options belong to.
struct OptionScope {
    std::string path; ///< `cache`
    Location where;
};

/// Every declared option has a value in what comes back: the YAML's or its default. Throws SettingsError for an option
/// that is not declared, of the wrong type or out of range, and for a default that its own declaration does not allow.
[[nodiscard]] std::unique_ptr<OptionValues>
checkOptions(const OptionScope& scope, const std::vector<RawOption>& options, const std::vector<OptionSpec>& specs);

} // namespace nearcache
