// Requests that come in at one worker, for keys or links of another.

#include "PipelineFixture.h"

#include <Poco/Net/StreamSocketImpl.h>

#include <unistd.h>

namespace nearcache::test {

namespace {

class CrossWorkerTest : public PipelineTest {
  protected:
    void start(Shape shape = {}) {
        shape.workers = shape.links = 2;
        PipelineTest::start(shape);
        foreignKey = keyAt(1);
    }

    /// A client of worker 0, and then one of worker 1.
    Peer here = Peer(-1);
    Peer there = Peer(-1);

    void connectBoth(Pair toHere = unixPair(), Pair toThere = unixPair()) {
        here = connect(std::move(toHere));
        there = connect(std::move(toThere));
        settle();
    }

    void ask(Peer& client, const std::string& request) {
        client.send(request + "\n");
        settle();
    }

    std::string foreignKey; ///< at home at worker 1
};

TEST_F(CrossWorkerTest, aKeyIsFetchedAtItsHome) {
    start();
    connectBoth();
    ask(here, "get " + foreignKey);
    answerBy(linkWith("GET " + foreignKey), bulk("1"));
    EXPECT_EQ(here.receiveLine(), "value 1 fetched stored");
    ask(there, "get " + foreignKey);
    EXPECT_EQ(there.receiveLine(), "value 1 hit");
    ask(here, "get " + foreignKey);

    EXPECT_EQ(here.receiveLine(), "value 1 hit");
    EXPECT_TRUE(gateIsFree());
}

TEST_F(CrossWorkerTest, clientsOfAllWorkersShareAFetch) {
    start();
    connectBoth();
    ask(here, "get " + foreignKey);
    ask(there, "get " + foreignKey);
    auto& link = linkWith("GET " + foreignKey);
    EXPECT_TRUE(redisIsQuiet());
    EXPECT_EQ(gate->taken(), 1U);
    answerBy(link, bulk("1"));

    EXPECT_EQ(here.receiveLine(), "value 1 fetched stored");
    EXPECT_EQ(there.receiveLine(), "value 1 collapsed stored");
    EXPECT_TRUE(gateIsFree());
}

TEST_F(CrossWorkerTest, aFetchThatAForeignWriteOvertookIsNotStored) {
    start();
    connectBoth();
    ask(here, "get " + foreignKey);
    auto& link = linkWith("GET " + foreignKey);
    ask(there, "set " + foreignKey + " new");
    linkWith("SET " + foreignKey + " new").send("+OK\r\n");
    EXPECT_EQ(there.receiveLine(), "+OK");
    answerBy(link, bulk("old"));

    EXPECT_EQ(here.receiveLine(), "value old fetched");
    EXPECT_FALSE(isCached(foreignKey));
}

TEST_F(CrossWorkerTest, onesOwnOrderHolds) {
    start();
    connectBoth();
    ask(here, "set " + foreignKey + " 1\nget " + foreignKey);
    auto& link = linkWith("SET " + foreignKey + " 1");
    settle();
    EXPECT_TRUE(redisIsQuiet());
    link.send("+OK\r\n");
    answerBy(linkWith("GET " + foreignKey), bulk("1"));

    EXPECT_EQ(here.receiveLine(), "+OK");
    EXPECT_EQ(here.receiveLine(), "value 1 fetched stored");
}

// While the request was on its way, somebody else's fetch was done.
TEST_F(CrossWorkerTest, aKeyThatIsCachedMeanwhileIsNotFetchedAgain) {
    start();
    connectBoth();
    {
        const LoopHold hold(worker(1).loop());
        here.send("get " + foreignKey + "\n");
        test::settle(worker(0).loop());
        const auto hash = hashKey(foreignKey);
        EXPECT_TRUE(
            store->fill({.key = foreignKey, .hash = hash, .value = "1", .token = store->token(hash)}, Clock::now()));
    }

    EXPECT_EQ(here.receiveLine(), "value 1 collapsed stored");
    EXPECT_TRUE(redisIsQuiet());
    EXPECT_TRUE(gateIsFree());
}

// The first one is on its way to the key's home while the second comes.
TEST_F(CrossWorkerTest, aGetBehindOneOfTheSameKeyIsNotAnsweredFromTheCacheBeforeIt) {
    start();
    connectBoth();
    const auto hash = hashKey(foreignKey);
    ask(here, "get " + foreignKey);
    PipelineLink& link = linkWith("GET " + foreignKey);
    EXPECT_TRUE(
        store->fill({.key = foreignKey, .hash = hash, .value = "old", .token = store->token(hash)}, Clock::now()));
    ask(here, "get " + foreignKey);
    answerBy(link, bulk("new"));

    EXPECT_THAT(here.receiveLine(), testing::StartsWith("value new "));
    EXPECT_THAT(here.receiveLine(), testing::StartsWith("value new "));
}

TEST_F(CrossWorkerTest, aForeignClientThatVanishesHoldsNoSlot) {
    start({.parallel = 2});
    connectBoth(tcpPair());
    ask(here, "get " + foreignKey);
    auto& link = linkWith("GET " + foreignKey);
    vanish(here);
    EXPECT_TRUE(gateIsFree());
    answerBy(link, bulk("1"));

    EXPECT_TRUE(eventually([this] { return isCached(foreignKey); }));
}

TEST_F(CrossWorkerTest, aForeignClientThatVanishesIsNotInLine) {
    start({.parallel = 2});
    connectBoth(tcpPair());
    EXPECT_TRUE(gate->tryEnter());
    EXPECT_TRUE(gate->tryEnter());
    ask(here, "get " + foreignKey);
    ask(there, "get other");
    EXPECT_EQ(gate->waiting(), 2U);
    vanish(here);
    EXPECT_EQ(gate->waiting(), 1U);
    gate->leave();
    answerBy(linkWith("GET other"), bulk("1"));
    EXPECT_EQ(there.receiveLine(), "value 1 fetched stored");
    gate->leave();

    EXPECT_TRUE(gateIsFree());
    EXPECT_TRUE(redisIsQuiet());
}

// The reply is on its way to the client's worker when that finds its client gone.
TEST_F(CrossWorkerTest, aReplyThatCrossesTheEndOfItsClientIsDropped) {
    start({.parallel = 2});
    auto pair = tcpPair();
    const Peer served(::dup(pair.socket.impl()->sockfd()));
    connectBoth(std::move(pair));
    ask(here, "get " + foreignKey);
    auto& link = linkWith("GET " + foreignKey);
    {
        const LoopHold hold(worker(0).loop());
        answerBy(link, bulk("1"));
        EXPECT_TRUE(eventually([this] { return isCached(foreignKey); }));
        here.reset();
        EXPECT_TRUE(eventually([&] { return !served.quiet(); }));
    }
    EXPECT_TRUE(eventually([this] { return limit.open() == 1; }));

    EXPECT_TRUE(gateIsFree());
}

// The end of the client is on its way to the key's home while the reply is on its way from there: what the home is told
// of has to last until it is. Without that, AddressSanitizer has a use after free to report here.
TEST_F(CrossWorkerTest, aWithdrawalThatCrossesTheReplyStillNamesItsKey) {
    start({.parallel = 2});
    const auto key = keyAt(1, std::string(1000, 'k'));
    connectBoth(tcpPair());
    ask(here, "get " + key);
    auto& link = linkWith("GET " + key);
    store->invalidate(key, hashKey(key)); // so that the next one does not join it
    ask(there, "get " + key);
    EXPECT_EQ(link.command(), "GET " + key);
    {
        LoopHold beforeTheReply(worker(1).loop());
        answerBy(link, bulk("old"));
        LoopHold beforeTheEnd(worker(1).loop(), LoopHold::Begin::Later);
        here.reset();
        EXPECT_TRUE(eventually([this] { return limit.open() == 1; }));
        test::settle(worker(0).loop());
        beforeTheReply.release();
        beforeTheEnd.awaitBegin();
        test::settle(worker(0).loop()); // has had the reply by then
    }
    answerBy(link, bulk("new"));

    EXPECT_EQ(there.receiveLine(), "value new fetched stored");
    EXPECT_TRUE(gateIsFree());
}

// One request for each home; the client has gone, or its time is over, before any has answered.
TEST_F(CrossWorkerTest, manyKeysOfSeveralHomesAreWithdrawnFromAll) {
    start({.parallel = 2, .timeout = Milliseconds{200}});
    const auto native = keyAt(0, std::string(1000, 'k'));
    const auto foreign = keyAt(1, std::string(1000, 'k'));
    const auto mget = "mget " + native + " " + foreign + " " + foreign + "\n";
    connectBoth(tcpPair());
    const auto answerAll = [&] {
        linkWith("MGET " + native).send("*1\r\n$1\r\n1\r\n:-1\r\n");
        linkWith("MGET " + foreign).send("*1\r\n$1\r\n2\r\n:-1\r\n");
        settle();
    };
    ask(here, mget);
    vanish(here);
    EXPECT_TRUE(gateIsFree());
    answerAll();
    EXPECT_TRUE(isCached(native) && isCached(foreign));

    store->clear();
    there.send(mget);
    EXPECT_THAT(there.receiveLine(), testing::StartsWith("error timed-out "));
    EXPECT_TRUE(gateIsFree());
    answerAll();
    EXPECT_TRUE(isCached(native) && isCached(foreign));
}

TEST_F(CrossWorkerTest, aForeignRequestTimesOut) {
    start({.parallel = 2, .timeout = Milliseconds{200}});
    connectBoth();
    here.send("get " + foreignKey + "\nset " + foreignKey + " 1\n");
    auto& link = linkWith("GET " + foreignKey);
    EXPECT_EQ(here.receiveLine(), "error timed-out no answer within backend.request_timeout");
    EXPECT_EQ(here.receiveLine(), "error timed-out no answer within backend.request_timeout");
    EXPECT_TRUE(gateIsFree());
    answerBy(link, bulk("1"));

    EXPECT_TRUE(eventually([this] { return isCached(foreignKey); }));
}

// The reply and the end of the time cross: whichever comes first counts, and the other one harms nothing.
TEST_F(CrossWorkerTest, aReplyThatCrossesTheEndOfItsTimeIsAnsweredOnce) {
    start({.parallel = 2, .timeout = Milliseconds{100}});
    connectBoth();
    for (int round = 0; round < 5; ++round) {
        here.send("get absent" + foreignKey + "\nsay next\n");
        auto& link = linkWith("GET absent" + foreignKey);
        {
            const LoopHold hold(worker(0).loop());
            const auto begin = Clock::now();
            answerBy(link, "$-1\r\n");
            EXPECT_TRUE(eventually([&] { return Clock::now() - begin > Milliseconds{100}; }));
        }
        EXPECT_THAT(here.receiveLine(),
                    testing::AnyOf("absent fetched", "error timed-out no answer within backend.request_timeout"));
        EXPECT_EQ(here.receiveLine(), "next");
        EXPECT_TRUE(gateIsFree());
    }
}

/// One link that fetches, for two workers: what worker 1's clients miss is fetched by worker 0. But it forwards by a
/// link of its own.
class FewLinksTest : public PipelineTest {
  protected:
    FewLinksTest() { start({.parallel = 2, .timeout = Milliseconds{1000}, .workers = 2, .links = 1}); }

