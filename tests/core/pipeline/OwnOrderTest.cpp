// One client's requests: which of them overlap, and the order of their replies.

#include "PipelineFixture.h"
#include "pipeline/Conversation.h"

namespace nearcache::test {

namespace {

class OwnOrderTest : public PipelineTest {
  protected:
    OwnOrderTest() { start(); }
};

TEST_F(OwnOrderTest, aGetBehindASetOfItsKeyWaits) {
    auto client = connectAndSend("set k 1\nget k\n");
    EXPECT_EQ(forwards().command(), "SET k 1");
    EXPECT_TRUE(fetches().quiet());
    forwards().send("+OK\r\n");
    EXPECT_EQ(client.receiveLine(), "+OK");
    EXPECT_EQ(fetches().command(), "GET k");
    answerValue("1");

    EXPECT_EQ(client.receiveLine(), "value 1 fetched stored");
}

TEST_F(OwnOrderTest, aGetBehindASetOfAnotherKeyDoesNotWait) {
    auto client = connectAndSend("set k 1\nget other\n");
    EXPECT_EQ(forwards().command(), "SET k 1");
    EXPECT_EQ(fetches().command(), "GET other");
    answerValue("2");
    settle();
    EXPECT_TRUE(client.quiet()) << "its reply does";
    forwards().send("+OK\r\n");

    EXPECT_EQ(client.receiveLine(), "+OK");
    EXPECT_EQ(client.receiveLine(), "value 2 fetched stored");
}

TEST_F(OwnOrderTest, aSetBehindAGetOfItsKeyWaits) {
    auto client = connectAndSend("get k\nset k 1\n");
    EXPECT_EQ(fetches().command(), "GET k");
    EXPECT_TRUE(forwards().quiet());
    answerValue("0");
    EXPECT_EQ(client.receiveLine(), "value 0 fetched stored");
    EXPECT_EQ(forwards().command(), "SET k 1");
    forwards().send("+OK\r\n");

    EXPECT_EQ(client.receiveLine(), "+OK");
    EXPECT_FALSE(isCached("k"));
}

TEST_F(OwnOrderTest, aSetBehindAGetOfAnotherKeyDoesNotWait) {
    auto client = connectAndSend("get other\nset k 1\n");
    EXPECT_EQ(fetches().command(), "GET other");
    EXPECT_EQ(forwards().command(), "SET k 1");
    forwards().send("+OK\r\n");
    settle();
    EXPECT_TRUE(client.quiet()) << "its reply does";
    answerValue("2");

    EXPECT_EQ(client.receiveLine(), "value 2 fetched stored");
    EXPECT_EQ(client.receiveLine(), "+OK");
}

TEST_F(OwnOrderTest, aGetWaitsForEveryKeyThatIsWritten) {
    auto client = connectAndSend("del a b c\nget c\n");
    EXPECT_EQ(forwards().command(), "DEL a b c");
    EXPECT_TRUE(fetches().quiet());
    forwards().send(":3\r\n");
    EXPECT_EQ(fetches().command(), "GET c");
    answer("$-1\r\n");

    EXPECT_EQ(client.receiveLine(), ":3");
    EXPECT_EQ(client.receiveLine(), "absent fetched");
}

TEST_F(OwnOrderTest, aGetWaitsForACommandThatWaitsItself) {
    auto client = connectAndSend("get k\nset k 1\nget k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    answerValue("0");
    EXPECT_EQ(forwards().command(), "SET k 1");
    settle();
    EXPECT_TRUE(fetches().quiet());
    forwards().send("+OK\r\n");
    EXPECT_EQ(fetches().command(), "GET k");
    answerValue("1");

    EXPECT_EQ(client.receiveLine(), "value 0 fetched stored");
    EXPECT_EQ(client.receiveLine(), "+OK");
    EXPECT_EQ(client.receiveLine(), "value 1 fetched stored");
}

TEST_F(OwnOrderTest, aGetDoesNotWaitForACommandThatWritesNothing) {
    auto client = connectAndSend("do LLEN k\nget k\n");

    EXPECT_EQ(forwards().command(), "LLEN k");
    EXPECT_EQ(fetches().command(), "GET k");
}

TEST_F(OwnOrderTest, aCachedKeyIsNotServedBehindASetOfIt) {
    cache("k", "old");
    auto client = connectAndSend("set k new\nget k\n");
    EXPECT_EQ(forwards().command(), "SET k new");
    EXPECT_TRUE(client.quiet());
    forwards().send("+OK\r\n");
    EXPECT_EQ(fetches().command(), "GET k");
    answerValue("new");

    EXPECT_EQ(client.receiveLine(), "+OK");
    EXPECT_EQ(client.receiveLine(), "value new fetched stored");
}

TEST_F(OwnOrderTest, aGetFollowsASetThatRedisRefused) {
    auto client = connectAndSend("set k 1\nget k\n");
    EXPECT_EQ(forwards().command(), "SET k 1");
    forwards().send("-OOM command not allowed\r\n");
    EXPECT_EQ(client.receiveLine(), "-OOM command not allowed");

    EXPECT_EQ(fetches().command(), "GET k");
}

TEST_F(OwnOrderTest, commandsGoOutTogetherAndInTheirOrder) {
    auto client = connectAndSend("set a 1\nset a 2\ndo PING\ndel a\n");
    EXPECT_EQ(forwards().command(), "SET a 1");
    EXPECT_EQ(forwards().command(), "SET a 2");
    EXPECT_EQ(forwards().command(), "PING");
    EXPECT_EQ(forwards().command(), "DEL a");
    forwards().send("+1\r\n+2\r\n+3\r\n+4\r\n");

    for (const auto* reply : {"+1", "+2", "+3", "+4"})
        EXPECT_EQ(client.receiveLine(), reply);
}

TEST_F(OwnOrderTest, clientsDoNotWaitForEachOther) {
    auto writer = connectAndSend("set k 1\n");
    EXPECT_EQ(forwards().command(), "SET k 1");
    auto reader = connectAndSend("get k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    answerValue("0");
    EXPECT_EQ(reader.receiveLine(), "value 0 fetched stored");
    EXPECT_TRUE(writer.quiet());
    auto otherWriter = connectAndSend("set k 2\n");

    EXPECT_EQ(forwards().command(), "SET k 2");
}

TEST_F(OwnOrderTest, repliesStandInTheOrderOfTheRequests) {
    cache("hit", "1");
    auto client = connectAndSend("get miss\nget hit\ndo PING\nsay hello\nget hit\n");
    EXPECT_EQ(forwards().command(), "PING");
    forwards().send("+PONG\r\n");
    settle();
    EXPECT_TRUE(client.quiet());
    EXPECT_EQ(fetches().command(), "GET miss");
    answer("$-1\r\n");

    for (const auto* reply : {"absent fetched", "value 1 hit", "+PONG", "hello", "value 1 hit"})
        EXPECT_EQ(client.receiveLine(), reply);
}

TEST_F(OwnOrderTest, nothingIsSentForSilentRequests) {
    cache("hit", "1");
    auto client = connectAndSend("quiet get miss\nquiet get hit\nquiet set k 1\nquiet say no\nsay yes\n");
    EXPECT_EQ(fetches().command(), "GET miss");
    answer("-ERR no\r\n");
    EXPECT_EQ(forwards().command(), "SET k 1");
    settle();
    EXPECT_TRUE(client.quiet()) << "they are executed in their turn";
    forwards().send("$5\r\nhe");
    settle();
    forwards().send("llo\r\n");

    EXPECT_EQ(client.receiveLine(), "yes");
    client.send("quiet get hit\nquiet say no\nsay again\n");
    EXPECT_EQ(client.receiveLine(), "again");
}

TEST_F(OwnOrderTest, aDeepPipelineIsAnsweredInItsOrder) {
    std::string requests;
    std::string expected;
    constexpr int count = 3000; // several times what may be under way
    for (int i = 0; i < count; ++i) {
        requests += "get " + std::to_string(i) + "\n";
        expected += "value <" + std::to_string(i) + "> fetched stored\n";
    }
    auto client = connectAndSend(requests);
    for (int i = 0; i < count; ++i) {
        EXPECT_EQ(fetches().command(), "GET " + std::to_string(i));
        answerValue("<" + std::to_string(i) + ">");
    }

    EXPECT_EQ(client.receive(expected.size()), expected);
}

TEST_F(OwnOrderTest, soManyRequestsAreUnderWayAtMost) {
    std::string requests;
    for (std::size_t i = 0; i < 2 * Conversation::maxUnderWay; ++i)
        requests += "get " + std::to_string(i) + "\n";
    auto client = connectAndSend(requests);

    EXPECT_EQ(gate->taken() + gate->waiting(), Conversation::maxUnderWay);
}

} // namespace

} // namespace nearcache::test
