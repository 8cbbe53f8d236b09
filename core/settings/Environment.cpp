#include "settings/Environment.h"

#include <cstdlib>

namespace nearcache {

Environment processEnvironment() {
    return [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        return value ? std::optional<std::string>(value) : std::nullopt;
    };
}

} // namespace nearcache
