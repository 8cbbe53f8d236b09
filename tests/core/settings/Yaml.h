#pragma once

#include "settings/Settings.h"

#include <map>
#include <string>
#include <string_view>

namespace nearcache::test {

using Variables = std::map<std::string, std::string>;

[[nodiscard]] Environment environmentOf(Variables variables);

/// The settings that a file with this text makes.
[[nodiscard]] Settings load(std::string_view yaml, const Variables& variables = {});

/// The same with one front-end added, so that the rest can be looked at alone.
[[nodiscard]] Settings loadWithFrontEnd(std::string_view yaml, const Variables& variables = {});

/// The error that a file with this text makes, without the file's name: `3: cache.ttl: expected …`. Empty where there
/// is none.
[[nodiscard]] std::string errorOf(std::string_view yaml, const Variables& variables = {});

} // namespace nearcache::test
