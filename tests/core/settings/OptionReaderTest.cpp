#include "settings/Settings.h"

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace nearcache::test {

namespace {

const std::vector<OptionSpec> specs{
    {"greeting", OptionType::Text, "hello", "What is said."},
    {"loud", OptionType::Flag, "false", "Whether it is shouted."},
    {"times", OptionType::Integer, "1", "How often.", 1, 9},
    {"small", OptionType::Real, "0.1", "A share.", 0.01, 0.9},
    {"pause", OptionType::Duration, "5s", "How long between.", 0, 60'000},
    {"max_key", OptionType::Size, "1KiB", "The longest key.", 1, 1 << 20},
};

RawOption scalar(std::string name, std::string text) {
    return {std::move(name), RawOption::Kind::Scalar, std::move(text), {"test.yaml", 7}};
}

PluginChoice choiceOf(std::vector<RawOption> options) {
    return {"greeter", {"test.yaml", 3}, "frontends[0]", std::move(options)};
}

std::string errorOf(const PluginChoice& choice, const std::vector<OptionSpec>& declared = specs) {
    try {
        (void)readOptions(choice, declared);
    } catch (const SettingsError& error) {
        return error.what();
    }
    return "";
}

TEST(PluginOptions, haveTheirDefaults) {
    const auto options = readOptions(choiceOf({}), specs);

    EXPECT_EQ(options->text("greeting"), "hello");
    EXPECT_EQ(options->flag("loud"), false);
    EXPECT_EQ(options->integer("times"), 1);
    EXPECT_EQ(options->real("small"), 0.1);
    EXPECT_EQ(options->duration("pause"), 5s);
    EXPECT_EQ(options->size("max_key"), 1024U);
}

TEST(PluginOptions, areRead) {
    const auto options =
        readOptions(choiceOf({scalar("greeting", "moin"), scalar("loud", "true"), scalar("times", "9"),
                              scalar("small", "0.5"), scalar("pause", "0ms"), scalar("max_key", "64KiB")}),
                    specs);

    EXPECT_EQ(options->text("greeting"), "moin");
    EXPECT_EQ(options->flag("loud"), true);
    EXPECT_EQ(options->integer("times"), 9);
    EXPECT_EQ(options->real("small"), 0.5);
    EXPECT_EQ(options->duration("pause"), 0s);
    EXPECT_EQ(options->size("max_key"), 65'536U);
}

TEST(PluginOptions, areCheckedLikeNearcachesOwn) {
    EXPECT_EQ(errorOf(choiceOf({scalar("times", "10")})),
              "test.yaml:7: frontends[0].times: expected a whole number from 1 to 9, got '10'");
    EXPECT_EQ(errorOf(choiceOf({scalar("loud", "yes")})),
              "test.yaml:7: frontends[0].loud: expected true or false, got 'yes'");
    EXPECT_EQ(errorOf(choiceOf({scalar("smal", "0.5")})),
              "test.yaml:7: frontends[0].smal: unknown option; did you mean small?");
    EXPECT_EQ(errorOf(choiceOf({{"greeting", RawOption::Kind::Map, "", {"test.yaml", 8}}})),
              "test.yaml:8: frontends[0].greeting: expected text, got a map");
    EXPECT_EQ(errorOf(choiceOf({{"pause", RawOption::Kind::Nothing, "", {"test.yaml", 9}}})),
              "test.yaml:9: frontends[0].pause: expected a duration such as 500ms or 60s, from 0ms to 1m, got nothing");
    EXPECT_EQ(errorOf(choiceOf({scalar("times", "1")}), {}),
              "test.yaml:7: frontends[0].times: unknown option; there are none here");
}

TEST(PluginOptions, refuseADefaultThatIsNotAllowed) {
    EXPECT_EQ(errorOf(choiceOf({}), {{"times", OptionType::Integer, "0", "How often.", 1, 9}}),
              "test.yaml:3: frontends[0].times: its default '0' is not a whole number from 1 to 9");
}

TEST(PluginOptions, areOnlyThoseThatWereDeclared) {
    const auto options = readOptions(choiceOf({}), specs);

    EXPECT_THROW((void)options->text("volume"), std::logic_error);
    EXPECT_THROW((void)options->integer("small"), std::logic_error);
    EXPECT_THROW((void)options->duration("max_key"), std::logic_error);
}

} // namespace

} // namespace nearcache::test
