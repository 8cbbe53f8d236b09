#pragma once

/// Where `${NAME}` in the YAML comes from.

#include <functional>
#include <optional>
#include <string>

namespace nearcache {

/// The value of a variable, or nothing where it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// The environment of this process. Not to be called while another thread changes it.
[[nodiscard]] Environment processEnvironment();

} // namespace nearcache
