// Replies that are passed on as they come.

#include "PipelineFixture.h"

namespace nearcache::test {

namespace {

class RelayTest : public PipelineTest {
  protected:
    RelayTest() { start(); }

    /// What the client has now.
    std::string received(Peer& client) {
        settle();
        return client.quiet() ? "" : client.receiveSome();
    }
};

TEST_F(RelayTest, passesPiecesOnAsTheyCome) {
    auto client = connectAndSend("do LRANGE\n");
    EXPECT_EQ(forwards().command(), "LRANGE");
    for (const auto* piece : {"*2\r\n$5\r\nhel", "lo\r\n", "$5\r\nworld\r", "\n"}) {
        forwards().send(piece);
        EXPECT_EQ(received(client), piece);
    }
    EXPECT_TRUE(gateIsFree());
}

TEST_F(RelayTest, passesOnWhatComesByteByByte) {
    auto client = connectAndSend("do LRANGE\nsay end\n");
    const std::string reply = "*3\r\n$5\r\nhello\r\n:12\r\n*1\r\n$-1\r\n";
    for (const char byte : reply) {
        forwards().send({&byte, 1});
        settle();
    }

    EXPECT_EQ(client.receive(reply.size() + 4), reply + "end\n");
}

TEST_F(RelayTest, keepsPiecesUntilItIsTheirTurn) {
    auto client = connectAndSend("get a\ndo LRANGE\n");
    EXPECT_EQ(fetches().command(), "GET a");
    EXPECT_EQ(forwards().command(), "LRANGE");
    forwards().send("$11\r\nhello");
    EXPECT_EQ(received(client), "");
    forwards().send(" ");
    EXPECT_EQ(received(client), "");
    answerValue("1");
    EXPECT_EQ(received(client), "value 1 fetched stored\n$11\r\nhello ");
    forwards().send("world\r\n");

    EXPECT_EQ(received(client), "world\r\n");
}

TEST_F(RelayTest, keepsAWholeReplyUntilItsTurn) {
    auto client = connectAndSend("get a\ndo LRANGE\ndo PING\n");
    EXPECT_EQ(fetches().command(), "GET a");
    forwards().send("$5\r\nhel");
    settle();
    forwards().send("lo\r\n+PO");
    settle();
    answerValue("1");
    EXPECT_EQ(received(client), "value 1 fetched stored\n$5\r\nhello\r\n+PO");
    forwards().send("NG\r\n");

    EXPECT_EQ(received(client), "NG\r\n");
}

TEST_F(RelayTest, passesOnRepliesOfAnyLength) {
    auto client = connectAndSend("do GETRANGE\n");
    const std::string value(6 << 20, 'x');
    std::thread redisSide([&] { forwards().sendValue(value); });
    const auto expected = "$" + std::to_string(value.size()) + "\r\n" + value + "\r\n";
    EXPECT_EQ(client.receive(expected.size()), expected);
    redisSide.join();
}

TEST_F(RelayTest, closesTheConnectionThatHasHalfOfAReplyWhenTheLinkIsLost) {
    auto client = connectAndSend("do LRANGE\nsay never\n");
    auto other = connectAndSend("do LLEN\n");
    EXPECT_EQ(forwards().command(), "LRANGE");
    EXPECT_EQ(forwards().command(), "LLEN");
    forwards().send("$100\r\nhalf");
    EXPECT_EQ(received(client), "$100\r\nhalf");
    forwards().close();

    EXPECT_EQ(client.receiveRest(), "");
    EXPECT_EQ(other.receiveLine(), "error unavailable Redis closed the connection; the command may have been executed");
    EXPECT_TRUE(gateIsFree());
    EXPECT_TRUE(eventually([this] { return limit.open() == 1; }));
}

TEST_F(RelayTest, closesItAlsoWhenTheReplyTurnsIntoGarbage) {
    auto client = connectAndSend("do LRANGE\n");
    EXPECT_EQ(forwards().command(), "LRANGE");
    forwards().send("*2\r\n:1\r\n");
    EXPECT_EQ(received(client), "*2\r\n:1\r\n");
    forwards().send("garbage\r\n");

    EXPECT_EQ(client.receiveRest(), "");
}

TEST_F(RelayTest, reportsALostLinkToWhoHasNothingOfTheReply) {
    auto client = connectAndSend("get a\ndo LRANGE\nsay hello\n");
    EXPECT_EQ(fetches().command(), "GET a");
    EXPECT_EQ(forwards().command(), "LRANGE");
    forwards().send("$100\r\nhalf"); // it is not its turn
    settle();
    forwards().close();
    settle();
    answerValue("1");

    EXPECT_EQ(client.receiveLine(), "value 1 fetched stored");
    EXPECT_EQ(client.receiveLine(),
              "error unavailable Redis closed the connection; the command may have been executed");
    EXPECT_EQ(client.receiveLine(), "hello");
}

TEST_F(RelayTest, keepsTheConnectionOfWhomNothingWasSentOnPurpose) {
    auto client = connectAndSend("quiet do LRANGE\nsay hello\n");
    EXPECT_EQ(forwards().command(), "LRANGE");
    forwards().send("$100\r\nhalf");
    settle();
    forwards().close();

    EXPECT_EQ(client.receiveLine(), "hello");
}

TEST_F(RelayTest, sendsNoCommandAgain) {
    auto client = connectAndSend("set k 1\n");
    EXPECT_EQ(forwards().command(), "SET k 1");
    forwards().close();
    EXPECT_EQ(client.receiveLine(),
              "error unavailable Redis closed the connection; the command may have been executed");
    auto& anew = join();
    client.send("set k 2\n");

    EXPECT_EQ(anew.command(), "SET k 2");
}

TEST_F(RelayTest, dropsWhatALostCommandMayHaveWritten) {
    auto writer = connectAndSend("set k new\n");
    EXPECT_EQ(forwards().command(), "SET k new");
    auto reader = connectAndSend("get k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    answerValue("old");
    EXPECT_EQ(reader.receiveLine(), "value old fetched stored");
    forwards().close();
    EXPECT_EQ(writer.receiveLine(),
              "error unavailable Redis closed the connection; the command may have been executed");

    EXPECT_FALSE(isCached("k"));
}

} // namespace

} // namespace nearcache::test
