#include "Driver.h"

#include "nearcache/Resp.h"

#include <gtest/gtest.h>

namespace nearcache::respfront {
namespace {

std::string answer(std::string_view line) {
    Driver driver;
    const std::string text = driver.answers(std::string(line) + "\r\n");
    EXPECT_FALSE(driver.closed()) << line;
    return text;
}

TEST(ConnectionCommandsTest, ping) {
    EXPECT_EQ(answer("PING"), "+PONG\r\n");
    EXPECT_EQ(answer("ping \"a b\""), "$3\r\na b\r\n");
    EXPECT_EQ(answer("PING a b"), "-ERR wrong number of arguments for 'ping' command\r\n");
}

TEST(ConnectionCommandsTest, echo) {
    EXPECT_EQ(answer("ECHO \"\\x00\\r\\n\""), std::string("$3\r\n\0\r\n\r\n", 9));
    EXPECT_EQ(answer("ECHO"), "-ERR wrong number of arguments for 'echo' command\r\n");
}

TEST(ConnectionCommandsTest, aLongEchoIsCopiedOnce) {
    const FakeHost host;
    const ParseLimits limits;
    const FakeCredentials credentials;
    RecipeBook recipes(host);
    RespSession session(host, credentials, limits, recipes, {1, {}, {}});
    std::string input;
    resp::appendCommand(input, {"ECHO", std::string(1 << 20, 'x')});
    std::vector<char> room((1 << 20) + 4096);
    std::pmr::monotonic_buffer_resource scratch(room.data(), room.size(), std::pmr::null_memory_resource());
    Request request;
    ASSERT_EQ(session.parse(input, scratch, request).status, Parsed::Status::Complete);
    EXPECT_TRUE(request.payload.starts_with("$1048576\r\nxxx"));
    EXPECT_EQ(request.payload.size(), (1U << 20) + 12);
}

TEST(ConnectionCommandsTest, quitClosesAfterItsReply) {
    Driver driver;
    const auto requests = driver.feed("PING\r\nQUIT now\r\nPING\r\n");
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_FALSE(requests[0].close);
    EXPECT_EQ(requests[1].payload, "+OK\r\n");
    EXPECT_TRUE(requests[1].close);
}

TEST(ConnectionCommandsTest, selectOfTheConfiguredDatabase) {
    Driver driver(3);
    EXPECT_EQ(driver.answers("SELECT 3\r\n"), "+OK\r\n");
    EXPECT_EQ(driver.line("SELECT 0").road, Request::Road::Own);
}

TEST(ConnectionCommandsTest, selectOfNoDatabase) {
    const std::string range = "-ERR value is out of range, value must between -2147483648 and 2147483647\r\n";
    EXPECT_EQ(answer("SELECT x"), "-ERR value is not an integer or out of range\r\n");
    EXPECT_EQ(answer("SELECT 99999999999999999999"), "-ERR value is not an integer or out of range\r\n");
    EXPECT_EQ(answer("SELECT 2147483648"), range);
    EXPECT_EQ(answer("SELECT -2147483649"), range);
    EXPECT_EQ(answer("SELECT -1"), "-ERR DB index is out of range\r\n");
    EXPECT_EQ(answer("SELECT"), "-ERR wrong number of arguments for 'select' command\r\n");
}

TEST(ConnectionCommandsTest, wrongUseOfAuth) {
    EXPECT_EQ(answer("AUTH a b c"), "-ERR syntax error\r\n");
    EXPECT_EQ(answer("AUTH"), "-ERR wrong number of arguments for 'auth' command\r\n");
}

const char* const greeting = "*14\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n"
                             "$5\r\nproto\r\n:2\r\n$2\r\nid\r\n:42\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n"
                             "$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n";
const char* const greeting3 = "%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n"
                              "$5\r\nproto\r\n:3\r\n$2\r\nid\r\n:42\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n"
                              "$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n";

TEST(ConnectionCommandsTest, helloInBothVersions) {
    EXPECT_EQ(answer("HELLO"), greeting);
    EXPECT_EQ(answer("HELLO 2"), greeting);
    EXPECT_EQ(answer("HELLO 3"), greeting3);
    EXPECT_EQ(answer("HELLO 3\r\nHELLO\r\nHELLO 2"), std::string(greeting3) + greeting3 + greeting);
}

TEST(ConnectionCommandsTest, helloNamesTheConnection) {
    EXPECT_EQ(answer("HELLO 2 SETNAME bob\r\nCLIENT GETNAME"), std::string(greeting) + "$3\r\nbob\r\n");
    EXPECT_EQ(answer("HELLO 3\r\nCLIENT GETNAME"), std::string(greeting3) + "_\r\n");
}

TEST(ConnectionCommandsTest, helloBeforeRedisWasReached) {
    Driver driver;
    driver.host.identity = {};
    EXPECT_EQ(driver.answers("HELLO 3\r\n"), "-ERR backend unavailable: Redis has not been reached yet\r\n");
}

TEST(ConnectionCommandsTest, helloInOtherVersions) {
    for (const char* line : {"HELLO 4", "HELLO 1", "HELLO 0", "HELLO -1", "HELLO 4 AUTH default x"})
        EXPECT_EQ(answer(line), "-NOPROTO unsupported protocol version\r\n");
    EXPECT_EQ(answer("HELLO x"), "-ERR Protocol version is not an integer or out of range\r\n");
    EXPECT_EQ(answer("HELLO AUTH a b"), "-ERR Protocol version is not an integer or out of range\r\n");
}

TEST(ConnectionCommandsTest, repliesAreInTheVersionAgreedOn) {
    Driver driver;
    EXPECT_EQ(driver.encoded(Reply{}, driver.line("GET a").tag), "$-1\r\n");
    (void)driver.line("HELLO 3");
    EXPECT_EQ(driver.encoded(Reply{}, driver.line("GET a").tag), "_\r\n");
    EXPECT_EQ(driver.encoded(Reply{}, driver.line("*2\r\n$3\r\nGET\r\n$1\r\na").tag), "_\r\n");
    EXPECT_EQ(driver.line("SET a b").protocol, 3);
    (void)driver.line("RESET");
    EXPECT_EQ(driver.line("SET a b").protocol, 2);
}

TEST(ConnectionCommandsTest, helloWithWrongOptions) {
    EXPECT_EQ(answer("HELLO 2 FOO"), "-ERR Syntax error in HELLO option 'FOO'\r\n");
    EXPECT_EQ(answer("HELLO 2 \"F\\r\\nO\""), "-ERR Syntax error in HELLO option 'F  O'\r\n");
    EXPECT_EQ(answer("HELLO 2 SETNAME"), "-ERR Syntax error in HELLO option 'SETNAME'\r\n");
    EXPECT_EQ(answer("HELLO 2 AUTH default"), "-ERR Syntax error in HELLO option 'AUTH'\r\n");
    EXPECT_EQ(answer("HELLO 2 SETNAME \"a b\""),
              "-ERR Client names cannot contain spaces, newlines or special characters.\r\n");
}

} // namespace
} // namespace nearcache::respfront
