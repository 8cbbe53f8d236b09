// The link that one client has to itself: when it is taken, what goes by it, and when it is given back.

#include "PipelineFixture.h"

namespace nearcache::test {

namespace {

class OwnRoadTest : public PipelineTest {
  protected:
    OwnRoadTest() { start(); }
};

TEST_F(OwnRoadTest, isOpenedWithTheFirstRequestForIt) {
    auto client = connectAndSend("own do MULTI\n");
    PipelineLink& own = joinOwn();
    EXPECT_EQ(own.command(), "MULTI");
    own.send("+OK\r\n");

    EXPECT_EQ(client.receiveLine(), "+OK");
    EXPECT_TRUE(forwards().quiet());
}

TEST_F(OwnRoadTest, isTheSameUntilItIsReleased) {
    auto client = connectAndSend("own do MULTI\nown write on k do INCR k\n");
    PipelineLink& own = joinOwn();
    EXPECT_EQ(own.command(), "MULTI");
    EXPECT_EQ(own.command(), "INCR k");
    own.send("+OK\r\n+QUEUED\r\n");
    EXPECT_EQ(client.receiveLine(), "+OK");
    EXPECT_EQ(client.receiveLine(), "+QUEUED");
    client.send("own release do EXEC\n");
    EXPECT_EQ(own.command(), "EXEC");
    own.send("*0\r\n");

    EXPECT_EQ(client.receiveLine(), "*0");
    EXPECT_TRUE(redis.quiet());
}

TEST_F(OwnRoadTest, isUsedAgainByTheNextClient) {
    auto first = connectAndSend("own release do EXEC\n");
    PipelineLink& own = joinOwn();
    EXPECT_EQ(own.command(), "EXEC");
    own.send("*0\r\n");
    EXPECT_EQ(first.receiveLine(), "*0");

    auto second = connectAndSend("own do MULTI\n");
    answerPing(own);
    EXPECT_EQ(own.command(), "MULTI");
    EXPECT_TRUE(redis.quiet());
}

TEST_F(OwnRoadTest, isClosedWithItsClient) {
    {
        auto client = connectAndSend("own do WATCH\n");
        PipelineLink& own = joinOwn();
        EXPECT_EQ(own.command(), "WATCH");
        own.send("+OK\r\n");
        EXPECT_EQ(client.receiveLine(), "+OK");
    }
    EXPECT_TRUE(links.back().ended());
    EXPECT_TRUE(eventually([this] { return budget.open() == 0; }));
}

// What was sent is executed, and then there is room for others: long before the command's time is over.
TEST_F(OwnRoadTest, isClosedWithItsClientWhenRedisIsDone) {
    auto client = connectAndSend("own do EVAL\n", tcpPair());
    PipelineLink& own = joinOwn();
    EXPECT_EQ(own.command(), "EVAL");
    vanish(client);
    EXPECT_EQ(own.command(), "PING");
    EXPECT_EQ(budget.open(), 1U);
    own.send("+OK\r\n+PONG\r\n");

    EXPECT_TRUE(own.ended());
    EXPECT_EQ(budget.open(), 0U);
}

TEST_F(OwnRoadTest, endsItsClientWhenItIsLost) {
    auto client = connectAndSend("own do WATCH\n");
    PipelineLink& own = joinOwn();
    EXPECT_EQ(own.command(), "WATCH");
    own.send("+OK\r\n");
    EXPECT_EQ(client.receiveLine(), "+OK");
    own.close();

    EXPECT_EQ(client.receiveRest(), "");
    EXPECT_TRUE(eventually([this] { return budget.open() == 0; }));
}

TEST_F(OwnRoadTest, aCommandUnderWayFailsBeforeItsClientIsEnded) {
    auto client = connectAndSend("own do MULTI\n");
    PipelineLink& own = joinOwn();
    EXPECT_EQ(own.command(), "MULTI");
    own.close();

    EXPECT_THAT(client.receiveLine(), testing::StartsWith("error unavailable "));
    EXPECT_EQ(client.receiveRest(), "");
}

TEST_F(OwnRoadTest, waitsForAllThatCameBefore) {
    auto client = connectAndSend("set k 1\nown do MULTI\n");
    EXPECT_EQ(forwards().command(), "SET k 1");
    settle();
    EXPECT_TRUE(redis.quiet());
    forwards().send("+OK\r\n");
    EXPECT_EQ(client.receiveLine(), "+OK");
    EXPECT_EQ(joinOwn().command(), "MULTI");
}

TEST_F(OwnRoadTest, whatComesBehindWaitsForIt) {
    auto client = connectAndSend("own release do EXEC\nset k 1\nget other\n");
    PipelineLink& own = joinOwn();
    EXPECT_EQ(own.command(), "EXEC");
    settle();
    EXPECT_TRUE(forwards().quiet());
    EXPECT_TRUE(fetches().quiet());
    own.send("*0\r\n");
    EXPECT_EQ(forwards().command(), "SET k 1");
    EXPECT_EQ(fetches().command(), "GET other");
}

TEST_F(OwnRoadTest, isRefusedWhereAllAreInUse) {
    auto first = connectAndSend("own do MULTI\n");
    auto second = connectAndSend("own do MULTI\n");
    joinOwn();
    joinOwn();
    auto third = connectAndSend("own do MULTI\nown release do EXEC\n");

    EXPECT_EQ(third.receiveLine(), "error unavailable all of backend.dedicated_links are in use");
    EXPECT_EQ(third.receiveLine(), "error unavailable all of backend.dedicated_links are in use");
}

// Or else it would be refused for ever: its front-end takes the state for held.
TEST_F(OwnRoadTest, whoIsRefusedAStateIsEnded) {
    auto first = connectAndSend("own do MULTI\n");
    auto second = connectAndSend("own do MULTI\n");
    joinOwn();
    joinOwn();
    cache("k", "1");
    auto third = connectAndSend("own do WATCH\nget k\n");

    EXPECT_EQ(third.receiveLine(), "error unavailable all of backend.dedicated_links are in use");
    EXPECT_EQ(third.receiveLine(), "value 1 hit") << "what was read with it is answered";
    EXPECT_EQ(third.receiveRest(), "");
}

TEST_F(OwnRoadTest, isHadAgainWhenOneWasGivenBack) {
    auto first = connectAndSend("own do MULTI\n");
    auto second = connectAndSend("own do MULTI\n");
    PipelineLink& own = joinOwn();
    joinOwn();
    EXPECT_EQ(own.command(), "MULTI");
    own.send("+OK\r\n");
    EXPECT_EQ(first.receiveLine(), "+OK");
    auto third = connectAndSend("own release do EXEC\n");
    EXPECT_EQ(third.receiveLine(), "error unavailable all of backend.dedicated_links are in use");
    first.close();
    EXPECT_TRUE(eventually([this] { return budget.open() < 2; }));
    third.send("own do MULTI\n");
    EXPECT_EQ(joinOwn().command(), "MULTI");
}

TEST_F(OwnRoadTest, anIdleOneOfTheOtherProtocolMakesRoom) {
    auto first = connectAndSend("own do MULTI\n");
    joinOwn();
    auto second = connectAndSend("own release do EXEC\n");
    PipelineLink& idle = joinOwn();
    EXPECT_EQ(idle.command(), "EXEC");
    idle.send("*0\r\n");
    EXPECT_EQ(second.receiveLine(), "*0");
    auto third = connectAndSend("three own do MULTI\n");

    EXPECT_TRUE(idle.ended());
    EXPECT_EQ(joinOwn().command(), "MULTI");
}

TEST_F(OwnRoadTest, oneThatWaitsInRedisHoldsNoSlotAndHasNoTimeOut) {
    auto client = connectAndSend("own wait release do BLPOP\n");
    PipelineLink& own = joinOwn();
    EXPECT_EQ(own.command(), "BLPOP");
    EXPECT_EQ(gate->taken(), 0U);
    own.send("*0\r\n");

    EXPECT_EQ(client.receiveLine(), "*0");
}

TEST_F(OwnRoadTest, whatComesUnaskedIsPassedOn) {
    auto client = connectAndSend("own stream do SUBSCRIBE\n");
    PipelineLink& own = joinOwn();
    EXPECT_EQ(own.command(), "SUBSCRIBE");
    own.send("*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n");
    own.send("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n");

    EXPECT_EQ(client.receive(30 + 32),
              "*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n");
    EXPECT_EQ(gate->taken(), 0U);
}

TEST_F(OwnRoadTest, whatComesUnaskedStandsBehindAReplyThatWaitsForAFence) {
    auto client = connectAndSend("own some do EVAL\nown listing do DBSIZE\nown stream do SUBSCRIBE\n");
    PipelineLink& own = joinOwn();
    EXPECT_EQ(own.command(), "EVAL");
    EXPECT_EQ(own.command(), "DBSIZE");
    EXPECT_EQ(own.command(), "SUBSCRIBE");
    own.send(":1\r\n:2\r\n*1\r\n+sub");
    EXPECT_EQ(fetches().command(), "PING");
    settle();
    EXPECT_TRUE(client.quiet());
    own.send("scribe\r\n");
    settle();
    EXPECT_TRUE(client.quiet());
    fetches().send("+PONG\r\n+PONG\r\n");

    EXPECT_EQ(client.receive(8 + 16), ":1\r\n:2\r\n*1\r\n+subscribe\r\n");
}

TEST_F(OwnRoadTest, whatComesUnaskedStandsBehindAllRepliesThatCameBefore) {
    auto client = connectAndSend("own some do EVAL\nsay hello\nown do GET\nown stream do SUBSCRIBE\n");
    PipelineLink& own = joinOwn();
    EXPECT_EQ(own.command(), "EVAL");
    EXPECT_EQ(own.command(), "GET");
    EXPECT_EQ(own.command(), "SUBSCRIBE");
    own.send(":1\r\n:2\r\n*1\r\n+subscribe\r\n");
    EXPECT_EQ(fetches().command(), "PING");
    settle();
    EXPECT_TRUE(client.quiet());
    fetches().send("+PONG\r\n");

    EXPECT_EQ(client.receive(4 + 6 + 4 + 16), ":1\r\nhello\n:2\r\n*1\r\n+subscribe\r\n");
}

TEST_F(OwnRoadTest, anAnswerStandsBehindTheRefusalOfWhatPushesAnswer) {
    auto client = connectAndSend("own pushes three do SUBSCRIBE\nsay hello\n");
    PipelineLink& own = joinOwn();
    EXPECT_EQ(own.command(), "SUBSCRIBE");
    settle();
    EXPECT_TRUE(client.quiet());
    own.send("-NOPERM no\r\n%0\r\n");

    EXPECT_EQ(client.receive(12 + 6), "-NOPERM no\r\nhello\n");
}

TEST_F(OwnRoadTest, isNotGivenBackWhenItsReleaseWasRefused) {
    auto client = connectAndSend("own pushes three release do UNSUBSCRIBE\n");
    PipelineLink& own = joinOwn();
    EXPECT_EQ(own.command(), "UNSUBSCRIBE");
    own.send("-NOPERM no\r\n%0\r\n");
    EXPECT_EQ(client.receiveLine(), "-NOPERM no");
    EXPECT_TRUE(own.command() == "HELLO" && own.ended());
}

TEST_F(OwnRoadTest, allThatIsToComeByAStreamComesBeforeTheEnd) {
    auto client = connectAndSend("own stream do SUBSCRIBE\nlast say bye\n");
    PipelineLink& own = joinOwn();
    EXPECT_EQ(own.command(), "SUBSCRIBE");
    const auto nonce = own.command().substr(5);
    settle();
    EXPECT_TRUE(client.quiet());
    own.send("*1\r\n+a\r\n*2\r\n$4\r\npong\r\n$32\r\n" + nonce + "\r\n");

    EXPECT_EQ(client.receiveRest(), "*1\r\n+a\r\nbye\n");
}

TEST_F(OwnRoadTest, isGivenBackWhenAStreamHasEnded) {
    auto client = connectAndSend("own stream do SUBSCRIBE\nown stream release do UNSUBSCRIBE\nset k 1\n");
    PipelineLink& own = joinOwn();
    EXPECT_EQ(own.command(), "SUBSCRIBE");
    EXPECT_EQ(own.command(), "UNSUBSCRIBE");
    const auto last = own.command();
    EXPECT_THAT(last, testing::StartsWith("PING "));
    const auto nonce = last.substr(5);
    settle();
    EXPECT_TRUE(forwards().quiet());
    own.send("*1\r\n$1\r\na\r\n*1\r\n$1\r\nb\r\n$" + std::to_string(nonce.size()) + "\r\n" + nonce + "\r\n");
    EXPECT_EQ(forwards().command(), "SET k 1");
    forwards().send("+OK\r\n");

    EXPECT_EQ(client.receive(22), "*1\r\n$1\r\na\r\n*1\r\n$1\r\nb\r\n");
    EXPECT_EQ(client.receiveLine(), "+OK");
    auto second = connectAndSend("own do MULTI\n");
    answerPing(own);
    EXPECT_EQ(own.command(), "MULTI");
}

TEST_F(OwnRoadTest, whatEndsAStreamIsAnsweredWhenTheLinkIsLost) {
    auto client = connectAndSend("own stream do SUBSCRIBE\nrelease say reset\n");
    PipelineLink& own = joinOwn();
    EXPECT_EQ(own.command(), "SUBSCRIBE");
    EXPECT_THAT(own.command(), testing::StartsWith("PING "));
    own.close();

    EXPECT_EQ(client.receiveRest(), "reset\n");
    client.close();
    EXPECT_TRUE(eventually([this] { return limit.open() == 0 && budget.open() == 0; }));
}

/// What ends a stream, behind more than Redis takes.
class FullOwnRoadTest : public OwnRoadTest {
  protected:
    /// Returns what the client gets before its connection is ended.
    std::string endBehindTooMuch(const std::string& end) {
        constexpr std::size_t socketTakes = std::size_t{8} * 1024 * 1024;
        auto client = connectAndSend("own stream do SUBSCRIBE\n");
        EXPECT_EQ(joinOwn().command(), "SUBSCRIBE");
        client.send("own stream do " + std::string(ForwardLink::maxUnsent + socketTakes, 'x') + "\n" + end);
        return client.receiveRest();
    }

