// The cache where Redis tells of changes to the keys that were read.

#include "PipelineFixture.h"

namespace nearcache::test {

namespace {

class TrackingTest : public PipelineTest {
  protected:
    using Coherence = CacheSettings::Coherence;
    using OnDisconnect = CacheSettings::OnDisconnect;

    static constexpr Shape tracked{.coherence = Coherence::Tracking};

    /// Redis is lost for good, which the store knows when this returns.
    void loseRedis() {
        redis.goAway();
        fetches().close();
        EXPECT_TRUE(eventually([this] { return !coherence->connected(); }));
        settle();
    }

    /// Redis has sent bytes for a heartbeat, and no answer to a PING.
    void fallBehind(OnDisconnect onDisconnect) {
        start({.coherence = Coherence::Tracking, .onDisconnect = onDisconnect, .heartbeat = Milliseconds{300}});
        cache("k", "1");
        EXPECT_EQ(fetches().command(), "PING");
        EXPECT_TRUE(eventually([this] {
            fetches().sendInvalidation("other");
            Lookup lookup{.key = "k", .hash = hashKey("k")};
            LookupBuffer buffer;
            store->peek(lookup, buffer, Clock::now());
            return !lookup.found || lookup.disconnected;
        }));
    }

    void invalidate(const std::string& key) {
        fetches().sendInvalidation(key);
        settle();
    }
};

TEST_F(TrackingTest, aKeyGoesWhenRedisTellsThatItHasChanged) {
    start(tracked);
    cache("k", "old");
    cache("other", "1");
    invalidate("k");
    EXPECT_FALSE(isCached("k"));
    EXPECT_TRUE(isCached("other"));
    auto client = connectAndSend("get k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    answerValue("new");

    EXPECT_EQ(client.receiveLine(), "value new fetched stored");
}

TEST_F(TrackingTest, whatRedisOutdatesBeforeItHasSentItIsNotStored) {
    start(tracked);
    auto client = connectAndSend("get k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    fetches().sendInvalidation("k");
    answerValue("old");

    EXPECT_EQ(client.receiveLine(), "value old fetched");
    EXPECT_FALSE(isCached("k"));
}

TEST_F(TrackingTest, whatRedisOutdatesRightBehindItsReplyIsNotKept) {
    start(tracked);
    auto client = connectAndSend("get k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    fetches().send(bulk("old"));
    fetches().sendInvalidation("k");
    fetches().send(":-1\r\n");
    EXPECT_THAT(client.receiveLine(), testing::StartsWith("value old fetched"));

    EXPECT_FALSE(isCached("k"));
}

TEST_F(TrackingTest, whatTellsOfKeysWaitsForWhatRedisHasToTell) {
    start(tracked);
    cache("k", "old");
    auto client = connectAndSend("listing do SCAN 0\nget k\n");
    EXPECT_EQ(forwards().command(), "SCAN 0");
    forwards().send("*0\r\n");
    EXPECT_EQ(fetches().command(), "PING");
    settle();
    EXPECT_TRUE(client.quiet());
    EXPECT_TRUE(isCached("k"));
    fetches().sendInvalidation("k");
    fetches().send("+PONG\r\n");
    EXPECT_EQ(client.receiveLine(), "*0");
    EXPECT_EQ(fetches().command(), "GET k");
    answer("$-1\r\n");

    EXPECT_EQ(client.receiveLine(), "absent fetched");
}

TEST_F(TrackingTest, nobodyJoinsAFetchThatRedisHasOutdated) {
    start(tracked);
    auto before = connectAndSend("get k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    invalidate("k");
    auto after = connectAndSend("get k\n");
    EXPECT_EQ(fetches().command(), "GET k") << "one of its own";
    answerValue("old");
    answerValue("new");

    EXPECT_EQ(before.receiveLine(), "value old fetched");
    EXPECT_EQ(after.receiveLine(), "value new fetched stored");
}

TEST_F(TrackingTest, aFlushTakesAll) {
    start(tracked);
    cache("a", "1");
    cache("b", "2");
    auto client = connectAndSend("get c\n");
    EXPECT_EQ(fetches().command(), "GET c");
    fetches().sendFlush();
    answerValue("3");
    EXPECT_EQ(client.receiveLine(), "value 3 fetched");

    for (const auto* key : {"a", "b", "c"})
        EXPECT_FALSE(isCached(key)) << key;
}

TEST_F(TrackingTest, aKeyThatEndsIsNotServedBeyondItsEnd) {
    start(tracked);
    auto client = connectAndSend("get k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    fetches().send(bulk("1") + ":30\r\n");
    EXPECT_EQ(client.receiveLine(), "value 1 fetched stored");

    EXPECT_TRUE(eventually([this] { return !isCached("k"); }));
}

TEST_F(TrackingTest, aKeyThatHasEndedBehindItsReplyIsNotStored) {
    start(tracked);
    auto client = connectAndSend("get k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    fetches().send(bulk("1") + ":-2\r\n");

    EXPECT_EQ(client.receiveLine(), "value 1 fetched");
    EXPECT_FALSE(isCached("k"));
}

TEST_F(TrackingTest, hitsSayWhenRedisIsAway) {
    start(tracked);
    cache("k", "1");
    loseRedis();
    auto client = connectAndSend("get k\nmget k\n");

    EXPECT_EQ(client.receiveLine(), "value 1 hit disconnected");
    EXPECT_EQ(client.receiveLine(), "1/1 value 1 hit disconnected");
}

TEST_F(TrackingTest, whatWasReadBeforeGoesWhenRedisIsBack) {
    start(tracked);
    cache("k", "old");
    fetches().close();
    auto& anew = join();
    settle();
    EXPECT_FALSE(isCached("k"));
    auto client = connectAndSend("get k\n");
    EXPECT_EQ(anew.command(), "GET k");
    answerBy(anew, bulk("new"));
    EXPECT_EQ(client.receiveLine(), "value new fetched stored");
    client.send("get k\n");

    EXPECT_EQ(client.receiveLine(), "value new hit");
}

TEST_F(TrackingTest, whatIsServedWhileRedisTellsLateIsMarked) {
    fallBehind(OnDisconnect::Serve);
    auto client = connectAndSend("get k\n");
    EXPECT_EQ(client.receiveLine(), "value 1 hit disconnected");
    fetches().send("+PONG\r\n");
    EXPECT_EQ(fetches().command(), "PING");
    client.send("get k\n");
    EXPECT_EQ(client.receiveLine(), "value 1 hit");
}

TEST_F(TrackingTest, nothingIsServedWhileRedisTellsLateWhereThatIsAsked) {
    fallBehind(OnDisconnect::Drop);
    EXPECT_FALSE(isCached("k"));
}

TEST_F(TrackingTest, nothingIsServedWhileRedisIsAwayWhereThatIsAsked) {
    start({.coherence = Coherence::Tracking, .onDisconnect = OnDisconnect::Drop});
    cache("k", "1");
    loseRedis();
    EXPECT_FALSE(isCached("k"));
    auto client = connectAndSend("get k\n");

    EXPECT_THAT(client.receiveLine(), testing::StartsWith("error unavailable "));
}

// Without tracking nobody would have told of a change: it is as good as it was.
TEST_F(TrackingTest, withoutItWhatWasReadStaysWhenRedisIsBack) {
    start();
    cache("k", "1");
    fetches().close();
    join();
    auto client = connectAndSend("get k\n");

    EXPECT_EQ(client.receiveLine(), "value 1 hit");
}

TEST_F(TrackingTest, whereRedisHasNoneItGoesOnWithout) {
    startWithoutLinks({.coherence = Coherence::Auto});
    links.emplace_back(redis.accept());
    links.back().shakeHandsRefusing("HELLO", "ERR unknown command 'HELLO'");
    links.clear();
    std::thread relay([this] { links.emplace_back(redis.accept()).shakeHands(); });
    relay.join();
    links.emplace_back(redis.accept()).shakeHands();
    EXPECT_TRUE(eventually([this] { return health.linksReady() == 2; }));

    EXPECT_EQ(coherence->mode(), nearcache::Coherence::Mode::Ttl);
    auto client = connectAndSend("get k\n");
    answerBy(linkWith("GET k"), bulk("1"));
    EXPECT_EQ(client.receiveLine(), "value 1 fetched stored");
}

TEST_F(TrackingTest, aScriptTakesWhatRedisTellsOfBeforeItsReplyIsSeen) {
    start(tracked);
    cache("changed", "old");
    cache("other", "1");
    auto client = connectAndSend("some write do EVAL\n");
    EXPECT_EQ(forwards().command(), "EVAL");
    forwards().send(":1\r\n");
    EXPECT_EQ(fetches().command(), "PING");
    invalidate("changed");
    EXPECT_TRUE(client.quiet());
    fetches().send("+PONG\r\n");

    EXPECT_EQ(client.receiveLine(), ":1");
    EXPECT_FALSE(isCached("changed"));
    EXPECT_TRUE(isCached("other"));
}

TEST_F(TrackingTest, repliesOfOneTurnShareAFence) {
    start(tracked);
    auto first = connectAndSend("some do EVAL\nsome do EVAL\n");
    EXPECT_EQ(forwards().command(), "EVAL");
    EXPECT_EQ(forwards().command(), "EVAL");
    forwards().send(":1\r\n:2\r\n");
    EXPECT_EQ(fetches().command(), "PING");
    settle();
    EXPECT_TRUE(fetches().quiet());
    fetches().send("+PONG\r\n");

    EXPECT_EQ(first.receiveLine(), ":1");
    EXPECT_EQ(first.receiveLine(), ":2");
    EXPECT_TRUE(gateIsFree());
}

/// Keys at home at two workers, of which the client is the first one's.
class FenceTest : public TrackingTest {
  protected:
    FenceTest() {
        start({.parallel = 2, .workers = 2, .links = 2, .coherence = Coherence::Tracking});
        auto client = connect();
        for (const std::size_t i : {0, 1}) {
            keys[i] = keyAt(i);
            client.send("get " + keys[i] + "\n");
            homes[i] = &linkWith("GET " + keys[i]);
            answerBy(*homes[i], bulk("1"));
            EXPECT_EQ(client.receiveLine(), "value 1 fetched stored");
        }
        client.close();
        EXPECT_TRUE(eventually([this] { return limit.open() == 0; }));
    }

    Peer runScript(Pair pair = unixPair()) {
        auto client = connect(std::move(pair));
        client.send("some write do EVAL\n");
        linkWith("EVAL").send(":1\r\n");
        for (auto* home : homes)
            EXPECT_EQ(home->command(), "PING");
        return client;
    }

    std::array<std::string, 2> keys;
    std::array<PipelineLink*, 2> homes{};
};

TEST_F(FenceTest, aScriptsReplyWaitsForAllWorkersLinks) {
    auto client = runScript();
    homes[1]->send("+PONG\r\n");
    settle();
    EXPECT_TRUE(client.quiet());
    homes[0]->sendInvalidation(keys[0]);
    homes[0]->send("+PONG\r\n");

    EXPECT_EQ(client.receiveLine(), ":1");
    EXPECT_FALSE(isCached(keys[0]));
    EXPECT_TRUE(isCached(keys[1]));
    EXPECT_TRUE(gateIsFree());
}

TEST_F(FenceTest, ofALostLinkItTakesAllItsKeysAndNoOthers) {
    auto client = runScript();
    homes[0]->send("+PONG\r\n");
    redis.goAway();
    homes[1]->close();

    EXPECT_EQ(client.receiveLine(), ":1");
    EXPECT_TRUE(isCached(keys[0]));
    EXPECT_FALSE(isCached(keys[1]));
}

TEST_F(FenceTest, itsClientMayVanishMeanwhile) {
    auto client = runScript(tcpPair());
    vanish(client);
    homes[0]->send("+PONG\r\n");
    homes[1]->send("+PONG\r\n");

    EXPECT_TRUE(gateIsFree());
}

} // namespace

} // namespace nearcache::test
