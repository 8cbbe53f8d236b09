// Redis away, and memory that runs out.

#include "PipelineFixture.h"

namespace nearcache::test {

namespace {

class FailureTest : public PipelineTest {
  protected:
    bool redisIsAway() {
        return eventually([this] { return health.state().starts_with("away"); });
    }
};

TEST_F(FailureTest, requestsFailAtOnceWhileRedisIsAway) {
    redis.goAway();
    startWithoutLinks();
    EXPECT_TRUE(redisIsAway());
    settle();
    auto client = connectAndSend("get a\nset b 1\nsay hello\n");

    EXPECT_EQ(client.receiveLine(), "error unavailable No such file or directory");
    EXPECT_EQ(client.receiveLine(), "error unavailable No such file or directory");
    EXPECT_EQ(client.receiveLine(), "hello");
    EXPECT_TRUE(gateIsFree());
}

TEST_F(FailureTest, aPipelineOfAnyDepthFailsWhileRedisIsAway) {
    redis.goAway();
    startWithoutLinks();
    EXPECT_TRUE(redisIsAway());
    settle();
    std::string requests;
    for (int i = 0; i < 5000; ++i)
        requests += i % 2 == 0 ? "get a\n" : "set a 1\n";
    auto client = connectAndSend(requests);
    for (int i = 0; i < 5000; ++i)
        EXPECT_EQ(client.receiveLine(), "error unavailable No such file or directory");

    EXPECT_TRUE(gateIsFree());
}

TEST_F(FailureTest, hitsGoOnWhileRedisIsAway) {
    start();
    cache("k", "1");
    redis.goAway();
    fetches().close();
    forwards().close();
    EXPECT_TRUE(redisIsAway());
    auto client = connectAndSend("get k\nget other\nget k\n");

    EXPECT_EQ(client.receiveLine(), "value 1 hit disconnected");
    EXPECT_EQ(client.receiveLine(), "error unavailable No such file or directory");
    EXPECT_EQ(client.receiveLine(), "value 1 hit disconnected");
}

TEST_F(FailureTest, aKeyStaysInTheCacheWhenItsCommandCouldNotBeSent) {
    start();
    cache("k", "1");
    redis.goAway();
    fetches().close();
    forwards().close();
    EXPECT_TRUE(redisIsAway());
    auto client = connectAndSend("set k 2\n");

    EXPECT_EQ(client.receiveLine(), "error unavailable No such file or directory");
    EXPECT_TRUE(isCached("k")) << "nothing has changed";
}

// What lies between may hang for one connection alone, and acknowledge all that is sent.
TEST_F(FailureTest, aRelayLinkThatIsSilentWhileRedisAnswersOthersIsMadeAnew) {
    start({.heartbeat = Milliseconds{100}});
    auto client = connectAndSend("set k 1\n");
    auto& silent = forwards();
    EXPECT_EQ(silent.command(), "SET k 1");
    for (bool lost = false; !lost;) {
        EXPECT_EQ(fetches().command(), "PING");
        fetches().send("+PONG\r\n");
        lost = !redis.quiet();
    }
    accept();

    EXPECT_TRUE(silent.ended());
    EXPECT_EQ(client.receiveLine(),
              "error unavailable Redis answers others, and nothing comes by this link; the command "
              "may have been executed");
}

TEST_F(FailureTest, whileRedisAnswersNobodyAllLinksStay) {
    start({.heartbeat = Milliseconds{100}});
    auto client = connectAndSend("set k 1\n");
    EXPECT_EQ(forwards().command(), "SET k 1");
    EXPECT_EQ(fetches().command(), "PING");
    accept(); // in place of the one that fetches
    EXPECT_TRUE(client.quiet());
    forwards().send("+OK\r\n");

    EXPECT_EQ(client.receiveLine(), "+OK");
}

TEST_F(FailureTest, requestsAreAnsweredWhenRedisIsBack) {
    start();
    redis.goAway();
    fetches().close();
    forwards().close();
    links.clear();
    EXPECT_TRUE(redisIsAway());
    redis.comeBack();
    for (int i = 0; i < 2; ++i)
        join();
    auto client = connectAndSend("get k\nset b 1\n");
    answerBy(linkWith("GET k"), bulk("1"));
    linkWith("SET b 1").send("+OK\r\n");

    EXPECT_EQ(client.receiveLine(), "value 1 fetched stored");
    EXPECT_EQ(client.receiveLine(), "+OK");
}

TEST_F(FailureTest, aGetIsAskedOnceMoreAndNoMore) {
    start();
    auto client = connectAndSend("get k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    fetches().close();
    auto& second = join();
    EXPECT_EQ(second.command(), "GET k");
    second.close();

    EXPECT_EQ(client.receiveLine(), "error unavailable Redis closed the connection");
    EXPECT_TRUE(gateIsFree());
}

// encode() has thrown: the link that brought the value is not to blame, nor are the others.
TEST_F(FailureTest, noMemoryForAReplyClosesItsConnectionOnly) {
    start();
    auto other = connectAndSend("get k\n");
    auto faulty = connectAndSend("faulty get k\nget k\nset a 1\n");
    EXPECT_EQ(fetches().command(), "GET k");
    answerValue("1");

    EXPECT_EQ(faulty.receiveRest(), "");
    EXPECT_EQ(other.receiveLine(), "value 1 fetched stored");
    other.send("get next\n");
    EXPECT_EQ(fetches().command(), "GET next") << "the link is the same";
}

TEST_F(FailureTest, noMemoryForAHitClosesItsConnectionOnly) {
    start();
    cache("k", "1");
    auto faulty = connectAndSend("get k\nfaulty get k\nget k\n");
    auto other = connectAndSend("get k\n");

    EXPECT_EQ(faulty.receiveRest(), "");
    EXPECT_EQ(other.receiveLine(), "value 1 hit");
    EXPECT_EQ(limit.open(), 1U);
}

TEST_F(FailureTest, noMemoryForAPieceClosesItsConnectionOnly) {
    start();
    auto faulty = connectAndSend("faulty do LRANGE\n");
    auto other = connectAndSend("do LLEN\n");
    EXPECT_EQ(forwards().command(), "LRANGE");
    EXPECT_EQ(forwards().command(), "LLEN");
    forwards().send("$5\r\nhe");
    EXPECT_EQ(faulty.receiveRest(), "");
    forwards().send("llo\r\n:1\r\n");

    EXPECT_EQ(other.receiveLine(), ":1");
    EXPECT_TRUE(gateIsFree());
}

TEST_F(FailureTest, noMemoryForATimeOutClosesItsConnectionOnly) {
    start({.timeout = Milliseconds{100}});
    auto faulty = connectAndSend("faulty get k\n");
    auto other = connectAndSend("get k\n");

    EXPECT_EQ(faulty.receiveRest(), "");
    EXPECT_EQ(other.receiveLine(), "error timed-out no answer within backend.request_timeout");
    EXPECT_TRUE(gateIsFree());
}

} // namespace

} // namespace nearcache::test
