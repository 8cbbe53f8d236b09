#include "Recipes.h"

#include "CommandData.h"
#include "RecipeBook.h"

#include "Driver.h"

#include "nearcache/Resp.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <thread>

namespace nearcache::respfront {
namespace {

using Texts = std::vector<std::string>;

Texts namesOf(const CommandTable& table) {
    Texts names;
    table.forEach([&](const CommandInfo& command) { names.push_back(command.name); });
    return names;
}

CommandTable tableOf(std::initializer_list<const char*> lines) {
    std::vector<CommandInfo> commands;
    for (const char* const line : lines)
        commands.push_back(readCommand(line));
    return CommandTable(std::move(commands));
}

// As Redis told it before it had key specifications.
std::shared_ptr<const CommandTable> redis6Commands() {
    std::vector<CommandInfo> commands;
    redis7Commands()->forEach([&](CommandInfo command) {
        command.keys.clear();
        command.subcommands.clear();
        commands.push_back(std::move(command));
    });
    return std::make_shared<const CommandTable>(std::move(commands));
}

std::string capitals(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
    return text;
}

std::string mixed(std::string text) {
    for (std::size_t i = 0; i < text.size(); i += 2)
        text[i] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[i])));
    return text;
}

// Sessions of one front-end.
class RecipesTest : public testing::Test {
  protected:
    // What the last of these commands becomes. The first ones are typed, and so is the last one if `typed`: what is
    // typed is written as the core wants it by execute(), so that it has no use for recipes.
    Seen last(const Texts& before, const Texts& words, bool typed) {
        RespSession session(host, credentials, limits, book, {1, {}, {}});
        for (const std::string& line : before)
            (void)parse(session, line + "\r\n");
        std::string bytes;
        if (typed) {
            for (const std::string& word : words)
                bytes += (bytes.empty() ? "" : " ") + word;
            bytes += "\r\n";
        } else {
            resp::appendCommand(bytes, std::vector<std::string_view>(words.begin(), words.end()));
        }
        return parse(session, bytes);
    }

    void expectAlike(const Texts& before, const Texts& words) {
        EXPECT_TRUE(last(before, words, true) == last(before, words, false))
            << (before.empty() ? "" : before.back()) << " - " << words[0] << " of " << words.size() << " words";
    }

    // Every command of the table, of up to ten words.
    void expectAllAlike(const Texts& before, const Texts& arguments) {
        for (const std::string& name : namesOf(*host.table)) {
            Texts words{name};
            for (std::size_t i = 0; i < 10; ++i) {
                for (const std::string& spelt : {name, capitals(name), mixed(name)}) {
                    words[0] = spelt;
                    expectAlike(before, words);
                }
                words.push_back(arguments[i % arguments.size()]);
            }
        }
    }

    FakeHost host;
    RecipeBook book{host};

  private:
    static Seen parse(RespSession& session, std::string_view bytes) {
        std::pmr::monotonic_buffer_resource scratch;
        Request request;
        request.close = true;
        const Parsed parsed = session.parse(bytes, scratch, request);
        EXPECT_EQ(parsed.status, Parsed::Status::Complete);
        EXPECT_EQ(parsed.consumed, bytes.size());
        return copyOf(request);
    }

    const FakeCredentials credentials;
    const ParseLimits limits;
};

TEST_F(RecipesTest, makeOfEveryCommandWhatItIsWithoutThem) {
    expectAllAlike({}, {"a", "b", "c"});
    expectAllAlike({}, {"2", "STREAMS", "BLOCK", "STORE", "GET", "on"});
}

TEST_F(RecipesTest, theSameBeforeThereWereKeySpecs) {
    host.table = redis6Commands();
    expectAllAlike({}, {"a", "2", "STORE"});
}

