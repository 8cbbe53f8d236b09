// Each way in which a file can be wrong, with the line and the words that say so.

#include "Yaml.h"

#include "support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <ostream>

namespace nearcache::test {

namespace {

struct Case {
    std::string name;
    std::string yaml;
    std::string error;
};

void PrintTo(const Case& testCase, std::ostream* out) {
    *out << testCase.yaml;
}

class SettingsErrors : public ::testing::TestWithParam<Case> {};

TEST_P(SettingsErrors, saysWhereAndWhat) {
    EXPECT_EQ(errorOf(GetParam().yaml), GetParam().error);
}

auto nameOf(const ::testing::TestParamInfo<Case>& info) {
    return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(
    Shape, SettingsErrors,
    ::testing::Values(
        Case{"noFrontEnds", "cache: {}\n", " frontends: at least one front-end is needed, with plugin and listen"},
        Case{"emptyFile", "# nothing\n", " frontends: at least one front-end is needed, with plugin and listen"},
        Case{"syntax", "cache:\n  ttl: [1\nlimits: {}\n", "3: is not valid YAML: end of sequence flow not found"},
        Case{"secondDocument", "cache: {}\n---\nlimits: {}\n", "3: a second YAML document begins here"},
        Case{"listAtTheTop", "- cache\n", " expected a map of options, got a list"},
        Case{"textAtTheTop", "cache\n", " expected a map of options, got a single value"},
        Case{"unknownSection", "\ncahce:\n  ttl: 1s\n", "2: cahce: unknown option; did you mean cache?"},
        Case{"farSection", "metrics: {}\n",
             "1: metrics: unknown option; those known here are backend, cache, limits, frontends, plugins, log"},
        Case{"unknownOption", "cache:\n  capacity: 5\n  tlt: 1s\n", "3: cache.tlt: unknown option; did you mean ttl?"},
        Case{"farOption", "cache:\n  shards: 5\n",
             "2: cache.shards: unknown option; those known here are policy, capacity, ttl, coherence, on_disconnect, "
             "touch"},
        Case{
            "mergeKey", "cache:\n  <<: {ttl: 1s}\n",
            "2: cache.<<: unknown option; those known here are policy, capacity, ttl, coherence, on_disconnect, touch"},
        Case{"optionTwice", "cache:\n  ttl: 1s\n  capacity: 7\n  ttl: 2s\n",
             "4: cache.ttl: is there already, on line 2"},
        Case{"sectionTwice", "cache: {ttl: 1s}\nlimits: {}\ncache: {}\n", "3: cache: is there already, on line 1"},
        Case{"frontEndOptionTwice", "frontends:\n  - plugin: http\n    listen: 1\n    plugin: resp\n",
             "4: frontends[0].plugin: is there already, on line 2"},
        Case{"sectionIsText", "limits: 5\n", "1: limits: expected a map of options, got a single value"},
        Case{"sectionIsList", "limits:\n  - parallel: 5\n", "1: limits: expected a map of options, got a list"},
        Case{"nameIsList", "cache:\n  [ttl]: 1s\n", "2: cache: an option's name must be a single value"},
        Case{"containsItself", "cache: &a\n  ttl: *a\n",
             "2: cache.ttl.ttl.ttl.ttl.ttl.ttl.ttl.ttl: is nested too deep, or contains itself"}),
    nameOf);

INSTANTIATE_TEST_SUITE_P(
    Values, SettingsErrors,
    ::testing::Values(
        Case{"durationText", "cache:\n  ttl: abc\n",
             "2: cache.ttl: expected a duration such as 500ms or 60s, from 1ms to 8760h, got 'abc'"},
        Case{"durationWithoutUnit", "cache:\n  ttl: 60\n",
             "2: cache.ttl: expected a duration such as 500ms or 60s, from 1ms to 8760h, got '60'"},
        Case{"durationOfNothing", "cache:\n  ttl: 0ms\n",
             "2: cache.ttl: expected a duration such as 500ms or 60s, from 1ms to 8760h, got '0ms'"},
        Case{"durationTooLong", "cache:\n  ttl: 8761h\n",
             "2: cache.ttl: expected a duration such as 500ms or 60s, from 1ms to 8760h, got '8761h'"},
        Case{"durationMissing", "cache:\n  ttl:\n",
             "2: cache.ttl: expected a duration such as 500ms or 60s, from 1ms to 8760h, got nothing"},
        Case{"durationList", "cache:\n  capacity: 1\n  ttl:\n    - 1s\n",
             "3: cache.ttl: expected a duration such as 500ms or 60s, from 1ms to 8760h, got a list"},
        Case{"requestTimeout", "backend:\n  request_timeout: 2h\n",
             "2: backend.request_timeout: expected a duration such as 500ms or 60s, from 1ms to 1h, got '2h'"},
        Case{"connectTimeout", "backend:\n  connect_timeout: 0s\n",
             "2: backend.connect_timeout: expected a duration such as 500ms or 60s, from 1ms to 1h, got '0s'"},
        Case{"noCapacity", "cache:\n  capacity: 0\n",
             "2: cache.capacity: expected a whole number from 1 to 1073741824, got '0'"},
        Case{"capacityTooBig", "cache:\n  capacity: 1073741825\n",
             "2: cache.capacity: expected a whole number from 1 to 1073741824, got '1073741825'"},
        Case{"capacityOverflow", "cache:\n  capacity: 99999999999999999999\n",
             "2: cache.capacity: expected a whole number from 1 to 1073741824, got '99999999999999999999'"},
        Case{"noConnections", "limits:\n  connections: 0\n",
             "2: limits.connections: expected a whole number from 1 to 1000000, got '0'"},
        Case{"noParallel", "limits: {parallel: 0}\n",
             "1: limits.parallel: expected a whole number from 1 to 1000000, got '0'"},
        Case{"negativeDatabase", "backend:\n  database: -1\n",
             "2: backend.database: expected a whole number from 0 to 2147483647, got '-1'"},
        Case{"tooManyLinks", "backend:\n  links: 1025\n",
             "2: backend.links: expected auto or a whole number from 1 to 1024, got '1025'"},
        Case{"noLinks", "backend:\n  links: 0\n",
             "2: backend.links: expected auto or a whole number from 1 to 1024, got '0'"},
        Case{"linksMap", "backend:\n  links: {min: 1}\n", "2: backend.links: expected text, got a map"},
        Case{"backendAddress", "backend:\n  address: redis:port\n",
             "2: backend.address: expected an address such as 127.0.0.1:6379, [::1]:6379, unix:/path or /path, got "
             "'redis:port'"},
        Case{"noDedicatedLinks", "backend:\n  dedicated_links: 0\n",
             "2: backend.dedicated_links: expected a whole number from 1 to 65536, got '0'"},
        Case{"heartbeat", "backend:\n  heartbeat: 9ms\n",
             "2: backend.heartbeat: expected a duration such as 500ms or 60s, from 10ms to 1h, got '9ms'"},
        Case{"coherence", "cache:\n  coherence: on\n", "2: cache.coherence: expected auto, tracking or ttl, got 'on'"},
        Case{"onDisconnect", "cache:\n  ttl: 1s\n  on_disconnect: keep\n",
             "3: cache.on_disconnect: expected serve or drop, got 'keep'"},
        Case{"touch", "cache:\n  touch: 1\n", "2: cache.touch: expected true or false, got '1'"},
        Case{"logLevel", "\nlog:\n  level: info\n",
             "3: log.level: expected none, fatal, critical, error, warning, notice, information, debug or trace, got "
             "'info'"},
        Case{"pluginsPath", "plugins:\n  path: [a, b]\n", "2: plugins.path: expected text, got a list"},
        Case{"unsetVariable", "cache:\n  ttl: 1s\n  capacity: ${HOW_MANY}\n",
             "3: cache.capacity: the environment variable HOW_MANY is not set, and ${HOW_MANY} has no default"},
        Case{"unsetVariableInAList", "frontends:\n  - plugin: http\n    listen: 1\n  - ${MORE}\n",
             "4: frontends[1]: the environment variable MORE is not set, and ${MORE} has no default"},
        Case{"openVariable", "backend:\n  password: hunter${2\n",
             "2: backend.password: a ${ has no } after it; $${ stands for ${ itself"}),
    nameOf);

constexpr auto nameForm = "a plugin's name, made of a-z, 0-9, _ and -";
constexpr auto listenForm = "an address such as 0.0.0.0:6000, [::1]:6000 or 6000";

INSTANTIATE_TEST_SUITE_P(
    Plugins, SettingsErrors,
    ::testing::Values(
        Case{"policyPath", "cache:\n  policy: ../lru\n",
             "2: cache.policy: expected " + std::string(nameForm) + ", got '../lru'"},
        Case{"policyEmpty", "cache:\n  policy:\n",
             "2: cache.policy: expected " + std::string(nameForm) + ", got nothing"},
        Case{"policyList", "cache:\n  policy: [lru]\n",
             "2: cache.policy: expected " + std::string(nameForm) + ", got a list"},
        Case{"policyUpperCase", "cache:\n  policy:\n    plugin: LRU\n",
             "3: cache.policy.plugin: expected " + std::string(nameForm) + ", got 'LRU'"},
        Case{"policyWithoutName", "cache:\n  policy:\n    small: 0.1\n",
             "2: cache.policy.plugin: is missing; expected " + std::string(nameForm)},
        Case{"policyNameMisspelt", "cache:\n  policy:\n    small: 0.1\n    plugn: s3fifo\n",
             "2: cache.policy.plugin: is missing; expected " + std::string(nameForm) + "; is plugn (line 4) meant?"},
        Case{"frontEndsMap", "frontends:\n  plugin: http\n", "1: frontends: expected a list of front-ends, got a map"},
        Case{"frontEndsEmpty", "cache: {}\nfrontends: []\n",
             "2: frontends: at least one front-end is needed, with plugin and listen"},
        Case{"frontEndsNothing", "cache: {}\nfrontends:\n",
             "2: frontends: at least one front-end is needed, with plugin and listen"},
        Case{"frontEndText", "frontends:\n  - http\n",
             "2: frontends[0]: expected a map of plugin, listen and the plugin's own options, got a single value"},
        Case{"frontEndWithoutName", "frontends:\n  - listen: 6000\n",
             "2: frontends[0].plugin: is missing; expected " + std::string(nameForm)},
        Case{"frontEndWithoutListen", "frontends:\n  - plugin: http\n",
             "2: frontends[0].listen: is missing; expected " + std::string(listenForm)},
        Case{"listenMisspelt", "frontends:\n  - plugin: http\n    lisen: 6000\n",
             "2: frontends[0].listen: is missing; expected " + std::string(listenForm) + "; is lisen (line 3) meant?"},
        Case{"listenPort", "frontends:\n  - plugin: http\n    listen: 6000\n  - plugin: resp\n    listen: 65536\n",
             "5: frontends[1].listen: expected " + std::string(listenForm) + ", got '65536'"},
        Case{"listenList", "frontends:\n  - plugin: http\n    listen: [6000]\n",
             "3: frontends[0].listen: expected " + std::string(listenForm) + ", got a list"},
        Case{"sameAddress",
             "frontends:\n  - plugin: http\n    listen: 6000\n  - plugin: resp\n    listen: 0.0.0.0:6000\n",
             "5: frontends[1].listen: is the address of the front-end on line 3 too"}),
    nameOf);

// `backend: {password: …}` in every way that is refused.
class Secrets : public ::testing::TestWithParam<std::string> {};

TEST_P(Secrets, areNotShown) {
    const std::string error = errorOf("backend:\n  " + GetParam() + "\n");

    EXPECT_TRUE(error.starts_with("2: ")) << error;
    EXPECT_EQ(error.find("hunter"), std::string::npos) << error;
}

INSTANTIATE_TEST_SUITE_P(Password, Secrets,
                         ::testing::Values("password: *hunter", "password: @hunter", "password: %hunter",
                                           "password: a: hunter", "password: {a: hunter}", "password: [hunter]",
                                           "password: hunter${hunter", "password: ${hunter-hunter}",
                                           "password: \"\\hunter\"", "pasword: hunter",
                                           "address: redis://me:hunter@redis:6379", "password_file: hunter",
                                           "password_file: [hunter]", "password_file: {hunter: 1}"));

// The same for a front-end's.
class ClientSecrets : public ::testing::TestWithParam<std::string> {};

TEST_P(ClientSecrets, areNotShown) {
    const std::string error = errorOf("frontends:\n  - plugin: resp\n    listen: 1\n    " + GetParam() + "\n");

    EXPECT_TRUE(error.starts_with("4: frontends[0].")) << error;
    EXPECT_EQ(error.find("hunter"), std::string::npos) << error;
}

INSTANTIATE_TEST_SUITE_P(Password, ClientSecrets,
                         ::testing::Values("password: [hunter]", "password_file: hunter", "users: hunter",
                                           "users: [hunter]", "users: {me: [hunter]}", "users: {me: {hunter: 1}}",
                                           "users: {me: hunter, you: ''}"));

TEST(Settings, saysWhyAFileCannotBeRead) {
    const TemporaryFolder folder;
    const auto error = [](const std::filesystem::path& file) {
        try {
            (void)loadSettings(file.string(), environmentOf({}));
        } catch (const SettingsError& thrown) {
            return std::string(thrown.what());
        }
        return std::string();
    };

    EXPECT_EQ(error(folder.path() / "none.yaml"),
              (folder.path() / "none.yaml").string() + ": cannot be read: No such file or directory");
    EXPECT_EQ(error(folder.path()), folder.path().string() + ": cannot be read: Is a directory");
    const auto big = folder.write("big.yaml", std::string((1 << 20) + 1, '#'));
    EXPECT_EQ(error(big), big.string() + ": is longer than 1MiB");
}

TEST(Settings, refusesATreeThatAliasesBlowUp) {
    std::string yaml = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
    for (const char* pair : {"ab", "bc", "cd", "de", "ef"}) {
        const std::string from(1, pair[0]);
        const std::string to(1, pair[1]);
        yaml.append(to).append(": &").append(to).append(" [");
        for (int i = 0; i < 10; ++i)
            yaml.append(i > 0 ? ", *" : "*").append(from);
        yaml += "]\n";
    }

    EXPECT_NE(errorOf(yaml).find("is nested too deep, or contains itself"), std::string::npos) << errorOf(yaml);
}

} // namespace

} // namespace nearcache::test
