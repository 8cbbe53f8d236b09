#include "Driver.h"

#include "nearcache/Resp.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace nearcache::respfront {
namespace {

std::string answer(std::string_view lines) {
    Driver driver;
    return driver.answers(std::string(lines) + "\r\n");
}

TEST(ClientCommandsTest, nameOfTheConnection) {
    EXPECT_EQ(answer("CLIENT GETNAME"), "$-1\r\n");
    EXPECT_EQ(answer("CLIENT SETNAME bob\r\nclient getname"), "+OK\r\n$3\r\nbob\r\n");
    EXPECT_EQ(answer("CLIENT SETNAME bob\r\nCLIENT SETNAME \"\"\r\nCLIENT GETNAME"), "+OK\r\n+OK\r\n$-1\r\n");
}

TEST(ClientCommandsTest, namesThatCannotBe) {
    for (const char* name : {"\"a b\"", "\"a\\n\"", "\"\\x7f\"", "\"\\x80\"", "\"\\x00\""})
        EXPECT_EQ(answer(std::string("CLIENT SETNAME ") + name),
                  "-ERR Client names cannot contain spaces, newlines or special characters.\r\n");
}

TEST(ClientCommandsTest, number) {
    EXPECT_EQ(answer("CLIENT ID"), ":42\r\n");
}

TEST(ClientCommandsTest, library) {
    EXPECT_EQ(answer("CLIENT SETINFO LIB-NAME redis-py"), "+OK\r\n");
    EXPECT_EQ(answer("client setinfo lib-ver 5.0"), "+OK\r\n");
    EXPECT_EQ(answer("CLIENT SETINFO lib-ver \"\""), "+OK\r\n");
    EXPECT_EQ(answer("CLIENT SETINFO LIB-NAME \"a b\""),
              "-ERR LIB-NAME cannot contain spaces, newlines or special characters.\r\n");
    EXPECT_EQ(answer("CLIENT SETINFO foo bar"), "-ERR Unrecognized option 'foo'\r\n");
    EXPECT_EQ(answer("CLIENT SETINFO \"f\\no\" bar"), "-ERR Unrecognized option 'f o'\r\n");
}

TEST(ClientCommandsTest, wrongUse) {
    EXPECT_EQ(answer("CLIENT SETNAME"), "-ERR wrong number of arguments for 'client|setname' command\r\n");
    EXPECT_EQ(answer("CLIENT GETNAME x"), "-ERR wrong number of arguments for 'client|getname' command\r\n");
    EXPECT_EQ(answer("CLIENT SETINFO lib-name"), "-ERR wrong number of arguments for 'client|setinfo' command\r\n");
}

TEST(ClientCommandsTest, whatIsRedissGoesThere) {
    for (const char* line : {"CLIENT", "CLIENT HELP", "client foo a", "CLIENT PAUSE 10", "CLIENT GETREDIR",
                             "CLIENT TRACKINGINFO", "CLIENT CACHING yes"}) {
        const Seen request = Driver().line(line);
        EXPECT_EQ(request.action, Request::Action::Forward) << line;
        EXPECT_EQ(request.road, Request::Road::Shared) << line;
    }
}

TEST(ClientCommandsTest, idsOfOursAreNotUnblocked) {
    EXPECT_EQ(answer("CLIENT UNBLOCK 42"),
              "-ERR Nearcache does not support 'client|unblock': its clients' ids are not Redis's\r\n");
}

TEST(ClientCommandsTest, capabilities) {
    EXPECT_EQ(answer("CLIENT CAPA redirect"), "+OK\r\n");
}

TEST(ClientReplyTest, off) {
    EXPECT_EQ(answer("CLIENT REPLY OFF\r\nPING\r\nCLIENT REPLY SKIP\r\nPING\r\nCLIENT REPLY ON\r\nPING"),
              "+OK\r\n+PONG\r\n");
}

TEST(ClientReplyTest, skip) {
    EXPECT_EQ(answer("CLIENT REPLY SKIP\r\nPING\r\nECHO a"), "$1\r\na\r\n");
}

TEST(ClientReplyTest, wrongUse) {
    EXPECT_EQ(answer("CLIENT REPLY FOO"), "-ERR syntax error\r\n");
    EXPECT_EQ(answer("CLIENT REPLY"), "-ERR wrong number of arguments for 'client|reply' command\r\n");
}

TEST(ClientReplyTest, silenceConcernsEveryKindOfRequest) {
    Driver driver;
    (void)driver.line("CLIENT REPLY OFF");
    for (const char* line : {"GET a", "*2\r\n$3\r\nget\r\n$1\r\na", "SET a b", "MGET a b", "FOO", "BLPOP a 0"})
        EXPECT_TRUE(driver.line(line).silent) << line;
    EXPECT_FALSE(driver.line("CLIENT REPLY ON").silent);
    EXPECT_FALSE(driver.line("GET a").silent);
}

TEST(ClientReplyTest, resetEndsIt) {
    EXPECT_EQ(answer("CLIENT REPLY OFF\r\nRESET\r\nPING"), "+RESET\r\n+PONG\r\n");
}

class ClientListTest : public testing::Test {
  protected:
    ClientListTest() {
        _driver.host.clientList = {
            {1, "10.0.0.1:1", "10.0.0.9:6379", "name=a flags=P db=0 user=bob", std::chrono::seconds(90),
             std::chrono::seconds(3)},
            {42, "10.0.0.1:2", "10.0.0.9:6379", "name= flags=N db=0 user=default", std::chrono::seconds(5), {}},
            {43, "10.0.0.2:3", "10.0.0.9:8080", "", std::chrono::seconds(7), {}},
        };
    }