TEST_F(RecipesTest, theSameWhateverTheClientIsUpTo) {
    for (const Texts& before : std::vector<Texts>{{"HELLO 3"},
                                                  {"CLIENT REPLY SKIP"},
                                                  {"CLIENT REPLY OFF"},
                                                  {"MULTI"},
                                                  {"WATCH a"},
                                                  {"WATCH a", "UNWATCH"},
                                                  {"MULTI", "SET a b", "EXEC"},
                                                  {"SELECT 1"},
                                                  {"SUBSCRIBE a"},
                                                  {"MONITOR"},
                                                  {"BLPOP a 0"},
                                                  {"AUTH me secret"}})
        expectAllAlike(before, {"a", "b", "c"});
}

TEST_F(RecipesTest, theSameForTablesThatSayOddThings) {
    host.table = std::make_shared<const CommandTable>(tableOf({
        "debug 3 w 1 1 1",    "wait 3 - 1 1 1",      "eval 3 w 1 1 1",        "sort -2 w 1 1 1",
        "post -1 w 1 1 1",    "get 2 r 1 1 1",       "flushall -1 w 0 0 0",   "scan -2 r 0 0 0",
        "xread -4 rb 1 1 1",  "function -2 w 0 0 0", "module.name 2 w 1 1 1", "host: 1 w 1 1 1",
        "a 2 w 1 1 1",        "ab 2 r 1 -1 1",       "abc 2 - 1 -1 2",        "abcdefghijklmnop 2 w 1 1 1",
        "client -2 - 1 1 1",  "time 1 - 0 0 0",      "waitaof 1 - 0 0 0",     "abcdefghijklmnopq 2 w 1 1 1",
        "fcall_ro 3 r 1 1 1",
    }));
    expectAllAlike({}, {"a", "b"});
}

TEST_F(RecipesTest, namesThatAreNearlyThose) {
    for (const char* name : {"SE",
                             "SETT",
                             "SE\x14",
                             "S\x05T",
                             "\x13"
                             "ET",
                             "S%T",
                             "{SET",
                             "EXPIR\x05",
                             "LRANG%",
                             "SETRANG",
                             "ZREMRANGEBYSCOR%",
                             "ZREMRANGEBYSCOREX",
                             "D",
                             "DE",
                             "INC2",
                             "GETDE,",
                             "M3ET",
                             "\xD3\xC5\xD4",
                             "[set",
                             "{zadd"})
        expectAlike({}, {name, "a", "b", "c"});
}

TEST_F(RecipesTest, commandsOfManyWords) {
    for (const char* name : {"DEL", "MSET", "HSET", "RPUSH", "MIGRATE"}) {
        Texts words{name};
        for (int i = 0; i < 100; ++i)
            words.push_back("word:" + std::to_string(i));
        expectAlike({}, words);
    }
}

TEST_F(RecipesTest, keysLieInScratch) {
    Driver driver;
    const auto seen =
        driver.feed("*3\r\n$4\r\nMSET\r\n$1\r\na\r\n$1\r\n1\r\n*3\r\n$3\r\ndel\r\n$1\r\nb\r\n$1\r\nc\r\n");
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_EQ(seen[0].keys, (Texts{"a"}));
    EXPECT_EQ(seen[1].keys, (Texts{"b", "c"}));
}

TEST_F(RecipesTest, strangersHaveNoUseOfThem) {
    Driver driver(0, {{"default", "secret"}});
    const std::string set = "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\n";
    EXPECT_EQ(driver.answers(set), "-NOAUTH Authentication required.\r\n");
    EXPECT_EQ(driver.answers("AUTH secret\r\n"), "+OK\r\n");
    EXPECT_EQ(driver.feed(set).at(0).payload, set);
}

TEST_F(RecipesTest, aNewTableIsHeeded) {
    const std::string set = "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\n";
    Driver driver;
    driver.host.table = nullptr;
    EXPECT_TRUE(driver.answers(set).starts_with("-ERR backend unavailable"));
    driver.host.table = redis7Commands();
    EXPECT_EQ(driver.feed(set).at(0).keys, (Texts{"a"}));
    driver.host.table = std::make_shared<const CommandTable>(tableOf({"set -3 w 2 2 1"}));
    EXPECT_EQ(driver.feed(set).at(0).keys, (Texts{"b"}));
    driver.host.table = std::make_shared<const CommandTable>(tableOf({}));
    EXPECT_EQ(driver.feed(set).at(0).scope, Request::Scope::Some);
}

