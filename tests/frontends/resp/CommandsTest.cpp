#include "Commands.h"

#include "Driver.h"
#include "Text.h"

#include "nearcache/Resp.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

namespace nearcache::respfront {
namespace {

std::string answer(std::string_view line) {
    Driver driver;
    return driver.answers(std::string(line) + "\r\n");
}

void expectSound(const Command& command) {
    EXPECT_NE(command.arity, 0);
    EXPECT_TRUE(command.handler != nullptr || !command.subcommands.empty());
    EXPECT_TRUE(std::all_of(command.name.begin(), command.name.end(), [](char c) { return c >= 'a' && c <= 'z'; }));
    EXPECT_TRUE(command.summary.ends_with('.'));
    EXPECT_EQ(command.firstKey > 0, command.keyStep > 0);
    // The fewest words that pass the check of the arity hold the first key, and the last where its place is fixed.
    EXPECT_LT(std::max(command.firstKey, command.lastKey), std::abs(command.arity));
    EXPECT_TRUE(!command.writes() || command.firstKey > 0) << "a write whose keys are not known";
    for (const Command& subcommand : command.subcommands)
        expectSound(subcommand);
}

TEST(CommandsTest, tableIsSound) {
    std::set<std::string_view> names;
    for (const Command& command : commands()) {
        SCOPED_TRACE(command.name);
        EXPECT_TRUE(names.insert(command.name).second);
        expectSound(command);
    }
}

TEST(CommandsTest, aCommandIsFoundInAnyCase) {
    ASSERT_NE(find(commands(), "GetDel"), nullptr);
    EXPECT_EQ(find(commands(), "GetDel")->name, "getdel");
    EXPECT_EQ(find(commands(), "getde"), nullptr);
    EXPECT_EQ(find(commands(), ""), nullptr);
}

TEST(CommandsTest, unknownCommand) {
    EXPECT_EQ(answer("CONFIG GET save"), "-ERR unknown command 'CONFIG', with args beginning with: 'GET' 'save' \r\n");
    EXPECT_EQ(answer("foo"), "-ERR unknown command 'foo', with args beginning with: \r\n");
    EXPECT_EQ(answer("\"\""), "-ERR unknown command '', with args beginning with: \r\n");
}

TEST(CommandsTest, unknownCommandIsCutAsRedisDoes) {
    const std::string a128(128, 'a');
    EXPECT_EQ(answer("foo " + a128 + "a b"),
              "-ERR unknown command 'foo', with args beginning with: '" + a128 + "' \r\n");
    EXPECT_EQ(answer(a128 + "a"), "-ERR unknown command '" + a128 + "', with args beginning with: \r\n");
    const std::string a50(50, 'a');
    EXPECT_EQ(answer("foo " + a50 + " " + a50 + " " + a50 + " b"),
              "-ERR unknown command 'foo', with args beginning with: '" + a50 + "' '" + a50 + "' '" +
                  std::string(22, 'a') + "' \r\n");
}

TEST(CommandsTest, unknownCommandIsMadeHarmless) {
    EXPECT_EQ(answer("\"f\\r\\n+OK\" \"\\n\""), "-ERR unknown command 'f  +OK', with args beginning with: ' ' \r\n");
    EXPECT_EQ(answer("\"f\\x00o\" \"a\\x00b\""), "-ERR unknown command 'f', with args beginning with: 'a' \r\n");
}

TEST(CommandsTest, wrongNumberOfArguments) {
    for (const char* line : {"GET", "get a b", "SET", "SET a", "DEL", "UNLINK", "EXISTS", "TTL", "PTTL a b", "EXPIRE a",
                             "INCR", "INCRBY a", "DECR a b", "DECRBY a", "GETDEL"}) {
        const std::string_view name = find(commands(), shown(line, std::string_view(line).find(' ')))->name;
        EXPECT_EQ(answer(line), "-ERR wrong number of arguments for '" + std::string(name) + "' command\r\n") << line;
    }
}

TEST(CommandsTest, noErrorClosesTheConnection) {
    Driver driver;
    (void)driver.feed("FOO\r\nGET\r\nCLIENT FOO\r\nHELLO 3\r\nAUTH x\r\nSELECT 7\r\nMULTI\r\nSUBSCRIBE a\r\n");
    EXPECT_FALSE(driver.closed());
}

TEST(CommandsTest, whatSpeaksHttpIsClosed) {
    for (const char* line : {"POST / HTTP/1.1\r\n", "Host: example.org\r\n", "*1\r\n$4\r\nPOST\r\n"}) {
        Driver driver;
        const auto requests = driver.feed(std::string(line) + "\r\nSET a b\r\n");
        ASSERT_EQ(requests.size(), 1U);
        EXPECT_TRUE(requests[0].payload.starts_with("-ERR unknown command"));
        EXPECT_TRUE(driver.closed());
    }
}

TEST(CommandsTest, protocolErrorsAreToldAndClose) {
    Driver driver;
    const auto requests = driver.feed("PING\r\n*1\r\n\r\nPING\r\nPING\r\n");
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_EQ(requests[1].payload, "-ERR Protocol error: expected '$', got ' '\r\n");
    EXPECT_TRUE(requests[1].close);
}

// Every answer is exactly one reply.
void expectOneReply(const std::string& text) {
    resp::ReplyFramer framer;
    const auto step = framer.feed(text);
    EXPECT_EQ(step.state, resp::ReplyFramer::State::Complete) << text;
    EXPECT_EQ(step.consumed, text.size()) << text;
}

TEST(CommandCommandTest, infoOfACommand) {
    EXPECT_EQ(answer("COMMAND INFO get"),
              "*1\r\n*10\r\n$3\r\nget\r\n:2\r\n*2\r\n+readonly\r\n+fast\r\n:1\r\n:1\r\n:1\r\n"
              "*0\r\n*0\r\n*0\r\n*0\r\n");
    EXPECT_EQ(answer("command info DEL nosuch"), "*2\r\n*10\r\n$3\r\ndel\r\n:-2\r\n*1\r\n+write\r\n:1\r\n:-1\r\n:1\r\n"
                                                 "*0\r\n*0\r\n*0\r\n*0\r\n$-1\r\n");
}

TEST(CommandCommandTest, infoOfASubcommand) {
    EXPECT_EQ(answer("COMMAND INFO client|setname client|nosuch get|set"),
              "*3\r\n*10\r\n$14\r\nclient|setname\r\n:3\r\n*3\r\n+noscript\r\n+loading\r\n+stale\r\n:0\r\n:0\r\n:0\r\n"
              "*0\r\n*0\r\n*0\r\n*0\r\n$-1\r\n$-1\r\n");
}

TEST(CommandCommandTest, allCommands) {
    const std::string text = answer("COMMAND");
    expectOneReply(text);
    EXPECT_TRUE(text.starts_with("*" + std::to_string(commands().size()) + "\r\n"));
    EXPECT_EQ(answer("COMMAND INFO"), text);
    EXPECT_EQ(answer("COMMAND COUNT"), ":" + std::to_string(commands().size()) + "\r\n");
}

TEST(CommandCommandTest, docs) {
    EXPECT_EQ(
        answer("COMMAND DOCS get nosuch"),
        "*2\r\n$3\r\nget\r\n*6\r\n$7\r\nsummary\r\n$27\r\nReturns the value of a key.\r\n$5\r\nsince\r\n$5\r\n1.0.0"
        "\r\n$5\r\ngroup\r\n$6\r\nstring\r\n");
    EXPECT_EQ(answer("COMMAND DOCS nosuch"), "*0\r\n");
    const std::string all = answer("COMMAND DOCS");
    expectOneReply(all);
    EXPECT_TRUE(all.starts_with("*" + std::to_string(2 * commands().size()) + "\r\n"));
    EXPECT_NE(all.find("$11\r\nsubcommands\r\n*10\r\n$14\r\nclient|getname\r\n*6\r\n"), all.npos);
}

TEST(CommandCommandTest, help) {
    const std::string text = answer("COMMAND HELP");
    expectOneReply(text);
    EXPECT_NE(text.find("+(no subcommand)\r\n+    Describes all commands.\r\n"), text.npos) << text;
    EXPECT_NE(text.find("+INFO [<command-name> ...]\r\n"), text.npos) << text;
    EXPECT_EQ(answer("COMMAND HELP x"), "-ERR wrong number of arguments for 'command|help' command\r\n");
}

TEST(CommandCommandTest, wrongUse) {
    EXPECT_EQ(answer("COMMAND FOO"), "-ERR unknown subcommand 'FOO'. Try COMMAND HELP.\r\n");
    EXPECT_EQ(answer("COMMAND COUNT 1"), "-ERR wrong number of arguments for 'command|count' command\r\n");
}

} // namespace
} // namespace nearcache::respfront
