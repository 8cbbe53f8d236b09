#include "Keys.h"

#include "CommandData.h"
#include "Inline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace nearcache::respfront {
namespace {

// Keys with spaces between them, in their order, and `…` if there may be more; `!` before them if they are written.
std::string told(const CommandInfo& command, std::string_view line) {
    std::pmr::monotonic_buffer_resource memory;
    const auto words = splitLine(line, memory);
    const FoundKeys found = findKeys(command, *words, memory);
    std::vector<std::string> keys(found.keys.begin(), found.keys.end());
    std::sort(keys.begin(), keys.end());
    std::string text = found.writes ? "!" : "";
    for (const std::string& key : keys)
        text += (text.empty() || text == "!" ? "" : " ") + key;
    return text + (found.complete ? "" : "…");
}

std::string ofRedis(std::string_view line) {
    std::pmr::monotonic_buffer_resource memory;
    const auto words = *splitLine(line, memory);
    const CommandInfo* command = redis7Commands()->find(words[0]);
    for (const CommandInfo& sub : command->subcommands) {
        if (sub.name == words[1])
            command = &sub;
    }
    return told(*command, line);
}

std::string bySpec(const std::string& spec, std::string_view line) {
    return told(readCommand("any 1 - 0 0 0 " + spec), line);
}

TEST(KeysTest, fixedPlaces) {
    EXPECT_EQ(ofRedis("get a"), "a");
    EXPECT_EQ(ofRedis("set a b EX 10"), "!a");
    EXPECT_EQ(ofRedis("mset a 1 b 2 c 3"), "!a b c");
    EXPECT_EQ(ofRedis("del a b c"), "!a b c");
    EXPECT_EQ(ofRedis("rename a b"), "!a b");
    EXPECT_EQ(ofRedis("bitop AND d a b"), "!a b d");
    EXPECT_EQ(ofRedis("blpop a b 0"), "!a b");
    EXPECT_EQ(ofRedis("move a 3"), "!a");
    EXPECT_EQ(ofRedis("copy a b DB 3"), "!a b");
}

TEST(KeysTest, countedKeys) {
    EXPECT_EQ(ofRedis("eval s 2 a b c"), "!a b");
    EXPECT_EQ(ofRedis("eval s 0 a b c"), "!");
    EXPECT_EQ(ofRedis("zunionstore d 2 a b WEIGHTS 1 2"), "!a b d");
    EXPECT_EQ(ofRedis("lmpop 2 a b LEFT"), "!a b");
    EXPECT_EQ(ofRedis("blmpop 0 2 a b LEFT"), "!a b");
    EXPECT_EQ(ofRedis("sintercard 1 a LIMIT 3"), "a");
}

TEST(KeysTest, countsThatAreNone) {
    for (const char* line : {"eval s", "eval s x a", "eval s -1 a", "eval s 99999999999999999999 a"})
        EXPECT_EQ(ofRedis(line), "!…") << line;
    EXPECT_EQ(ofRedis("eval s 9223372036854775807 a b"), "!a b");
}

TEST(KeysTest, keywords) {
    EXPECT_EQ(ofRedis("xread COUNT 1 STREAMS a b 0 0"), "a b");
    EXPECT_EQ(ofRedis("xread BLOCK 0 streams a 0"), "a");
    EXPECT_EQ(ofRedis("xread COUNT 1"), "");
    EXPECT_EQ(ofRedis("xreadgroup GROUP g c STREAMS a >"), "a");
    EXPECT_EQ(ofRedis("georadius a 1 2 3 m"), "a");
    EXPECT_EQ(ofRedis("georadius a 1 2 3 m STORE d"), "!a d");
    EXPECT_EQ(ofRedis("georadius a 1 2 3 m COUNT 5 storedist d"), "!a d");
    EXPECT_EQ(ofRedis("migrate h 1 a 0 100"), "!a…");
    EXPECT_EQ(ofRedis("migrate h 1 \"\" 0 100 KEYS a b"), "!a b…");
}

TEST(KeysTest, sort) {
    EXPECT_EQ(ofRedis("sort a"), "a");
    EXPECT_EQ(ofRedis("sort a LIMIT 0 10 DESC STORE d"), "!a d");
    EXPECT_EQ(ofRedis("sort a BY w_* STORE d"), "!a d…");
    EXPECT_EQ(ofRedis("sort_ro a get o_*"), "a…");
    EXPECT_EQ(ofRedis("sort a STORE"), "a");
}

TEST(KeysTest, subcommands) {
    EXPECT_EQ(ofRedis("object encoding a"), "a");
    EXPECT_EQ(ofRedis("memory usage a SAMPLES 5"), "a");
    EXPECT_EQ(ofRedis("xgroup create a g $"), "!a");
    EXPECT_EQ(ofRedis("object help"), "");
}

TEST(KeysTest, whatIsLikeKeys) {
    EXPECT_EQ(ofRedis("spublish a b"), "");
    EXPECT_EQ(ofRedis("publish a b"), "");
}

TEST(KeysTest, ranges) {
    EXPECT_EQ(bySpec("I1/R0,1,0/", "any a b c"), "a");
    EXPECT_EQ(bySpec("I1/R1,1,0/", "any a b c"), "a b");
    EXPECT_EQ(bySpec("I1/R-1,1,0/", "any a b c"), "a b c");
    EXPECT_EQ(bySpec("I1/R-2,1,0/", "any a b c"), "a b");
    EXPECT_EQ(bySpec("I1/R-1,2,0/", "any a b c"), "a c");
    EXPECT_EQ(bySpec("I1/R-1,1,2/", "any a b c d"), "a b");
    EXPECT_EQ(bySpec("I1/R-1,1,1/", "any a b c d"), "a b c d");
    EXPECT_EQ(bySpec("I1/R-1,1,3/", "any a b c d e f"), "a b");
}

TEST(KeysTest, beyondTheEnd) {
    EXPECT_EQ(bySpec("I1/R5,1,0/", "any a b"), "a b");
    EXPECT_EQ(bySpec("I3/R0,1,0/", "any a b"), "");
    EXPECT_EQ(bySpec("I3/R-1,1,0/", "any a b"), "");
    EXPECT_EQ(bySpec("I1/R-9,1,0/", "any a b"), "");
    EXPECT_EQ(bySpec("I1/R-1,0,0/", "any a b"), "a b");
    EXPECT_EQ(bySpec("I1/N0,1,1/", "any 3 a b"), "a b");
    EXPECT_EQ(bySpec("I1/N0,1,2/", "any 2 a x b y"), "a b");
    EXPECT_EQ(bySpec("I5/N0,1,1/", "any 3 a"), "…");
}

TEST(KeysTest, keywordsBothWays) {
    EXPECT_EQ(bySpec("K1:k/R0,1,0/", "any K a k b"), "a");
    EXPECT_EQ(bySpec("K-2:k/R0,1,0/", "any k a k b"), "b");
    EXPECT_EQ(bySpec("K2:k/R0,1,0/", "any k a"), "");
    EXPECT_EQ(bySpec("K1:k/R0,1,0/", "any a k"), "");
    EXPECT_EQ(bySpec("K-9:k/R0,1,0/", "any k a"), "");
}

TEST(KeysTest, whatIsNotTold) {
    EXPECT_EQ(bySpec("U/R0,1,0/", "any a"), "…");
    EXPECT_EQ(bySpec("I1/U/", "any a"), "…");
    EXPECT_EQ(bySpec("I1/R0,1,0/i", "any a b"), "a…");
    EXPECT_EQ(bySpec("I1/R0,1,0/n", "any a"), "");
    EXPECT_EQ(bySpec("I1/R0,1,0/ I2/R0,1,0/w", "any a b"), "!a b");
}

TEST(KeysTest, withoutSpecs) {
    EXPECT_EQ(told(readCommand("any -2 w 1 1 1"), "any a b"), "a");
    EXPECT_EQ(told(readCommand("any -2 w 1 -1 2"), "any a 1 b 2"), "a b");
    EXPECT_EQ(told(readCommand("any -2 w 1 -2 1"), "any a b 0"), "a b");
    EXPECT_EQ(told(readCommand("any -2 wm 0 0 0"), "any 1 a"), "…");
    EXPECT_EQ(told(readCommand("any -2 wm 1 1 1"), "any a STORE b"), "a…");
    EXPECT_EQ(told(readCommand("any -2 w 0 0 0"), "any a"), "");
    EXPECT_EQ(told(readCommand("any -2 w 1 5 1"), "any"), "");
}

const char* const fixedPlaces[] = {
    "any -2 w 1 1 1",
    "any -2 w 1 -1 2",
    "any -2 w 1 -2 1",
    "any -2 w 1 5 2",
    "any -2 w 2 9 0",
    "any -2 w 1 0 0",
    "any -2 - 0 0 0",
    "any -2 - -1 5 1",
    "any 1 - 0 0 0 I1/R0,1,0/",
    "any 1 - 0 0 0 I2/R3,2,0/w",
    "any 1 - 0 0 0 I3/R-1,3,1/",
    "any 1 - 0 0 0 I1/R5,0,0/",
    "any 1 - 0 0 0 I9/R-1,1,0/",
    "any 1 - 0 0 0 I1/R-9,1,0/w",
    "any 1 - 0 0 0 I1/R4,2,2/",
    "any 1 - 0 0 0 I2147483647/R2147483647,2147483647,0/",
    "any 1 - 0 0 0 I1/R-2147483648,2147483647,0/",
};

TEST(KeysTest, placesAreWhereKeysAreFound) {
    const std::vector<std::string_view> words{"any", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
    for (const char* const line : fixedPlaces) {
        const CommandInfo command = readCommand(line);
        const auto places = keyPlaces(command);
        ASSERT_TRUE(places) << line;
        for (std::size_t count = 1; count <= words.size(); ++count) {
            std::pmr::monotonic_buffer_resource memory;
            const Words some = Words(words).first(count);
            const FoundKeys found = findKeys(command, some, memory);
            const Words keys = places->in(some, memory);
            EXPECT_TRUE(std::equal(keys.begin(), keys.end(), found.keys.begin(), found.keys.end())) << line << count;
            EXPECT_TRUE(found.complete) << line;
        }
    }
}

TEST(KeysTest, placesThatDependOnWords) {
    for (const char* line :
         {"sort -2 w 1 1 1", "sort_ro -2 r 1 1 1", "any -2 wm 1 1 1", "any -2 wm 0 0 0", "any 1 - 0 0 0 U/R0,1,0/",
          "any 1 - 0 0 0 I1/U/", "any 1 - 0 0 0 I1/N0,1,1/", "any 1 - 0 0 0 K1:k/R0,1,0/", "any 1 - 0 0 0 I0/R0,1,0/",
          "any 1 - 0 0 0 I-1/R0,1,0/", "any 1 - 0 0 0 I1/R-1,1,2/", "any 1 - 0 0 0 I1/R0,1,0/n",
          "any 1 - 0 0 0 I1/R0,1,0/i", "any 1 - 0 0 0 I1/R0,1,0/ I2/R0,1,0/"})
        EXPECT_EQ(keyPlaces(readCommand(line)), std::nullopt) << line;
}

} // namespace
} // namespace nearcache::respfront
