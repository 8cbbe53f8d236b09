// The reference configuration says of every option what its table says, and is right.

#include "settings/CoreOptions.h"
#include "settings/Node.h"
#include "settings/Settings.h"

#include "Yaml.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace nearcache::test {

namespace {

const std::filesystem::path configs = std::filesystem::path(NEARCACHE_SOURCE_DIR) / "config";
const std::string reference = (configs / "nearcache.yaml").string();

std::vector<std::string> lines() {
    std::ifstream stream(reference);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

// The words of the comment right above a line.
std::string commentAbove(std::size_t line) {
    static const std::vector<std::string> all = lines();
    std::string words;
    for (std::size_t i = line - 1; i-- > 0;) {
        const auto start = all[i].find_first_not_of(' ');
        if (start == std::string::npos || all[i][start] != '#')
            break;
        words.insert(0, all[i].substr(start + 1));
    }
    return words.substr(std::min(words.size(), words.find_first_not_of(' ')));
}

// The entry that holds a section's options; the front-ends' are those of the first one.
const Node* holderOf(const Node& document, const std::string& section) {
    const Node* node = document.find(section);
    return node && node->kind == Node::Kind::List ? &node->items.at(0) : node;
}

TEST(Reference, describesEveryOptionWithItsDefault) {
    const Node document = readDocument(reference, environmentOf({}));
    for (const OptionSection& section : coreOptions()) {
        const Node* holder = holderOf(document, section.name);
        ASSERT_TRUE(holder) << section.name;
        for (const OptionSpec& option : section.options) {
            const Node* node = holder->find(option.name);
            ASSERT_TRUE(node) << section.name << "." << option.name;
            EXPECT_EQ(commentAbove(static_cast<std::size_t>(node->where.line)), describe(option)) << node->path;
            if (section.name != "frontends") {
                EXPECT_EQ(node->text, option.defaultValue) << node->path;
            }
        }
    }
}

TEST(Reference, listensWhereTheReadmeSays) {
    const auto frontends = loadSettings(reference, environmentOf({})).frontends;

    ASSERT_EQ(frontends.size(), 2U);
    EXPECT_EQ(frontends[0].plugin.name, "http");
    EXPECT_EQ(frontends[0].listenPort, 6000);
    EXPECT_EQ(frontends[1].plugin.name, "resp");
    EXPECT_EQ(frontends[1].listenPort, 6380);
}

TEST(Reference, canBeSteeredByTheEnvironment) {
    const Settings settings = loadSettings(reference, environmentOf({{"REDIS_ADDRESS", "redis:7"},
                                                                     {"REDIS_PASSWORD", "secret"},
                                                                     {"HTTP_PORT", "7000"},
                                                                     {"RESP_PORT", "21000"}}));

    EXPECT_EQ(settings.backend.host, "redis");
    EXPECT_EQ(settings.backend.port, 7);
    EXPECT_EQ(settings.backend.password, "secret");
    EXPECT_EQ(settings.frontends[0].listenPort, 7000);
    EXPECT_EQ(settings.frontends[1].listenPort, 21000);
}

TEST(Reference, examplesAreRight) {
    std::size_t examples = 0;
    for (const auto& file : std::filesystem::directory_iterator(configs)) {
        EXPECT_NO_THROW((void)loadSettings(file.path().string(), environmentOf({}))) << file.path();
        ++examples;
    }
    EXPECT_GE(examples, 4U);
    EXPECT_EQ(loadSettings((configs / "sequential.yaml").string(), environmentOf({})).limits.parallel, 1U);
}

TEST(Reference, canBePrinted) {
    const std::string text = describeOptions("cache", coreOptions("cache"));

    EXPECT_TRUE(text.starts_with("cache.policy\n    Who is evicted")) << text;
    EXPECT_NE(text.find("cache.ttl\n    How long a value may be served after it was stored; reading it does not "
                        "extend that. A duration such as 500ms or 60s, from 1ms to 8760h; default 60s.\n"),
              std::string::npos)
        << text;
}

} // namespace

} // namespace nearcache::test