    /// Nothing is left of the client.
    [[nodiscard]] bool isOver() const {
        return eventually([this] { return limit.open() == 0 && budget.open() == 0; });
    }
};

TEST_F(FullOwnRoadTest, anAnswerThatReleasesItComesBeforeTheEnd) {
    EXPECT_EQ(endBehindTooMuch("release say reset\n"), "reset\n");
    EXPECT_TRUE(isOver());
}

TEST_F(FullOwnRoadTest, anAnswerThatEndsTheConnectionComesBeforeTheEnd) {
    EXPECT_EQ(endBehindTooMuch("last say bye\n"), "bye\n");
    EXPECT_TRUE(isOver());
}

TEST_F(FullOwnRoadTest, aCommandThatReleasesItEndsTheClient) {
    EXPECT_EQ(endBehindTooMuch("own stream release do UNSUBSCRIBE\n"), "");
    EXPECT_TRUE(isOver());
}

// The front-end answers it, and the road is closed when that is written: what comes behind needs another.
TEST_F(OwnRoadTest, anAnswerMayReleaseItForThoseBehind) {
    auto client = connectAndSend("own do MULTI\nrelease say reset\nown do MULTI\nget k\n");
    PipelineLink& own = joinOwn();
    EXPECT_EQ(own.command(), "MULTI");
    settle();
    EXPECT_TRUE(own.quiet());
    own.send("+OK\r\n");
    EXPECT_EQ(client.receiveLine(), "+OK");
    EXPECT_EQ(client.receiveLine(), "reset");
    PipelineLink& next = joinOwn();
    EXPECT_TRUE(own.ended());
    EXPECT_EQ(next.command(), "MULTI");
    EXPECT_TRUE(fetches().quiet());
    next.send("+OK\r\n");
    EXPECT_EQ(client.receiveLine(), "+OK");
    EXPECT_EQ(fetches().command(), "GET k");
}

TEST_F(OwnRoadTest, anIdleOneThatIsLostIsForgotten) {
    auto client = connectAndSend("own release do EXEC\n");
    PipelineLink& own = joinOwn();
    EXPECT_EQ(own.command(), "EXEC");
    own.send("*0\r\n");
    EXPECT_EQ(client.receiveLine(), "*0");
    own.close();

    EXPECT_TRUE(eventually([this] { return budget.open() == 0; }));
    client.send("own do MULTI\n");
    EXPECT_EQ(joinOwn().command(), "MULTI");
}

} // namespace

} // namespace nearcache::test
