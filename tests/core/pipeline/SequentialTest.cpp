// `limits.parallel: 1`: the second request starts when the first one's reply is written.

#include "PipelineFixture.h"

namespace nearcache::test {

namespace {

class SequentialTest : public PipelineTest {
  protected:
    explicit SequentialTest(Milliseconds timeout = patience) { start({.parallel = 1, .timeout = timeout}); }
};

TEST_F(SequentialTest, oneFetchIsUnderWayAtATime) {
    auto first = connectAndSend("get a\n");
    auto second = connectAndSend("get b\n");
    EXPECT_EQ(fetches().command(), "GET a");
    EXPECT_TRUE(fetches().quiet());
    EXPECT_EQ(gate->taken(), 1U);
    EXPECT_EQ(gate->waiting(), 1U);
    answerValue("1");
    EXPECT_EQ(first.receiveLine(), "value 1 fetched stored");
    EXPECT_EQ(fetches().command(), "GET b");
    answerValue("2");

    EXPECT_EQ(second.receiveLine(), "value 2 fetched stored");
    EXPECT_TRUE(gateIsFree());
}

TEST_F(SequentialTest, onesOwnRequestsComeOneByOneToo) {
    auto client = connectAndSend("get a\nset b 1\nget c\ndo PING\n");
    EXPECT_EQ(fetches().command(), "GET a");
    EXPECT_TRUE(redisIsQuiet());
    answerValue("1");
    EXPECT_EQ(client.receiveLine(), "value 1 fetched stored");
    EXPECT_EQ(forwards().command(), "SET b 1");
    settle();
    EXPECT_TRUE(redisIsQuiet());
    forwards().send("+OK\r\n");
    EXPECT_EQ(fetches().command(), "GET c");
    settle();
    EXPECT_TRUE(redisIsQuiet());
    answer("$-1\r\n");

    EXPECT_EQ(forwards().command(), "PING");
}

TEST_F(SequentialTest, hitsAndFinishedAnswersQueueToo) {
    cache("hit", "1");
    auto slow = connectAndSend("get slow\n");
    EXPECT_EQ(fetches().command(), "GET slow");
    auto hits = connectAndSend("get hit\nget hit\n");
    auto says = connectAndSend("say hello\n");
    EXPECT_TRUE(hits.quiet());
    EXPECT_TRUE(says.quiet());
    EXPECT_EQ(gate->waiting(), 3U);
    answerValue("2");

    EXPECT_EQ(slow.receiveLine(), "value 2 fetched stored");
    EXPECT_EQ(hits.receiveLine(), "value 1 hit");
    EXPECT_EQ(hits.receiveLine(), "value 1 hit");
    EXPECT_EQ(says.receiveLine(), "hello");
    EXPECT_TRUE(gateIsFree());
}

TEST_F(SequentialTest, clientsTakeTurnsInTheOrderOfTheirRequests) {
    auto first = connectAndSend("get a\nget b\n");
    auto second = connectAndSend("get c\n");
    first.send("get d\n");
    settle();
    for (const auto* command : {"GET a", "GET b", "GET c", "GET d"}) {
        EXPECT_EQ(fetches().command(), command);
        settle();
        EXPECT_TRUE(fetches().quiet());
        answerValue("1");
    }
    EXPECT_EQ(second.receiveLine(), "value 1 fetched stored");
}

// Nobody can join a fetch: it is over when the next request starts.
TEST_F(SequentialTest, theSecondRequestForAKeyIsAHit) {
    auto first = connectAndSend("get k\n");
    auto second = connectAndSend("get k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    answerValue("1");

    EXPECT_EQ(first.receiveLine(), "value 1 fetched stored");
    EXPECT_EQ(second.receiveLine(), "value 1 hit");
}

TEST_F(SequentialTest, aVanishedClientMakesWay) {
    auto gone = connectAndSend("get a\nget b\nset c 1\n", tcpPair());
    auto next = connectAndSend("get d\n");
    EXPECT_EQ(fetches().command(), "GET a");
    vanish(gone);
    EXPECT_EQ(forwards().command(), "SET c 1") << "it had been started";
    EXPECT_TRUE(fetches().quiet());
    forwards().send("+OK\r\n");

    EXPECT_EQ(fetches().command(), "GET d");
}

TEST_F(SequentialTest, aCommandHoldsUpTheOthersUntilItsReplyEnds) {
    auto first = connectAndSend("do LRANGE\n");
    auto second = connectAndSend("say hello\n");
    EXPECT_EQ(forwards().command(), "LRANGE");
    forwards().send("$5\r\nhel");
    settle();
    EXPECT_TRUE(second.quiet());
    forwards().send("lo\r\n");

    EXPECT_EQ(second.receiveLine(), "hello");
}

TEST_F(SequentialTest, aLostLinkMakesWay) {
    auto first = connectAndSend("set a 1\n");
    auto second = connectAndSend("say hello\n");
    EXPECT_EQ(forwards().command(), "SET a 1");
    forwards().close();

    EXPECT_EQ(second.receiveLine(), "hello");
    EXPECT_TRUE(gateIsFree());
}

TEST_F(SequentialTest, aDeepPipelineOfHitsIsAnswered) {
    cache("hit", "1");
    std::string requests;
    std::string expected;
    for (int i = 0; i < 5000; ++i) {
        requests += "get hit\n";
        expected += "value 1 hit\n";
    }
    auto client = connectAndSend(requests);

    EXPECT_EQ(client.receive(expected.size()), expected);
    EXPECT_TRUE(gateIsFree());
}

// They hold no slot, but keep to the order of their client.
TEST_F(SequentialTest, whatWaitsInRedisWaitsForThoseBeforeItAndOthersForIt) {
    auto client = connectAndSend("set k 1\nown wait release do BLPOP\nget k\n");
    EXPECT_EQ(forwards().command(), "SET k 1");
    settle();
    EXPECT_TRUE(redis.quiet());
    forwards().send("+OK\r\n");
    EXPECT_EQ(client.receiveLine(), "+OK");
    auto& own = joinOwn();
    EXPECT_EQ(own.command(), "BLPOP");
    EXPECT_TRUE(fetches().quiet());
    EXPECT_EQ(gate->taken(), 0U);
    auto other = connectAndSend("say hello\n");
    EXPECT_EQ(other.receiveLine(), "hello");
    own.send("*0\r\n");
    EXPECT_EQ(client.receiveLine(), "*0");
    EXPECT_EQ(fetches().command(), "GET k");
}

class SequentialTimeoutTest : public SequentialTest {
  protected:
    SequentialTimeoutTest() : SequentialTest(Milliseconds{200}) {}
};

TEST_F(SequentialTimeoutTest, theTimeInLineCounts) {
    auto first = connectAndSend("get a\nget b\nset c 1\n");
    auto second = connectAndSend("say hello\n");
    EXPECT_EQ(fetches().command(), "GET a");
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(first.receiveLine(), "error timed-out no answer within backend.request_timeout");
    EXPECT_TRUE(gateIsFree());

    EXPECT_TRUE(redisIsQuiet());
}

TEST_F(SequentialTimeoutTest, anAnswerThatWaitedTooLongIsStillThatAnswer) {
    auto client = connectAndSend("get a\nsay hello\nquiet say nothing\nsay bye\n");
    EXPECT_EQ(fetches().command(), "GET a");
    EXPECT_EQ(client.receiveLine(), "error timed-out no answer within backend.request_timeout");

    EXPECT_EQ(client.receiveLine(), "hello");
    EXPECT_EQ(client.receiveLine(), "bye");
}

} // namespace

} // namespace nearcache::test
