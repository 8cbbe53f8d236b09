// What holds for every plugin that is built, whichever they are.

#include "loader/PluginLibrary.h"

#include "nearcache/FrontEnd.h"
#include "nearcache/Policy.h"
#include "settings/CoreOptions.h"
#include "settings/Settings.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace nearcache::test {

namespace {

std::vector<std::filesystem::path> libraries(const std::string& kind) {
    std::vector<std::filesystem::path> found;
    for (const auto& file : std::filesystem::directory_iterator(NEARCACHE_PLUGIN_DIR))
        if (file.path().filename().string().starts_with(kind + "_") && file.path().extension() == ".so")
            found.push_back(file.path());
    return found;
}

// The reference configuration's words, without the marks of comments and the ends of lines.
std::string referenceText() {
    std::ifstream stream(std::filesystem::path(NEARCACHE_SOURCE_DIR) / "config" / "nearcache.yaml");
    std::ostringstream words;
    for (std::string word; stream >> word;)
        if (word != "#")
            words << word << ' ';
    return words.str();
}

template <class Base> void requireInReference(const std::string& kind) {
    const std::string reference = referenceText();
    const auto found = libraries(kind);
    EXPECT_FALSE(found.empty()) << "no plugins are built";
    for (const auto& path : found) {
        const PluginLibrary<Base> library(path);
        EXPECT_NO_THROW((void)readOptions({"shipped", {}, "shipped", {}}, library.plugin().options())) << path;
        for (const OptionSpec& option : library.plugin().options()) {
            const std::string expected = describe(option) + " " + option.name + ": " + option.defaultValue + " ";
            EXPECT_NE(reference.find(expected), std::string::npos)
                << path.filename() << ": config/nearcache.yaml lacks the lines\n    # " << describe(option) << "\n    "
                << option.name << ": " << option.defaultValue;
        }
    }
}

TEST(ShippedPlugins, haveTheirOptionsInTheReference) {
    requireInReference<PolicyPlugin>("policy");
    requireInReference<FrontEndPlugin>("frontend");
}

} // namespace

} // namespace nearcache::test
