/// Every bad configuration stops the start with file, line, option and what is wrong; the command line.

#include "system/harness/StartTest.h"

#include <Poco/Net/ServerSocket.h>

#include <csignal>

namespace nearcache::blackbox {

namespace {

const std::string goodFrontEnd = "frontends:\n  - plugin: http\n    listen: 127.0.0.1:0\n"; // lines 1 to 3

Ended call(const std::vector<std::string>& arguments) {
    Launch launch;
    launch.arguments = arguments;
    launch.arguments.insert(launch.arguments.begin(), proxyProgram());
    return run(launch);
}

} // namespace

struct BadConfig {
    const char* name;
    std::string text;
    int line;
    const char* option;
    const char* words;
};

void PrintTo(const BadConfig& config, std::ostream* stream) {
    *stream << config.name;
}

using ConfigTest = StartTest;

class BadConfigTest : public StartTest, public ::testing::WithParamInterface<BadConfig> {};

TEST_P(BadConfigTest, StopsTheStart) {
    const auto& config = GetParam();
    expectRefused(config.text, config.line, config.option, config.words);
}

/// Line 1: the section; line 2: the option; then a good front-end.
BadConfig badOption(const char* name, const char* option, const std::string& value, const char* words) {
    const std::string path = option;
    const auto dot = path.find('.');
    return {name, path.substr(0, dot) + ":\n  " + path.substr(dot + 1) + ": " + value + "\n" + goodFrontEnd, 2, option,
            words};
}

const auto byName = [](const auto& test) { return std::string(test.param.name); };

INSTANTIATE_TEST_SUITE_P(
    File, BadConfigTest,
    ::testing::Values(
        BadConfig{"Empty", "", 0, "frontends", "at least one"},
        BadConfig{"OpenList", "backend: [1, 2\n", 2, "", "YAML"},
        BadConfig{"TwoQuotes", "backend:\n  address: 'abc' 'def'\n", 2, "", "YAML"},
        BadConfig{"Tabs", "backend:\n\taddress: abc\n", 2, "", "YAML"},
        BadConfig{"OneScalar", "hello\n", 0, "", "a map"}, BadConfig{"AList", "- a\n- b\n", 0, "", "a map"},
        BadConfig{"TwoDocuments", goodFrontEnd + "---\n" + goodFrontEnd, 5, "", "second"},
        BadConfig{"UnknownSection", goodFrontEnd + "cahce:\n  ttl: 1s\n", 4, "cahce", "cache"},
        BadConfig{"SectionIsScalar", goodFrontEnd + "cache: 5\n", 4, "cache", "a map"},
        BadConfig{"SectionIsList", goodFrontEnd + "limits:\n  - 5\n", 4, "limits", "a map"},
        BadConfig{"SectionTwice", goodFrontEnd + "log:\n  level: error\nlog:\n  level: error\n", 6, "log", "already"},
        BadConfig{"OptionTwice", "cache:\n  ttl: 1s\n  ttl: 2s\n" + goodFrontEnd, 3, "cache.ttl", "already"},
        BadConfig{"UnsetVariable", "cache:\n  ttl: ${NEARCACHE_TEST_UNSET}\n" + goodFrontEnd, 2, "cache.ttl",
                  "NEARCACHE_TEST_UNSET"},
        BadConfig{"OpenVariable", "cache:\n  ttl: ${NAME\n" + goodFrontEnd, 2, "cache.ttl", "}"},
        BadConfig{"VariableWithoutName", "cache:\n  ttl: ${}\n" + goodFrontEnd, 2, "cache.ttl", "name"}),
    byName);

INSTANTIATE_TEST_SUITE_P(
    Option, BadConfigTest,
    ::testing::Values(badOption("UnknownInBackend", "backend.adress", "127.0.0.1:1", "address"),
                      badOption("UnknownInCache", "cache.size", "5", "unknown"),
                      badOption("UnknownInLimits", "limits.paralel", "5", "parallel"),
                      badOption("UnknownInPlugins", "plugins.paths", "/tmp", "path"),
                      badOption("UnknownInLog", "log.file", "x", "unknown"),
                      badOption("AddressWithoutHost", "backend.address", "\":6379\"", "unix:/path"),
                      badOption("AddressWithPortZero", "backend.address", "127.0.0.1:0", "unix:/path"),
                      badOption("AddressWithBigPort", "backend.address", "127.0.0.1:65536", "unix:/path"),
                      badOption("AddressWithTwoPorts", "backend.address", "127.0.0.1:1:2", "unix:/path"),
                      badOption("AddressIsList", "backend.address", "[a, b]", "a list"),
                      badOption("AddressPathTooLong", "backend.address", "/" + std::string(200, 'a'), "unix:/path"),
                      badOption("DatabaseNegative", "backend.database", "-1", "from 0"),
                      badOption("DatabaseIsText", "backend.database", "first", "a whole number"),
                      badOption("LinksZero", "backend.links", "0", "from 1"),
                      badOption("LinksTooMany", "backend.links", "1025", "1024"),
                      badOption("LinksIsText", "backend.links", "some", "auto"),
                      badOption("ConnectTimeoutZero", "backend.connect_timeout", "0ms", "from 1ms"),
                      badOption("RequestTimeoutWithoutUnit", "backend.request_timeout", "5", "a duration"),
                      badOption("RequestTimeoutTooLong", "backend.request_timeout", "2h", "1h"),
                      badOption("CapacityZero", "cache.capacity", "0", "from 1"),
                      badOption("CapacityNegative", "cache.capacity", "-5", "from 1"),
                      badOption("CapacityFraction", "cache.capacity", "1.5", "a whole number"),
                      badOption("CapacityIsText", "cache.capacity", "many", "a whole number"),
                      badOption("CapacityIsEmpty", "cache.capacity", "", "a whole number"),
                      badOption("CapacityIsMap", "cache.capacity", "{a: 1}", "a map"),
                      badOption("CapacityTooBig", "cache.capacity", "99999999999", "a whole number"),
                      badOption("TtlWithoutUnit", "cache.ttl", "60", "a duration"),
                      badOption("TtlWithUnknownUnit", "cache.ttl", "60 minutes", "a duration"),
                      badOption("TtlNegative", "cache.ttl", "-1s", "a duration"),
                      badOption("TtlZero", "cache.ttl", "0s", "from 1ms"),
                      badOption("ConnectionsZero", "limits.connections", "0", "from 1"),
                      badOption("ConnectionsTooMany", "limits.connections", "1000001", "1000000"),
                      badOption("ParallelZero", "limits.parallel", "0", "from 1"),
                      badOption("ParallelIsText", "limits.parallel", "all", "a whole number"),
                      badOption("LevelUnknown", "log.level", "loud", "information"),
                      badOption("PolicyWithBadName", "cache.policy", "../lru", "name"),
                      badOption("PolicyIsList", "cache.policy", "[lru]", "name"),
                      badOption("PolicyIsMissing", "cache.policy", "nosuch", "policy_nosuch.so"),
                      badOption("PluginsPathIsMissing", "plugins.path", "/nonexistent/folder", "/nonexistent/folder")),
    byName);

INSTANTIATE_TEST_SUITE_P(
    FrontEnd, BadConfigTest,
    ::testing::Values(
        BadConfig{"None", "cache:\n  ttl: 1s\n", 0, "frontends", "at least one"},
        BadConfig{"EmptyList", "cache:\n  ttl: 1s\nfrontends: []\n", 3, "frontends", "at least one"},
        BadConfig{"NoList", "frontends:\n  plugin: http\n", 1, "frontends", "a list"},
        BadConfig{"EntryIsScalar", "frontends:\n  - http\n", 2, "frontends[0]", "a map"},
        BadConfig{"WithoutPlugin", "frontends:\n  - listen: 127.0.0.1:0\n", 2, "frontends[0].plugin", "missing"},
        BadConfig{"WithoutListen", goodFrontEnd + "  - plugin: resp\n", 4, "frontends[1].listen", "missing"},
        BadConfig{"BadName", "frontends:\n  - plugin: HTTP!\n    listen: 127.0.0.1:0\n", 2, "frontends[0].plugin",
                  "name"},
        BadConfig{"BadPort", "frontends:\n  - plugin: http\n    listen: 127.0.0.1:65536\n", 3, "frontends[0].listen",
                  "0.0.0.0:6000"},
        BadConfig{"PortIsText", "frontends:\n  - plugin: http\n    listen: 127.0.0.1:http\n", 3, "frontends[0].listen",
                  "0.0.0.0:6000"},
        BadConfig{"UnknownOption", goodFrontEnd + "    speed: 5\n", 4, "frontends[0].speed", "unknown"},
        BadConfig{"MissingPlugin", goodFrontEnd + "  - listen: 127.0.0.1:0\n    plugin: nosuch\n", 5, "frontends[1]",
                  "frontend_nosuch.so"},
        BadConfig{"UnresolvableHost", "frontends:\n  - plugin: http\n    listen: host.invalid:0\n", 3,
                  "frontends[0].listen", "host.invalid"},
        BadConfig{"ForeignAddress", "frontends:\n  - plugin: http\n    listen: 192.0.2.1:0\n", 3, "frontends[0].listen",
                  "192.0.2.1"},
        BadConfig{
            "OnePortTwice",
            "frontends:\n  - plugin: http\n    listen: 127.0.0.1:7777\n  - plugin: resp\n    listen: 127.0.0.1:7777\n",
            5, "frontends[1].listen", "line 3"}),
    byName);

INSTANTIATE_TEST_SUITE_P(
    PluginOption, BadConfigTest,
    ::testing::Values(
        BadConfig{"SizeWithoutNumber", goodFrontEnd + "    max_target: big\n", 4, "frontends[0].max_target", "a size"},
        BadConfig{"SizeTooSmall", goodFrontEnd + "    max_target: 1\n", 4, "frontends[0].max_target", "from 256"},
        BadConfig{"SizeTooLarge", goodFrontEnd + "    max_body: 2GiB\n", 4, "frontends[0].max_body", "1GiB"},
        BadConfig{"SizeWithUnknownUnit", goodFrontEnd + "    max_body: 2MB\n", 4, "frontends[0].max_body", "MiB"},
        BadConfig{"UnknownOfPolicy", "cache:\n  policy:\n    plugin: lru\n    speed: 5\n" + goodFrontEnd, 4,
                  "cache.policy.speed", "unknown"},
        BadConfig{"RealOfPolicy", "cache:\n  policy:\n    plugin: s3fifo\n    small: half\n" + goodFrontEnd, 4,
                  "cache.policy.small", "a number"},
        BadConfig{"RealOutOfRange", "cache:\n  policy:\n    plugin: s3fifo\n    small: 1.5\n" + goodFrontEnd, 4,
                  "cache.policy.small", "to 1"},
        BadConfig{"WhatThePolicyRefuses",
                  "cache:\n  policy:\n    plugin: s3fifo\n    threshold: 3\n    max_frequency: 1\n" + goodFrontEnd, 3,
                  "cache.policy", "max_frequency must be"},
        BadConfig{"PolicyWithoutPlugin", "cache:\n  policy:\n    small: 0.1\n" + goodFrontEnd, 2, "cache.policy.plugin",
                  "missing"}),
    byName);

TEST_F(ConfigTest, APortInUseIsAnError) {
    const Poco::Net::ServerSocket taken(Poco::Net::SocketAddress("127.0.0.1", 0));
    const auto address = "127.0.0.1:" + std::to_string(taken.address().port());
    expectRefused("frontends:\n  - plugin: http\n    listen: " + address + "\n", 3, "frontends[0].listen", address);
}

TEST_F(ConfigTest, SecretsAreNotShownInErrors) {
    for (const auto* text : {"backend:\n  password: [secret]\n", "backend:\n  password: secret: secret\n",
                             "backend:\n  address: user:secret@host:1\n", "backend:\n  password: ${secret\n"}) {
        const auto ended = start(text + goodFrontEnd);
        EXPECT_NE(ended.code, 0);
        EXPECT_EQ(ended.errors.find("secret"), std::string::npos) << ended.errors;
    }
}

TEST_F(ConfigTest, MissingFilesAreErrors) {
    for (const auto& file : {std::string("/nonexistent/nearcache.yaml"), folder.path().string()}) {
        const auto ended = call({"--config=" + file});
        EXPECT_TRUE(ended.refused());
        EXPECT_NE(ended.errors.find(file), std::string::npos) << ended.errors;
    }
}

TEST_F(ConfigTest, WrongCommandLinesAreErrors) {
    const auto good = "--config=" + folder.write("good.yaml", goodFrontEnd).string();
    for (const auto& arguments : {std::vector<std::string>{},
                                  {"--config"},
                                  {"--config="},
                                  {"--confg=x"},
                                  {good, "--verbose"},
                                  {good, "more"}}) {
        const auto ended = call(arguments);
        EXPECT_TRUE(ended.refused()) << ::testing::PrintToString(arguments);
        EXPECT_NE(ended.errors, "") << ::testing::PrintToString(arguments);
    }
}

TEST_F(ConfigTest, HelpAndVersionAreTold) {
    const auto help = call({"--help"});
    EXPECT_EQ(help.code, 0);
    EXPECT_NE(help.output.find("--config"), std::string::npos);
    EXPECT_NE(help.output.find("--version"), std::string::npos);
    const auto version = call({"--version"});
    EXPECT_EQ(version.code, 0);
    EXPECT_NE(version.output.find("0.1.0"), std::string::npos) << version.output;
}

TEST_F(ConfigTest, TheReferenceConfigurationStarts) {
    Launch launch;
    launch.environment = {{"REDIS_ADDRESS", "127.0.0.1:1"}, {"HTTP_PORT", "0"}, {"RESP_PORT", "0"}};
    launch.arguments = {proxyProgram(), "--config=" NEARCACHE_SOURCE_DIR "/config/nearcache.yaml"};
    Process process(launch);
    EXPECT_TRUE(process.waitForText("ready\n")) << process.everything();
    process.signal(SIGTERM);
    EXPECT_EQ(process.wait(), 0);
}

} // namespace nearcache::blackbox
