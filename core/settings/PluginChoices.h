#pragma once

/// The parts of the document that name plugins.

#include "settings/Node.h"
#include "settings/Settings.h"

#include <vector>

namespace nearcache {

/// `lru`, or `{plugin: lru, …}`. Throws SettingsError.
[[nodiscard]] PluginChoice readPolicy(const Node& node);

/// The list under `frontends`; nullptr where there is none, which is an error too. Throws SettingsError.
[[nodiscard]] std::vector<FrontEndSettings> readFrontEnds(const Node* list, const Location& document);

} // namespace nearcache