    const std::string _one = "id=1 addr=10.0.0.1:1 laddr=10.0.0.9:6379 age=90 idle=3 name=a flags=P db=0 user=bob\n";
    const std::string _self =
        "id=42 addr=10.0.0.1:2 laddr=10.0.0.9:6379 age=5 idle=0 name= flags=N db=0 user=default\n";
    const std::string _http = "id=43 addr=10.0.0.2:3 laddr=10.0.0.9:8080 age=7 idle=0\n";

    std::string answer(std::string_view line) { return _driver.answers(std::string(line) + "\r\n"); }

    static std::string bulk(const std::string& text) {
        std::string reply;
        resp::appendBulk(reply, text);
        return reply;
    }

    Driver _driver;
};

TEST_F(ClientListTest, list) {
    EXPECT_EQ(answer("CLIENT LIST"), bulk(_one + _self + _http));
    EXPECT_EQ(answer("CLIENT LIST TYPE pubsub"), bulk(_one));
    EXPECT_EQ(answer("CLIENT LIST TYPE normal"), bulk(_self + _http));
    EXPECT_EQ(answer("CLIENT LIST TYPE replica"), bulk(""));
    EXPECT_EQ(answer("CLIENT LIST ID 43 1 999"), bulk(_one + _http));
    EXPECT_EQ(answer("CLIENT LIST USER bob"), bulk(_one));
    EXPECT_EQ(answer("CLIENT LIST MAXAGE 7 LADDR 10.0.0.9:8080"), bulk(_http));
}

TEST_F(ClientListTest, info) {
    EXPECT_EQ(answer("CLIENT INFO"), bulk(_self));
    EXPECT_EQ(answer("HELLO 3\r\nCLIENT INFO").substr(answer("HELLO 3").size()),
              "=" + std::to_string(_self.size() + 4) + "\r\ntxt:" + _self + "\r\n");
}

TEST_F(ClientListTest, wrongUse) {
    EXPECT_EQ(answer("CLIENT LIST TYPE x"), "-ERR Unknown client type 'x'\r\n");
    EXPECT_EQ(answer("CLIENT LIST FOO x"), "-ERR syntax error\r\n");
    EXPECT_EQ(answer("CLIENT LIST ID"), "-ERR syntax error\r\n");
    EXPECT_EQ(answer("CLIENT KILL ID x"), "-ERR client-id should be greater than 0\r\n");
    EXPECT_EQ(answer("CLIENT KILL ID 0"), "-ERR client-id should be greater than 0\r\n");
    EXPECT_EQ(answer("CLIENT KILL SKIPME maybe"), "-ERR syntax error\r\n");
    EXPECT_EQ(answer("CLIENT KILL MAXAGE x"), "-ERR syntax error\r\n");
    EXPECT_TRUE(_driver.host.ended.empty());
}

TEST_F(ClientListTest, killByAddress) {
    EXPECT_EQ(answer("CLIENT KILL 10.0.0.2:3"), "+OK\r\n");
    EXPECT_EQ(_driver.host.ended, std::vector<std::uint64_t>{43});
    EXPECT_EQ(answer("CLIENT KILL 10.0.0.2:4"), "-ERR No such client\r\n");
    EXPECT_FALSE(_driver.closed());
    EXPECT_EQ(answer("CLIENT KILL 10.0.0.1:2"), "+OK\r\n");
    EXPECT_TRUE(_driver.closed());
}

TEST_F(ClientListTest, killSparesItself) {
    EXPECT_EQ(answer("CLIENT KILL TYPE normal"), ":1\r\n");
    EXPECT_EQ(_driver.host.ended, std::vector<std::uint64_t>{43});
    EXPECT_EQ(answer("CLIENT KILL ID 42"), ":0\r\n");
    EXPECT_FALSE(_driver.closed());
    EXPECT_EQ(answer("CLIENT KILL USER default SKIPME no"), ":1\r\n");
    EXPECT_TRUE(_driver.closed());
}

TEST(ClientNoteTest, tellsWhatOthersMayKnow) {
    Driver driver;
    constexpr std::string_view buffers =
        " multi=-1 qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 obl=0 oll=0 omem=0 tot-mem=0";
    const auto note = [&driver, &buffers] {
        auto text = driver.note.last;
        EXPECT_NE(text.find(buffers), std::string::npos);
        return text.erase(std::min(text.size(), text.find(buffers)), buffers.size());
    };
    EXPECT_EQ(note(), "name= flags=N db=0 sub=0 psub=0 ssub=0 user=default resp=2 lib-name= lib-ver=");
    (void)driver.feed("CLIENT SETNAME bob\r\nCLIENT SETINFO lib-name x\r\nHELLO 3\r\nSELECT 2\r\nSUBSCRIBE a b\r\n");
    EXPECT_EQ(note(), "name=bob flags=P db=2 sub=2 psub=0 ssub=0 user=default resp=3 lib-name=x lib-ver=");
    (void)driver.feed("RESET\r\n");
    EXPECT_EQ(note(), "name= flags=N db=0 sub=0 psub=0 ssub=0 user=default resp=2 lib-name=x lib-ver=");
}

} // namespace
} // namespace nearcache::respfront
