// AUTH and HELLO AUTH, where the front-end knows its users, and where Redis does.

#include "Driver.h"

#include <gtest/gtest.h>

namespace nearcache::respfront {
namespace {

using Road = Request::Road;

const char* const wrong = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";
const char* const first = "-NOAUTH Authentication required.\r\n";

const FakeCredentials::Users users{{"default", "secret"}, {"bob", "pass"}};

class OwnUsersTest : public testing::Test {
  protected:
    std::string answer(std::string_view line) { return _driver.answers(std::string(line) + "\r\n"); }

    Driver _driver{0, users};
};

TEST_F(OwnUsersTest, nothingIsDoneForStrangers) {
    for (const char* line : {"GET a", "*2\r\n$3\r\nGET\r\n$1\r\na", "MGET a", "SET a b", "PING", "ECHO a",
                             "INFO nearcache", "CLIENT ID", "CLIENT LIST", "CLIENT KILL ID 1", "COMMAND", "SUBSCRIBE a",
                             "MULTI", "SELECT 0", "NOSUCH", "GET", "CLIENT REPLY OFF"})
        EXPECT_EQ(answer(line), first) << line;
}

TEST_F(OwnUsersTest, strangersMayLeave) {
    EXPECT_EQ(answer("RESET"), "+RESET\r\n");
    EXPECT_EQ(answer("QUIT"), "+OK\r\n");
    EXPECT_TRUE(_driver.closed());
}

TEST_F(OwnUsersTest, auth) {
    EXPECT_EQ(answer("AUTH nonsense"), wrong);
    EXPECT_EQ(answer("AUTH bob secret"), wrong);
    EXPECT_EQ(answer("AUTH eve pass"), wrong);
    EXPECT_EQ(answer("PING"), first);
    EXPECT_EQ(answer("AUTH secret"), "+OK\r\n");
    EXPECT_EQ(answer("PING"), "+PONG\r\n");
    EXPECT_EQ(_driver.line("GET a").action, Request::Action::Get);
    EXPECT_EQ(answer("AUTH bob pass"), "+OK\r\n");
    EXPECT_NE(_driver.note.last.find(" user=bob "), std::string::npos) << _driver.note.last;
    EXPECT_EQ(_driver.line("SET a b").road, Road::Shared);
}

TEST_F(OwnUsersTest, aWrongPasswordLaterChangesNothing) {
    EXPECT_EQ(answer("AUTH secret\r\nAUTH x\r\nPING"), std::string("+OK\r\n") + wrong + "+PONG\r\n");
}

TEST_F(OwnUsersTest, strangersAreKeptShort) {
    for (const char* input : {"*11\r\n", "*2\r\n$4\r\nAUTH\r\n$16385\r\n"}) {
        Driver stranger(0, users);
        EXPECT_TRUE(stranger.answers(input).starts_with("-ERR Protocol error: invalid ")) << input;
        EXPECT_TRUE(stranger.closed());
        Driver known(0, users);
        EXPECT_EQ(known.answers("AUTH secret\r\n"), "+OK\r\n");
        EXPECT_EQ(known.answers(input), "");
        EXPECT_FALSE(known.closed());
    }
    Driver again(0, users);
    EXPECT_TRUE(again.answers("AUTH secret\r\nRESET\r\n*11\r\n").ends_with("invalid multibulk length\r\n"));
}

TEST_F(OwnUsersTest, hello) {
    EXPECT_TRUE(answer("HELLO").starts_with("-NOAUTH HELLO must be called with the client already authenticated, "));
    EXPECT_TRUE(answer("HELLO 3").starts_with("-NOAUTH HELLO must be called "));
    EXPECT_EQ(answer("HELLO 3 AUTH bob x"), wrong);
    EXPECT_EQ(answer("PING"), first);
    EXPECT_TRUE(answer("HELLO 3 AUTH bob pass SETNAME it").starts_with("%7\r\n"));
    EXPECT_EQ(answer("CLIENT GETNAME"), "$2\r\nit\r\n");
    EXPECT_EQ(_driver.line("GET a").action, Request::Action::Get);
}

TEST_F(OwnUsersTest, resetForgetsTheUser) {
    EXPECT_EQ(answer("AUTH secret\r\nRESET\r\nPING"), std::string("+OK\r\n+RESET\r\n") + first);
}

TEST_F(OwnUsersTest, passwordsNeverGoToRedis) {
    (void)answer("AUTH secret");
    for (const char* state : {"MULTI", "SELECT 3", "WATCH a", "MONITOR", "SUBSCRIBE a"}) {
        (void)_driver.line(state);
        EXPECT_EQ(_driver.line("AUTH bob pass").action, Request::Action::Answer) << state;
        EXPECT_EQ(_driver.line("HELLO 3 AUTH bob pass").payload.find("pass"), std::string::npos) << state;
        (void)_driver.feed("RESET\r\nAUTH secret\r\n");
    }
}

TEST_F(OwnUsersTest, authWithinATransactionAbortsIt) {
    EXPECT_EQ(answer("AUTH secret"), "+OK\r\n");
    (void)_driver.line("MULTI");
    EXPECT_EQ(answer("AUTH secret"), "-ERR Nearcache does not support 'auth' within MULTI\r\n");
    EXPECT_EQ(_driver.line("EXEC").payload, "*1\r\n$7\r\nDISCARD\r\n");
}

class RedisUsersTest : public testing::Test {
  protected:
    Driver _driver;
};

TEST_F(RedisUsersTest, authHasARoadForGood) {
    const Seen auth = _driver.line("AUTH bob pass");
    EXPECT_EQ(auth.road, Road::Own);
    EXPECT_EQ(auth.payload, "*3\r\n$4\r\nAUTH\r\n$3\r\nbob\r\n$4\r\npass\r\n");
    EXPECT_EQ(_driver.relayed(auth, "+OK\r\n"), "+OK\r\n");
    EXPECT_NE(_driver.note.last.find(" user=bob "), std::string::npos) << _driver.note.last;
    const Seen get = _driver.line("GET a");
    EXPECT_EQ(get.action, Request::Action::Forward);
    EXPECT_EQ(get.road, Road::Own);
    EXPECT_FALSE(get.release);
    EXPECT_TRUE(_driver.line("RESET").release);
}

TEST_F(RedisUsersTest, aWrongPasswordIsTakenBack) {
    const Seen auth = _driver.line("AUTH nonsense");
    EXPECT_EQ(_driver.relayed(auth, wrong), wrong);
    EXPECT_TRUE(_driver.line("GET a").release);
    EXPECT_EQ(_driver.line("GET a").action, Request::Action::Get);
    EXPECT_NE(_driver.note.last.find(" user=default "), std::string::npos) << _driver.note.last;
}

TEST_F(RedisUsersTest, noConnectionIsTakenBackToo) {
    Reply failure;
    failure.kind = Reply::Kind::Error;
    failure.bytes = "no connection";
    EXPECT_EQ(_driver.encoded(failure, _driver.line("AUTH a b").tag), "-ERR backend unavailable: no connection\r\n");
    EXPECT_TRUE(_driver.line("GET a").release);
}

TEST_F(RedisUsersTest, helloIsAgreedOnWithRedisToo) {
    const Seen hello = _driver.line("HELLO 3 AUTH bob pass SETNAME it");
    EXPECT_EQ(hello.payload, "*5\r\n$5\r\nHELLO\r\n$1\r\n3\r\n$4\r\nAUTH\r\n$3\r\nbob\r\n$4\r\npass\r\n");
    EXPECT_EQ(hello.road, Road::Own);
    EXPECT_EQ(hello.protocol, 3);
    const std::string reply = _driver.relayed(hello, "%1\r\n$2\r\nid\r\n:7\r\n", 5);
    EXPECT_TRUE(reply.starts_with("%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n")) << reply;
    EXPECT_NE(reply.find("$2\r\nid\r\n:42\r\n"), std::string::npos) << reply;
    EXPECT_EQ(_driver.answers("CLIENT GETNAME\r\n"), "$2\r\nit\r\n");
    EXPECT_EQ(_driver.line("GET a").road, Road::Own);
}

TEST_F(RedisUsersTest, helloWithAWrongPasswordIsTakenBack) {
    const Seen hello = _driver.line("HELLO 3 AUTH bob x");
    EXPECT_EQ(_driver.relayed(hello, wrong, 4), wrong);
    const Seen get = _driver.line("GET a");
    EXPECT_TRUE(get.release);
    EXPECT_EQ(get.protocol, 2);
    EXPECT_EQ(_driver.line("GET a").action, Request::Action::Get);
}

TEST_F(RedisUsersTest, anotherProtocolOnARoadOfItsOwn) {
    (void)_driver.line("SELECT 3");
    EXPECT_EQ(_driver.line("HELLO 2").action, Request::Action::Answer);
    const Seen hello = _driver.line("HELLO 3");
    EXPECT_EQ(hello.payload, "*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n");
    EXPECT_EQ(hello.protocol, 3);
    EXPECT_TRUE(_driver.relayed(hello, "%0\r\n").starts_with("%7\r\n"));
    EXPECT_FALSE(_driver.line("SELECT 0").release); // nobody else can use it
    EXPECT_TRUE(_driver.line("RESET").release);
}

} // namespace
} // namespace nearcache::respfront
