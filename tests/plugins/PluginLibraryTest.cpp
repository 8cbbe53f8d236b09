#include "loader/PluginLibrary.h"

#include "nearcache/FrontEnd.h"
#include "nearcache/Policy.h"
#include "settings/Settings.h"
#include "support/TemporaryFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nearcache::test {

namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::filesystem::path fixture(const std::string& name) {
    return pluginFile(NEARCACHE_TEST_PLUGIN_DIR, "policy", name);
}

template <class Base = PolicyPlugin> std::string errorOf(const std::filesystem::path& path) {
    try {
        const PluginLibrary<Base> library(path);
    } catch (const LoadError& error) {
        return error.what();
    }
    return "";
}

// Which twin's code runs in the plugin's class, and in its policy's: `1 1`.
std::string whose(const PolicyPlugin& plugin) {
    const auto options = readOptions({"twin", {}, "cache.policy", {}}, plugin.options());
    const auto policy = plugin.create({1, *options});
    return plugin.options().at(0).defaultValue + " " + std::to_string(policy->victim(0));
}

TEST(PluginFile, isNamedAfterKindAndName) {
    EXPECT_EQ(pluginFile("/usr/lib/nearcache", "frontend", "http"), "/usr/lib/nearcache/frontend_http.so");
}

TEST(PluginLibrary, givesThePlugin) {
    const PluginLibrary<PolicyPlugin> library(fixture("twin1"));

    EXPECT_EQ(whose(library.plugin()), "1 1");
    EXPECT_EQ(library.path(), fixture("twin1"));
}

TEST(PluginLibrary, takesARelativePath) {
    const auto path = std::filesystem::relative(fixture("twin1"));
    const PluginLibrary<PolicyPlugin> library(path);

    EXPECT_TRUE(library.path().is_absolute());
    EXPECT_TRUE(std::filesystem::equivalent(library.path(), fixture("twin1")));
}

TEST(PluginLibrary, keepsClassesOfOneNameApart) {
    const PluginLibrary<PolicyPlugin> first(fixture("twin1"));
    const PluginLibrary<PolicyPlugin> second(fixture("twin2"));

    EXPECT_EQ(whose(first.plugin()), "1 1");
    EXPECT_EQ(whose(second.plugin()), "2 2");
}

TEST(PluginLibrary, canLoadOneLibraryTwice) {
    const PluginLibrary<PolicyPlugin> first(fixture("twin2"));
    const PluginLibrary<PolicyPlugin> second(fixture("twin2"));

    EXPECT_NE(&first.plugin(), &second.plugin());
    EXPECT_EQ(whose(second.plugin()), "2 2");
}

TEST(PluginLibrary, leavesTheCodeInTheProcess) {
    auto library = std::make_unique<PluginLibrary<PolicyPlugin>>(fixture("twin1"));
    const auto options = readOptions({"twin", {}, "cache.policy", {}}, library->plugin().options());
    const auto policy = library->plugin().create({1, *options});
    library.reset();

    EXPECT_EQ(policy->victim(0), 1U);
}

// Where symbols are exported, the second library's would run the first one's code.
TEST(PluginLibrary, refusesToRunAnotherPluginsCode) {
    const PluginLibrary<PolicyPlugin> first(fixture("exposed1"));

    EXPECT_EQ(whose(first.plugin()), "1 1");
    EXPECT_EQ(errorOf(fixture("exposed2")),
              "it exports a class that another plugin exports too, and would run the other's code: build it with "
              "-fvisibility=hidden");
}

TEST(PluginLibrary, refusesAnOldApi) {
    EXPECT_EQ(errorOf(fixture("old")),
              "it is a plugin of another kind, or was built for another version of the plugin API than api2");
}

TEST(PluginLibrary, refusesAnotherKind) {
    EXPECT_EQ(errorOf<FrontEndPlugin>(fixture("twin1")),
              "it is a plugin of another kind, or was built for another version of the plugin API than api2");
}

TEST(PluginLibrary, refusesALibraryThatIsNoPlugin) {
    EXPECT_EQ(errorOf(fixture("foreign")),
              "it is not a plugin: it has no manifest, which NEARCACHE_PLUGIN in nearcache/Api.h makes");
}

TEST(PluginLibrary, refusesAnythingButOneClass) {
    EXPECT_EQ(errorOf(fixture("crowd")), "its manifest names 2 classes instead of one");
    EXPECT_EQ(errorOf(fixture("empty")), "its manifest names 0 classes instead of one");
}

TEST(PluginLibrary, refusesALibraryThatLacksAFunction) {
    EXPECT_THAT(errorOf(fixture("unfinished")),
                AllOf(StartsWith("it cannot be loaded: "), HasSubstr("undefined symbol"), HasSubstr("nobodyHasThis")));
}

TEST(PluginLibrary, refusesAClassThatCannotBeMade) {
    EXPECT_EQ(errorOf(fixture("throwing")), "its class cannot be made: no luck today");
}

TEST(PluginLibrary, refusesAMissingFile) {
    const TemporaryFolder folder;
    const auto missing = pluginFile(folder.path(), "policy", "missing");

    EXPECT_EQ(errorOf(missing), "there is no such file");
    (void)folder.write("policy_sieve.so", "");
    (void)folder.write("policy_lru.so", "");
    (void)folder.write("frontend_http.so", "");
    (void)folder.write("policy_lru.txt", "");
    EXPECT_EQ(errorOf(missing), "there is no such file; what is there is lru, sieve");
    EXPECT_EQ(errorOf(folder.path() / "none" / "policy_missing.so"), "there is no such folder");
}

TEST(PluginLibrary, refusesWhatIsNoLibrary) {
    const TemporaryFolder folder;

    EXPECT_THAT(errorOf(folder.write("policy_text.so", "#include <poco>\n")), StartsWith("it cannot be loaded: "));
    EXPECT_THAT(errorOf(folder.write("policy_nothing.so", "")), StartsWith("it cannot be loaded: "));
    EXPECT_EQ(errorOf(folder.path()), "it is not a file");
}

TEST(PluginLibrary, canStillLoadAfterARefusal) {
    EXPECT_NE(errorOf(fixture("foreign")), "");
    EXPECT_NE(errorOf(fixture("old")), "");

    EXPECT_EQ(errorOf(fixture("twin1")), "");
}

} // namespace

} // namespace nearcache::test
