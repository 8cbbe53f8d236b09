#include "loader/PluginLibrary.h"

namespace nearcache {

std::filesystem::path pluginFile(const std::filesystem::path& directory, const std::string& kind,
                                 const std::string& name) {
    return directory / (kind + "_" + name + ".so");
}

} // namespace nearcache
