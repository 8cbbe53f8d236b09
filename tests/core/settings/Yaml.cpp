#include "Yaml.h"

#include "support/TemporaryFolder.h"

namespace nearcache::test {

Environment environmentOf(Variables variables) {
    return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
}

Settings load(std::string_view yaml, const Variables& variables) {
    const TemporaryFolder folder;
    return loadSettings(folder.write("test.yaml", yaml).string(), environmentOf(variables));
}

Settings loadWithFrontEnd(std::string_view yaml, const Variables& variables) {
    return load(std::string(yaml) + "\nfrontends: [{plugin: http, listen: 6000}]\n", variables);
}

std::string errorOf(std::string_view yaml, const Variables& variables) {
    const TemporaryFolder folder;
    const std::string file = folder.write("test.yaml", yaml).string();
    try {
        (void)loadSettings(file, environmentOf(variables));
    } catch (const SettingsError& error) {
        const std::string text = error.what();
        return text.starts_with(file + ":") ? text.substr(file.size() + 1) : "no file: " + text;
    }
    return "";
}

} // namespace nearcache::test