TEST(RecipeTest, ordinaryCommandsHaveOne) {
    const Recipes recipes(*redis7Commands());
    for (const char* name : {"set",
                             "setex",
                             "getset",
                             "append",
                             "incr",
                             "incrby",
                             "del",
                             "unlink",
                             "exists",
                             "expire",
                             "ttl",
                             "type",
                             "mset",
                             "lpush",
                             "lrange",
                             "lpop",
                             "hset",
                             "hget",
                             "hmget",
                             "sadd",
                             "srem",
                             "zadd",
                             "zrange",
                             "zscore",
                             "publish",
                             "xadd",
                             "getdel",
                             "getex",
                             "strlen",
                             "pexpire",
                             "zremrangebyscore"}) {
        const Recipe* const recipe = recipes.find(name);
        ASSERT_NE(recipe, nullptr) << name;
        EXPECT_EQ(recipes.find(capitals(name)), recipe) << name;
        EXPECT_EQ(*recipe, recipeOf(*redis7Commands(), name)) << name;
    }
    EXPECT_TRUE(recipes.find("set")->writes);
    EXPECT_FALSE(recipes.find("ttl")->writes);
}

TEST(RecipeTest, whatTakesMoreThanItsNameHasNone) {
    const Recipes recipes(*redis7Commands());
    for (const char* name :
         {"get",       "mget",    "multi",  "exec",    "watch",
          "subscribe", "client",  "script", "select",  "hello",
          "ping",      "eval",    "sort",   "sort_ro", "debug",
          "flushall",  "scan",    "keys",   "blpop",   "xread",
          "wait",      "object",  "config", "rename",  "zunionstore",
          "georadius", "migrate", "",       "nosuch",  "a-name-longer-than-any-command-there-is-in-redis"})
        EXPECT_EQ(recipes.find(name), nullptr) << name;
}

TEST(RecipeTest, everyNameIsFoundOrHasNone) {
    const Recipes recipes(*redis7Commands());
    for (const std::string& name : namesOf(*redis7Commands())) {
        const auto recipe = recipeOf(*redis7Commands(), name);
        const Recipe* const found = recipes.find(name);
        if (found != nullptr)
            EXPECT_EQ(*found, recipe) << name;
        else
            EXPECT_TRUE(!recipe || name.find('_') != std::string::npos || name.find('-') != std::string::npos) << name;
    }
}

TEST(RecipeTest, noTableNoRecipes) {
    EXPECT_EQ(Recipes(tableOf({})).find("set"), nullptr);
}

TEST(RecipeBookTest, givesTheSameUntilTheTableSaysOtherwise) {
    FakeHost host;
    RecipeBook book(host);
    const auto first = book.current();
    EXPECT_EQ(book.current().recipes, first.recipes);
    EXPECT_EQ(first.version, host.commandsVersion());

    host.table = std::make_shared<const CommandTable>(*redis7Commands());
    const auto again = book.current();
    EXPECT_GT(again.version, first.version);
    EXPECT_EQ(again.recipes, first.recipes) << "they are the same, and kept once";

    host.table = redis6Commands();
    EXPECT_NE(book.current().recipes, first.recipes);
    EXPECT_NE(first.recipes->find("set"), nullptr) << "whoever has them may read on";

    host.table = nullptr;
    EXPECT_EQ(book.current().recipes, nullptr);
    EXPECT_EQ(book.current().version, 0U);
}

TEST(RecipeBookTest, threadsShareOneEdition) {
    const FakeHost host;
    (void)host.commandsVersion();
    RecipeBook book(host);
    std::vector<RecipeBook::Edition> seen(8);
    {
        std::vector<std::jthread> threads;
        for (auto& edition : seen)
            threads.emplace_back([&] { edition = book.current(); });
    }
    for (const auto& edition : seen)
        EXPECT_EQ(edition.recipes, seen[0].recipes);
}

} // namespace
} // namespace nearcache::respfront
