#pragma once

/// All options of Nearcache itself: each once, with type, default, range and description.

#include "nearcache/Options.h"

#include <string>
#include <string_view>
#include <vector>

namespace nearcache {

/// The options under one key of the YAML's top level.
struct OptionSection {
    std::string name; ///< `cache`; `frontends` for what each of its entries holds beside the plugin's own options
    std::vector<OptionSpec> options;
};

/// In the order of the reference configuration.
[[nodiscard]] const std::vector<OptionSection>& coreOptions();

/// REQUIRES: the section exists.
[[nodiscard]] const std::vector<OptionSpec>& coreOptions(std::string_view section);

/// For people: what it means, what it takes and its default, in one paragraph. The reference configuration has the same
/// words in its comments.
[[nodiscard]] std::string describe(const OptionSpec& option);

/// For people: each option with its description. `path` precedes the names: `cache` makes `cache.ttl`.
[[nodiscard]] std::string describeOptions(std::string_view path, const std::vector<OptionSpec>& options);

} // namespace nearcache
