/// RESP itself: pipelines, inline commands, and input that breaks the protocol, for which a real Redis is asked too.

#include "system/harness/SystemTest.h"

namespace nearcache::blackbox {

class RespProtocolTest : public SystemTest {
  protected:
    /// All that comes for these bytes until the connection is closed, which it must be.
    static std::string everythingFor(const Endpoint& endpoint, const std::string& bytes) {
        RawClient client(endpoint);
        client.trySend(bytes);
        const auto all = client.receiveAll();
        EXPECT_FALSE(client.wasReset() && endpoint.path.empty()) << "the last reply may get lost";
        return all;
    }

    /// What breaks the protocol gets the same error from both, after the same replies, and the connection is closed.
    void expectSameEnd(const std::string& bytes) {
        const auto theirs = everythingFor(redis().endpoint(), bytes);
        EXPECT_NE(theirs.find("-ERR Protocol error: "), std::string::npos) << "Redis takes it: " << bytes;
        EXPECT_EQ(everythingFor({{}, proxy.resp()}, bytes), theirs) << "for: " << bytes.substr(0, 200);
    }

    /// The replies to these bytes, which both take: as many bytes as Redis sends before the reply to the closing QUIT.
    void expectSameReplies(const std::string& bytes) {
        const auto quit = encoded({"QUIT"});
        EXPECT_EQ(everythingFor({{}, proxy.resp()}, bytes + quit), everythingFor(redis().endpoint(), bytes + quit))
            << "for: " << bytes.substr(0, 200);
    }

    Proxy proxy{config()};
};

TEST_F(RespProtocolTest, PipelinesAreAnsweredInOrder) {
    constexpr int depth = 10'000;
    auto client = proxy.respClient();
    for (int i = 0; i < depth; ++i) {
        const auto key = "k" + std::to_string(i % 500);
        switch (i % 4) {
        case 0: client.send({"SET", key, std::to_string(i)}); break;
        case 1: client.send({"ECHO", std::to_string(i)}); break;
        case 2: client.send({"GET", "k" + std::to_string((i - 2) % 500)}); break;
        default: client.send({"GET", "absent"}); break;
        }
    }
    for (int i = 0; i < depth; ++i) {
        const auto answer = client.receive();
        switch (i % 4) {
        case 0: ASSERT_EQ(answer, status("OK")) << i; break;
        case 1: ASSERT_EQ(answer, bulk(std::to_string(i))); break;
        case 2: ASSERT_EQ(answer, bulk(std::to_string(i - 2))); break;
        default: ASSERT_EQ(answer, nil()) << i; break;
        }
    }
}

TEST_F(RespProtocolTest, APipelineSentWholeBeforeAnyReplyIsReadIsAnswered) {
    constexpr int depth = 10'000;
    redis().ask({"SET", "name", "Ada"});
    std::string commands;
    for (int i = 0; i < depth; ++i)
        commands += encoded({"GET", i % 2 == 0 ? "name" : "absent" + std::to_string(i)});
    RawClient client(proxy.resp());
    client.send(commands);
    client.halfClose();
    std::string expected;
    for (int i = 0; i < depth; ++i)
        expected += i % 2 == 0 ? "$3\r\nAda\r\n" : "$-1\r\n";
    EXPECT_EQ(client.receiveAll(), expected);
}

TEST_F(RespProtocolTest, InlineCommandsAreUnderstood) {
    for (const auto* line :
         {"PING\r\n", "PING\n", "  PING  \r\n", "\r\n\r\nPING\r\n", "\n\nPING hello\r\n",
          "SET a \"x y\\r\\n\\x00\\\"\"\r\nGET a\r\n", "ECHO 'it\\'s'\r\n", "SET a b\nGET a\r\nDEL a\r\nGET a\r\n",
          "FROBNICATE a\r\n", "GET\r\n", "ECHO \"\"\r\n", "ECHO\ta\r\n"})
        expectSameReplies(line);
}

TEST_F(RespProtocolTest, InlineAndOrdinaryCommandsMix) {
    expectSameReplies("SET a 1\r\n" + encoded({"GET", "a"}) + "GET a\r\n" + encoded({"DEL", "a"}) + "GET a\n");
}

TEST_F(RespProtocolTest, EmptyCommandsAreSkipped) {
    expectSameReplies("*0\r\n" + encoded({"PING"}) + "*-1\r\n" + encoded({"PING", "a"}));
}

TEST_F(RespProtocolTest, NothingIsAnsweredAfterQuit) {
    EXPECT_EQ(everythingFor({{}, proxy.resp()}, encoded({"QUIT"}) + encoded({"SET", "a", "b"})), "+OK\r\n");
    EXPECT_EQ(redis().ask({"EXISTS", "a"}), integer(0));
}

TEST_F(RespProtocolTest, ProtocolErrorsGetTheWordsOfRedisAndAClose) {
    for (const auto* bytes :
         {"*x\r\n", "*1x\r\n", "*2147483648\r\n", "*99999999999999999999\r\n", "*1\r\n:1\r\n", "*1\r\nPING\r\n",
          "*1\r\n$x\r\n", "*1\r\n$-1\r\n", "*1\r\n$99999999999\r\n", "*2\r\n$3\r\nGET\r\n+OK\r\n", "*1\r\n$\r\n",
          "PING \"a\r\n", "PING 'a\r\n", "PING \"a\"b\r\n"})
        expectSameEnd(bytes);
}

TEST_F(RespProtocolTest, AProtocolErrorEndsAPipelineInItsTurn) {
    redis().ask({"SET", "name", "Ada"});
    expectSameEnd(encoded({"GET", "name"}) + encoded({"ECHO", "a"}) + "*1\r\n!\r\n" + encoded({"GET", "name"}));
}

TEST_F(RespProtocolTest, OverlongPartsAreRefusedBeforeTheyEnd) {
    expectSameEnd(std::string(70'000, 'a'));
    expectSameEnd("*" + std::string(70'000, '1'));
    expectSameEnd("*1\r\n$" + std::string(70'000, '1'));
}

TEST_F(RespProtocolTest, HttpIsNoCommand) {
    const auto all = everythingFor({{}, proxy.resp()}, "POST / HTTP/1.1\r\nHost: test\r\n\r\nSET a b\r\n");
    EXPECT_EQ(redis().ask({"EXISTS", "a"}), integer(0)) << all;
    const auto other = everythingFor({{}, proxy.resp()}, "GET / HTTP/1.1\r\nHost: test\r\n\r\nSET a b\r\n");
    EXPECT_EQ(redis().ask({"EXISTS", "a"}), integer(0)) << other;
}

TEST_F(RespProtocolTest, OtherClientsNeverNotice) {
    auto neighbour = proxy.respClient();
    for (int i = 0; i < 20; ++i) {
        everythingFor({{}, proxy.resp()}, "*1\r\n" + std::to_string(i) + "\r\n");
        ASSERT_EQ(neighbour.ask({"PING"}), status("PONG"));
    }
}

} // namespace nearcache::blackbox
