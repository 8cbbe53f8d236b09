#include "Inline.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace nearcache::respfront {
namespace {

using namespace std::string_view_literals;
using Words = std::vector<std::string>;

std::optional<Words> split(std::string_view line) {
    std::pmr::monotonic_buffer_resource scratch;
    const auto words = splitLine(line, scratch);
    if (!words)
        return std::nullopt;
    return Words(words->begin(), words->end());
}

TEST(InlineTest, wordsBetweenSpaces) {
    EXPECT_EQ(split("GET key"), (Words{"GET", "key"}));
    EXPECT_EQ(split("  \t GET \v\f key \r"), (Words{"GET", "key"}));
    EXPECT_EQ(split(""), Words{});
    EXPECT_EQ(split(" \r"), Words{});
}

TEST(InlineTest, onlySomeSpacesEndAWord) {
    EXPECT_EQ(split("a\vb\fc\td\re"), (Words{"a\vb\fc", "d", "e"}));
}

TEST(InlineTest, doubleQuotes) {
    EXPECT_EQ(split(R"("a b" "" c)"), (Words{"a b", "", "c"}));
    EXPECT_EQ(split(R"("\n\r\t\b\a\"\\\q")"), (Words{"\n\r\t\b\a\"\\q"}));
    EXPECT_EQ(split(R"("\x00\xfF\x4a")"), (Words{std::string("\0\xff\x4a", 3)}));
    EXPECT_EQ(split(R"("it's")"), (Words{"it's"}));
}

TEST(InlineTest, hexThatIsNone) {
    EXPECT_EQ(split(R"("\x4g\x\xg1")"), (Words{"x4gxxg1"}));
    EXPECT_EQ(split(R"("\x4")"), (Words{"x4"}));
}

TEST(InlineTest, singleQuotes) {
    EXPECT_EQ(split(R"('a b' '' 'it\'s' 'a\nb' '\\'' '"')"), (Words{"a b", "", "it's", R"(a\nb)", R"(\')", "\""}));
}

TEST(InlineTest, quotesInsideOfAWord) {
    EXPECT_EQ(split(R"(a"b c" d'e f')"), (Words{"ab c", "de f"}));
}

TEST(InlineTest, backslashesOutsideQuotesStay) {
    EXPECT_EQ(split(R"(a\nb \)"), (Words{R"(a\nb)", "\\"}));
}

TEST(InlineTest, quotesThatDoNotMatch) {
    for (const char* line : {R"(")", R"(')", R"("a)", R"('a)", R"("a\")", R"('a\')", R"("a"b)", R"('a'b)", R"("a"'b')",
                             R"(x"a)", R"("a\)", R"('a\)"})
        EXPECT_EQ(split(line), std::nullopt) << line;
}

TEST(InlineTest, aNulEndsTheLine) {
    EXPECT_EQ(split("a b\0c d"sv), (Words{"a", "b"}));
    EXPECT_EQ(split("\0"sv), Words{});
}

} // namespace
} // namespace nearcache::respfront