    /// A client of worker 1, where worker 0 has got one, too.
    Peer connectThere(Pair pair = unixPair()) {
        _here = connect();
        return connect(std::move(pair));
    }

  private:
    Peer _here{-1};
};

TEST_F(FewLinksTest, passesPiecesOn) {
    auto client = connectThere();
    client.send("do LRANGE\nsay end\n");
    auto& road = linkWith("LRANGE");
    const std::string reply = "*2\r\n$5\r\nhello\r\n:1\r\n";
    for (const char byte : reply)
        road.send({&byte, 1});

    EXPECT_EQ(client.receive(reply.size() + 4), reply + "end\n");
    EXPECT_TRUE(gateIsFree());
}

TEST_F(FewLinksTest, executesTheCommandOfAVanishedClient) {
    auto client = connectThere(tcpPair());
    client.send("set k 1\n");
    auto& road = linkWith("SET k 1");
    client.reset();
    EXPECT_TRUE(eventually([this] { return limit.open() == 1; }));
    EXPECT_EQ(gate->taken(), 1U);
    road.send("+OK\r\n");

    EXPECT_TRUE(gateIsFree());
}

TEST_F(FewLinksTest, timesOut) {
    auto client = connectThere();
    client.send("set k 1\n");
    auto& road = linkWith("SET k 1");
    EXPECT_EQ(client.receiveLine(),
              "error timed-out no answer within backend.request_timeout; the command may have been executed");
    EXPECT_TRUE(gateIsFree());
    client.send("do PING\n");
    EXPECT_EQ(road.command(), "PING");
    road.send("+OK\r\n+PONG\r\n");

    EXPECT_EQ(client.receiveLine(), "+PONG");
}

TEST_F(FewLinksTest, reportsALostLink) {
    auto client = connectThere();
    client.send("set k 1\n");
    linkWith("SET k 1").close();

    EXPECT_EQ(client.receiveLine(),
              "error unavailable Redis closed the connection; the command may have been executed");
    EXPECT_TRUE(gateIsFree());
}

// Two workers' commands do not wait for each other, not even where one's link is stuck.
TEST_F(FewLinksTest, workersForwardByLinksOfTheirOwn) {
    auto there = connectThere();
    auto here = connect();
    there.send("do SLOW\n");
    auto& first = linkWith("SLOW");
    here.send("do FAST\n");
    auto& second = linkWith("FAST");
    EXPECT_NE(&first, &second);
    second.send("+1\r\n");

    EXPECT_EQ(here.receiveLine(), "+1");
    EXPECT_TRUE(there.quiet());
}

TEST_F(FewLinksTest, fetchesByTheOtherWorkersLink) {
    auto client = connectThere();
    client.send("mget a b\n");
    linkWith("MGET a b").send("*2\r\n$1\r\n1\r\n$-1\r\n:-1\r\n:-2\r\n");

    EXPECT_EQ(client.receiveLine(), "1/2 value 1 fetched stored");
    EXPECT_EQ(client.receiveLine(), "2/2 absent fetched");
    EXPECT_TRUE(gateIsFree());
}

} // namespace

} // namespace nearcache::test
