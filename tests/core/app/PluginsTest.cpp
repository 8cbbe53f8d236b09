#include "app/Plugins.h"

#include "settings/Environment.h"
#include "support/TemporaryFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nearcache::test {

namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct NoHost : Host {
    [[nodiscard]] std::string_view version() const override { return "0"; }
    [[nodiscard]] unsigned database() const override { return 0; }
    [[nodiscard]] std::shared_ptr<const CommandTable> commands() const override { return nullptr; }
    [[nodiscard]] std::uint64_t commandsVersion() const override { return 0; }
    [[nodiscard]] BackendIdentity backend() const override { return {}; }
    [[nodiscard]] std::vector<Fact> facts() const override { return {}; }
    [[nodiscard]] std::vector<ClientFacts> clients() const override { return {}; }
    std::size_t endClients(std::span<const std::uint64_t> /*ids*/) const override { return 0; }
};

struct NoCredentials : Credentials {
    [[nodiscard]] bool required() const override { return false; }
    [[nodiscard]] bool check(std::string_view /*user*/, std::string_view /*password*/) const override { return false; }
};

class PluginsTest : public testing::Test {
  protected:
    Settings load(const std::string& yaml) {
        file = folder.write("test.yaml", yaml).string();
        return loadSettings(file);
    }

    /// A configuration with this in its line 3.
    Settings withPolicy(const std::string& policy) {
        return load("frontends: [{plugin: http, listen: '127.0.0.1:0'}]\ncache:\n  policy: " + policy + "\n");
    }

    /// The same.
    Settings withFrontEnd(const std::string& frontEnd) { return load("frontends:\n\n  - " + frontEnd + "\n"); }

    /// What is wrong with the policy, without the file's name.
    std::string policyError(const std::string& policy) {
        const auto settings = withPolicy(policy);
        return errorOf([&] { (void)testPlugins.makePolicy(settings.cache); });
    }

    std::string frontEndError(Plugins& plugins, const std::string& frontEnd) {
        const auto settings = withFrontEnd(frontEnd);
        return errorOf([&] { (void)plugins.makeFrontEnd(settings.frontends.at(0), host, credentials); });
    }

    template <class Function> std::string errorOf(Function function) {
        try {
            function();
        } catch (const SettingsError& error) {
            EXPECT_THAT(error.what(), StartsWith(file + ":"));
            return std::string(error.what()).substr(file.size() + 1);
        }
        return "";
    }

    static std::string library(const std::string& name) {
        return std::string(NEARCACHE_TEST_PLUGIN_DIR) + "/" + name + ".so";
    }

    const TemporaryFolder folder;
    std::string file;
    const NoHost host;
    const NoCredentials credentials;
    Plugins testPlugins{NEARCACHE_TEST_PLUGIN_DIR};
    Plugins shippedPlugins{NEARCACHE_PLUGIN_DIR};
};

TEST_F(PluginsTest, makeAPolicy) {
    const auto settings = withPolicy("twin1");
    const auto policy = testPlugins.makePolicy(settings.cache);

    ASSERT_NE(policy, nullptr);
    EXPECT_EQ(policy->victim(0), 1U);
}

TEST_F(PluginsTest, loadALibraryOnce) {
    const auto settings = withFrontEnd("{plugin: http, listen: '127.0.0.1:0'}");
    const auto first = shippedPlugins.makeFrontEnd(settings.frontends.at(0), host, credentials);
    const auto second = shippedPlugins.makeFrontEnd(settings.frontends.at(0), host, credentials);

    EXPECT_NE(first, nullptr);
    EXPECT_NE(second, nullptr);
    EXPECT_NE(first, second);
}

TEST_F(PluginsTest, tellKindsOfOneNameApart) {
    EXPECT_THAT(policyError("http"), HasSubstr("/policy_http.so: there is no such file"));
    EXPECT_THAT(frontEndError(shippedPlugins, "{plugin: lru, listen: '127.0.0.1:0'}"),
                HasSubstr("/frontend_lru.so: there is no such file"));
}

TEST_F(PluginsTest, nameTheLineTheLibraryAndTheReason) {
    EXPECT_THAT(policyError("missing"),
                StartsWith("3: cache.policy: cannot load " + library("policy_missing") + ": there is no such file"));
    EXPECT_EQ(policyError("foreign"), "3: cache.policy: cannot load " + library("policy_foreign") +
                                          ": it is not a plugin: it has no manifest, which NEARCACHE_PLUGIN in "
                                          "nearcache/Api.h makes");
    EXPECT_EQ(policyError("old"), "3: cache.policy: cannot load " + library("policy_old") +
                                      ": it is a plugin of another kind, or was built for another version of the "
                                      "plugin API than api2");
    EXPECT_THAT(frontEndError(testPlugins, "{plugin: missing, listen: '127.0.0.1:0'}"),
                StartsWith("3: frontends[0]: cannot load " + library("frontend_missing") + ": there is no such file"));
}

TEST_F(PluginsTest, nameThePluginsThatThereAre) {
    Plugins plugins(folder.path());
    (void)folder.write("policy_second.so", "");
    (void)folder.write("policy_first.so", "");
    (void)folder.write("frontend_other.so", "");
    const auto settings = withPolicy("missing");

    EXPECT_THAT(errorOf([&] { (void)plugins.makePolicy(settings.cache); }),
                EndsWith("policy_missing.so: there is no such file; what is there is first, second"));
}

TEST_F(PluginsTest, nameTheFileWhereThePolicyIsTheDefault) {
    const auto settings = load("frontends: [{plugin: http, listen: '127.0.0.1:0'}]\n");

    EXPECT_THAT(errorOf([&] { (void)testPlugins.makePolicy(settings.cache); }),
                HasSubstr("cache.policy: cannot load " + library("policy_lru") + ": there is no such file"));
}

TEST_F(PluginsTest, canStillLoadAfterAFailure) {
    EXPECT_NE(policyError("old"), "");
    EXPECT_NE(policyError("old"), "");

    EXPECT_EQ(policyError("twin1"), "");
}

TEST_F(PluginsTest, checkOptionsBeforeThePluginSeesThem) {
    EXPECT_EQ(policyError("{plugin: twin1, twins: 1}"), "3: cache.policy.twins: unknown option; did you mean twin?");
    EXPECT_THAT(policyError("{plugin: twin1, twin: many}"), StartsWith("3: cache.policy.twin: expected "));
    EXPECT_THAT(frontEndError(shippedPlugins, "{plugin: http, listen: '127.0.0.1:0', colour: red}"),
                StartsWith("3: frontends[0].colour: unknown option"));
}

TEST_F(PluginsTest, nameTheLineOfWhatAPluginThrows) {
    EXPECT_THAT(policyError("{plugin: unwilling, excuse: poco}"),
                AllOf(StartsWith("3: cache.policy: unwilling: "), EndsWith("not with these options")));
    EXPECT_EQ(policyError("{plugin: unwilling, excuse: standard}"), "3: cache.policy: unwilling: not today");
}

TEST_F(PluginsTest, noticeAPluginThatMakesNothing) {
    EXPECT_EQ(policyError("unwilling"), "3: cache.policy: unwilling: the plugin made nothing");
}

} // namespace

} // namespace nearcache::test
