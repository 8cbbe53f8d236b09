#include "Commands.h"

#include "Driver.h"
#include "Text.h"

#include "nearcache/Resp.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>

namespace nearcache::respfront {
namespace {

std::string answer(std::string_view line) {
    Driver driver;
    return driver.answers(std::string(line) + "\r\n");
}

void expectSound(std::span<const Command> commands) {
    EXPECT_TRUE(std::is_sorted(commands.begin(), commands.end(),
                               [](const Command& a, const Command& b) { return a.name < b.name; }));
    for (const Command& command : commands) {
        SCOPED_TRACE(command.name);
        EXPECT_NE(command.arity, 0);
        EXPECT_EQ(command.handler == nullptr, !command.subcommands.empty());
        EXPECT_EQ(find(commands, command.name), &command);
        expectSound(command.subcommands);
    }
}

TEST(CommandsTest, tableIsSound) {
    expectSound(commands());
    EXPECT_EQ(find(commands(), "getde"), nullptr);
    EXPECT_EQ(find(commands(), ""), nullptr);
}

TEST(CommandsTest, whatIsKnownHereIsKnownToRedis) {
    for (const Command& command : commands()) {
        const CommandInfo* const theirs = redis7Commands()->find(command.name);
        ASSERT_NE(theirs, nullptr) << command.name;
        if (command.name == "exec")
            continue; // its arity is checked here
        EXPECT_EQ(command.arity, theirs->arity) << command.name;
    }
}

TEST(CommandsTest, unknownCommandsGoToRedis) {
    for (const char* line : {"foo", "CONFIG GET save", "\"\"", "a-name-longer-than-any-command-there-is-in-redis b"}) {
        const Seen request = Driver().line(line);
        EXPECT_EQ(request.action, Request::Action::Forward) << line;
        EXPECT_EQ(request.road, Request::Road::Shared) << line;
    }
}

TEST(CommandsTest, withoutTheTableNothingIsPassedOn) {
    Driver driver;
    driver.host.table = nullptr;
    EXPECT_EQ(driver.answers("SET a b\r\n"), "-ERR backend unavailable: Redis has not been reached yet\r\n");
    EXPECT_EQ(driver.line("GET a").action, Request::Action::Get);
    EXPECT_EQ(driver.line("MGET a").action, Request::Action::GetMany);
}

TEST(CommandsTest, wrongNumberOfArguments) {
    EXPECT_EQ(answer("GET"), "-ERR wrong number of arguments for 'get' command\r\n");
    EXPECT_EQ(answer("get a b"), "-ERR wrong number of arguments for 'get' command\r\n");
    EXPECT_EQ(answer("WATCH"), "-ERR wrong number of arguments for 'watch' command\r\n");
    EXPECT_EQ(answer("SUBSCRIBE"), "-ERR wrong number of arguments for 'subscribe' command\r\n");
    EXPECT_EQ(answer("MULTI x"), "-ERR wrong number of arguments for 'multi' command\r\n");
}

TEST(CommandsTest, noErrorClosesTheConnection) {
    Driver driver;
    (void)driver.feed("FOO\r\nGET\r\nCLIENT FOO\r\nHELLO 4\r\nAUTH x\r\nSELECT x\r\nMULTI\r\nSUBSCRIBE a\r\n");
    EXPECT_FALSE(driver.closed());
}

TEST(CommandsTest, replicasAreRefused) {
    for (const char* line : {"SYNC", "PSYNC ? -1", "REPLCONF listening-port 1"})
        EXPECT_TRUE(answer(line).starts_with("-ERR Nearcache does not support '")) << line;
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

} // namespace
} // namespace nearcache::respfront
