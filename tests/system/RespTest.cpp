/// The commands that the RESP front-end answers, as hiredis sees them. Where Redis has words for it, a real Redis is
/// asked the same, and the answers must be equal.

#include "system/harness/SystemTest.h"

#include <algorithm>

namespace nearcache::blackbox {

using namespace std::string_literals;

class RespTest : public SystemTest {
  protected:
    /// Nearcache's answer, which must be the one that Redis gives.
    Answer askBoth(const Words& words) {
        const auto theirs = redis().ask(words);
        const auto ours = client.ask(words);
        EXPECT_EQ(ours, theirs) << "for " << ::testing::PrintToString(words);
        return ours;
    }

    Proxy proxy{config()};
    RespClient client = proxy.respClient();
};

TEST_F(RespTest, GetsWhatRedisHas) {
    redis().ask({"SET", "name", "Ada"});
    EXPECT_EQ(client.ask({"GET", "name"}), bulk("Ada"));
    EXPECT_EQ(client.ask({"get", "name"}), bulk("Ada"));
    EXPECT_EQ(client.ask({"GET", "nobody"}), nil());
}

TEST_F(RespTest, TellsAnEmptyValueFromNone) {
    redis().ask({"SET", "empty", ""});
    EXPECT_EQ(client.ask({"GET", "empty"}), bulk(""));
    EXPECT_EQ(client.ask({"GET", "empty"}), bulk(""));
}

TEST_F(RespTest, SetsAndDeletes) {
    EXPECT_EQ(client.ask({"SET", "name", "Ada"}), status("OK"));
    EXPECT_EQ(redis().ask({"GET", "name"}), bulk("Ada"));
    EXPECT_EQ(client.ask({"DEL", "name", "nobody"}), integer(1));
    EXPECT_EQ(redis().ask({"GET", "name"}), nil());
}

TEST_F(RespTest, SetTakesAllItsOptions) {
    EXPECT_EQ(client.ask({"SET", "name", "Ada", "XX"}), nil());
    EXPECT_EQ(client.ask({"SET", "name", "Ada", "NX", "EX", "1000"}), status("OK"));
    EXPECT_EQ(client.ask({"SET", "name", "Grace", "NX"}), nil());
    EXPECT_GT(redis().ask({"TTL", "name"}).number, 900);
    EXPECT_EQ(client.ask({"SET", "name", "Grace", "GET"}), bulk("Ada"));
    EXPECT_EQ(client.ask({"GET", "name"}), bulk("Grace"));
}

TEST_F(RespTest, Pings) {
    EXPECT_EQ(askBoth({"PING"}), status("PONG"));
    EXPECT_EQ(askBoth({"PING", "hello"}), bulk("hello"));
    EXPECT_EQ(askBoth({"ECHO", "a\0\r\n"s}), bulk("a\0\r\n"s));
}

TEST_F(RespTest, QuitAnswersAndCloses) {
    EXPECT_EQ(client.ask({"QUIT"}), status("OK"));
    EXPECT_EQ(client.receiveOrEnd(), std::nullopt);
}

TEST_F(RespTest, SelectsWhatThereIs) {
    EXPECT_EQ(askBoth({"SELECT", "0"}), status("OK"));
    EXPECT_EQ(askBoth({"SELECT", "1"}), status("OK"));
    EXPECT_TRUE(askBoth({"SELECT", "99"}).isError());
    EXPECT_TRUE(askBoth({"SELECT", "-1"}).isError());
    EXPECT_TRUE(askBoth({"SELECT", "no number"}).isError());
    EXPECT_EQ(askBoth({"SELECT", "0"}), status("OK"));
    EXPECT_EQ(client.ask({"PING"}), status("PONG"));
}

TEST_F(RespTest, HelloSpeaksOfRespTwo) {
    for (const auto& words : {Words{"HELLO"}, Words{"HELLO", "2"}, Words{"HELLO", "2", "SETNAME", "me"}}) {
        const auto fields = client.ask(words).elements;
        const auto has = [&fields](const Answer& name, const Answer& value) {
            const auto found = std::find(fields.begin(), fields.end(), name);
            return found != fields.end() && found + 1 != fields.end() && *(found + 1) == value;
        };
        EXPECT_TRUE(has(bulk("proto"), integer(2))) << ::testing::PrintToString(fields);
        EXPECT_TRUE(has(bulk("mode"), bulk("standalone"))) << ::testing::PrintToString(fields);
        EXPECT_TRUE(has(bulk("role"), bulk("master"))) << ::testing::PrintToString(fields);
    }
    EXPECT_EQ(client.ask({"CLIENT", "GETNAME"}), bulk("me"));
}

TEST_F(RespTest, HelloRefusesOtherProtocols) {
    for (const auto* version : {"1", "4", "99"})
        EXPECT_EQ(client.ask({"HELLO", version}).text.rfind("NOPROTO ", 0), 0U) << version;
    askBoth({"HELLO", "two"});
    EXPECT_EQ(client.ask({"PING"}), status("PONG"));
}

TEST_F(RespTest, ClientsHaveNamesAndNumbers) {
    EXPECT_EQ(askBoth({"CLIENT", "GETNAME"}), nil());
    EXPECT_EQ(askBoth({"CLIENT", "SETNAME", "worker-1"}), status("OK"));
    EXPECT_EQ(askBoth({"CLIENT", "GETNAME"}), bulk("worker-1"));
    EXPECT_TRUE(askBoth({"CLIENT", "SETNAME", "with space"}).isError());
    EXPECT_EQ(askBoth({"CLIENT", "SETNAME", ""}), status("OK"));
    EXPECT_EQ(askBoth({"CLIENT", "GETNAME"}), nil());
    const auto id = client.ask({"CLIENT", "ID"});
    EXPECT_EQ(id.kind, Answer::Kind::Integer);
    EXPECT_EQ(client.ask({"CLIENT", "ID"}), id);
    EXPECT_NE(proxy.respClient().ask({"CLIENT", "ID"}), id);
}

TEST_F(RespTest, ClientLibrariesMayIntroduceThemselves) {
    EXPECT_EQ(client.ask({"CLIENT", "SETINFO", "LIB-NAME", "hiredis"}), status("OK"));
    EXPECT_EQ(client.ask({"CLIENT", "SETINFO", "LIB-VER", "1.2.0"}), status("OK"));
    EXPECT_TRUE(client.ask({"CLIENT", "SETINFO", "LIB-NAME"}).isError());
}

TEST_F(RespTest, CommandListsWhatRedisHas) {
    askBoth({"COMMAND", "COUNT"});
    askBoth({"COMMAND", "INFO", "get", "nosuchcommand"});
    askBoth({"COMMAND", "GETKEYS", "EVAL", "x", "2", "a", "b"});
    EXPECT_EQ(static_cast<long long>(client.ask({"COMMAND"}).elements.size()),
              redis().ask({"COMMAND", "COUNT"}).number);
}

TEST_F(RespTest, InfoSaysSomethingTrue) {
    const auto other = proxy.respClient();
    redis().ask({"SET", "name", "Ada"});
    client.ask({"GET", "name"});
    client.ask({"GET", "name"});
    const auto info = client.ask({"INFO", "nearcache"});
    ASSERT_EQ(info.kind, Answer::Kind::Bulk);
    for (const auto& fact : {std::string("# Server\r\n"), std::string("nearcache_version:0.1.0\r\n"),
                             "process_id:" + std::to_string(proxy.process().id()) + "\r\n",
                             std::string("connected_clients:2\r\n"), std::string("maxclients:10000\r\n"),
                             std::string("keys:1\r\n"), std::string("hits:1\r\n"), std::string("misses:1\r\n")})
        EXPECT_NE(info.text.find(fact), std::string::npos) << fact << "is not in\n" << info.text;
    EXPECT_NE(client.ask({"INFO"}).text.find("redis_version:"), std::string::npos) << "what is asked of Redis";
    EXPECT_EQ(client.ask({"INFO", "nothing-of-that-name"}), bulk(""));
}

TEST_F(RespTest, UnknownCommandsGetTheWordsOfRedis) {
    askBoth({"FROBNICATE"});
    askBoth({"FROBNICATE", "a", "b c", "d"});
    askBoth({"GE", "name"});
    askBoth({"GE\0T"s, "name"});
    askBoth({""});
    askBoth({"FROBNICATE", std::string(300, 'x'), std::string(300, 'y')});
    askBoth({std::string(300, 'F'), "a"});
}

TEST_F(RespTest, WrongNumbersOfArgumentsGetTheWordsOfRedis) {
    for (const auto& words :
         {Words{"GET"}, Words{"GET", "a", "b"}, Words{"SET"}, Words{"SET", "a"}, Words{"DEL"}, Words{"PING", "a", "b"},
          Words{"ECHO"}, Words{"ECHO", "a", "b"}, Words{"SELECT"}, Words{"SELECT", "0", "1"}, Words{"CLIENT"},
          Words{"CLIENT", "SETNAME"}, Words{"CLIENT", "GETNAME", "a"}, Words{"CLIENT", "ID", "a"}})
        EXPECT_TRUE(askBoth(words).isError());
}

TEST_F(RespTest, WrongSetsGetTheWordsOfRedis) {
    for (const auto& words :
         {Words{"SET", "a", "b", "EX"}, Words{"SET", "a", "b", "EX", "never"}, Words{"SET", "a", "b", "EX", "0"},
          Words{"SET", "a", "b", "NX", "XX"}, Words{"SET", "a", "b", "OFTEN"}})
        EXPECT_TRUE(askBoth(words).isError());
    EXPECT_EQ(redis().ask({"EXISTS", "a"}), integer(0));
}

TEST_F(RespTest, WrongTypesGetTheWordsOfRedis) {
    redis().ask({"LPUSH", "list", "x"});
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(askBoth({"GET", "list"}).text.rfind("WRONGTYPE ", 0), 0U);
    EXPECT_EQ(askBoth({"SET", "list", "now a string"}), status("OK"));
    EXPECT_EQ(askBoth({"GET", "list"}), bulk("now a string"));
}

TEST_F(RespTest, AnErrorOfRedisOnAWriteIsPassedOn) {
    RedisServer full;
    Proxy other(config(full.address()));
    auto writer = other.respClient();
    ASSERT_EQ(writer.ask({"SET", "a", "1"}), status("OK"));
    full.ask({"CONFIG", "SET", "maxmemory", "1"});
    EXPECT_EQ(writer.ask({"SET", "a", "2"}), full.ask({"SET", "a", "2"}));
    EXPECT_EQ(writer.ask({"GET", "a"}), bulk("1"));
}

TEST_F(RespTest, EveryCommandOfRedisGetsAReplyAndNoneClosesTheConnection) {
    for (const auto& command : redis().ask({"COMMAND"}).elements) {
        const auto& name = command.elements.at(0).text;
        if (name == "quit" || name == "shutdown" || name == "monitor" || name.find("subscribe") != std::string::npos)
            continue;
        ASSERT_NO_THROW(client.ask({name})) << name;
        if (name == "multi") {
            ASSERT_EQ(client.ask({"DISCARD"}), status("OK"));
        }
        ASSERT_EQ(client.ask({"ECHO", name}), bulk(name)) << "after " << name;
    }
}

TEST_F(RespTest, WhatIsNotSupportedGetsAnError) {
    for (const auto& words : {Words{"SYNC"}, Words{"PSYNC", "?", "-1"}, Words{"REPLCONF", "capa", "eof"},
                              Words{"CLIENT", "UNBLOCK", "1"}}) {
        auto other = proxy.respClient();
        EXPECT_TRUE(other.ask(words).isError()) << ::testing::PrintToString(words);
        EXPECT_EQ(other.ask({"PING"}), status("PONG")) << ::testing::PrintToString(words);
    }
}

} // namespace nearcache::blackbox
