// A client that is gone, in each state of its requests.

#include "PipelineFixture.h"

#include <Poco/Net/StreamSocketImpl.h>

#include <unistd.h>

namespace nearcache::test {

namespace {

class VanishedClientTest : public PipelineTest {
  protected:
    VanishedClientTest() { start({.parallel = 2}); }

    /// Takes both slots, with fetches of `first` and `second`.
    Peer fill() {
        auto client = connectAndSend("get first\nget second\n");
        EXPECT_EQ(fetches().command(), "GET first");
        EXPECT_EQ(fetches().command(), "GET second");
        return client;
    }
};

TEST_F(VanishedClientTest, isNotCounted) {
    auto client = connectAndSend("say hello\n", tcpPair());
    EXPECT_EQ(limit.open(), 1U);
    EXPECT_EQ(workers->connections(), 1U);
    vanish(client);

    EXPECT_EQ(limit.open(), 0U);
    EXPECT_EQ(workers->connections(), 0U);
}

TEST_F(VanishedClientTest, holdsNoSlotForItsFetch) {
    auto client = connectAndSend("get a\nget b\n", tcpPair());
    EXPECT_EQ(gate->taken(), 2U);
    vanish(client);

    EXPECT_EQ(gate->taken(), 0U);
}

TEST_F(VanishedClientTest, leavesItsSlotToNobodyWhoHasOne) {
    auto client = connectAndSend("get a\n", tcpPair());
    EXPECT_EQ(fetches().command(), "GET a");
    auto other = connectAndSend("mget a b\n");
    EXPECT_EQ(fetches().command(), "MGET b");
    EXPECT_EQ(gate->taken(), 2U);
    vanish(client);
    answerValue("1");
    fetches().send("*1\r\n$1\r\n2\r\n:-1\r\n");

    EXPECT_EQ(other.receiveLine(), "1/2 value 1 fetched stored");
    EXPECT_EQ(other.receiveLine(), "2/2 value 2 fetched stored");
    EXPECT_TRUE(gateIsFree());
}

TEST_F(VanishedClientTest, isNotInLineForAFetch) {
    auto full = fill();
    auto client = connectAndSend("get a\nget b\n", tcpPair());
    EXPECT_EQ(gate->waiting(), 2U);
    vanish(client);
    EXPECT_EQ(gate->waiting(), 0U);
    auto next = connectAndSend("get c\n");
    answerValue("1");

    EXPECT_EQ(fetches().command(), "GET c");
}

TEST_F(VanishedClientTest, hasTheCommandExecutedThatWasSent) {
    cache("k", "old");
    auto client = connectAndSend("set k new\n", tcpPair());
    EXPECT_EQ(forwards().command(), "SET k new");
    vanish(client);
    EXPECT_EQ(gate->taken(), 1U);
    auto reader = connectAndSend("get k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    answerValue("old");
    EXPECT_EQ(reader.receiveLine(), "value old fetched stored");
    forwards().send("+OK\r\n");

    EXPECT_TRUE(gateIsFree());
    EXPECT_FALSE(isCached("k"));
}

TEST_F(VanishedClientTest, hasTheCommandExecutedThatWaitsForASlot) {
    auto full = fill();
    auto client = connectAndSend("set k new\n", tcpPair());
    EXPECT_EQ(gate->waiting(), 1U);
    vanish(client);
    EXPECT_EQ(gate->waiting(), 1U);
    answerValue("1");
    EXPECT_EQ(forwards().command(), "SET k new");
    answerValue("1");
    forwards().send("+OK\r\n");

    EXPECT_TRUE(gateIsFree());
}

TEST_F(VanishedClientTest, hasNothingExecutedThatWaitedForItsOwnConnection) {
    auto client = connectAndSend("get k\nset k 1\nset other 1\n", tcpPair());
    EXPECT_EQ(fetches().command(), "GET k");
    vanish(client);
    EXPECT_TRUE(gateIsFree());
    answerValue("0");
    settle();

    EXPECT_TRUE(forwards().quiet());
}

TEST_F(VanishedClientTest, leavesNoReplyBehindForOthers) {
    auto client = connectAndSend("do LRANGE\n", tcpPair());
    EXPECT_EQ(forwards().command(), "LRANGE");
    forwards().send("$5\r\nhe");
    EXPECT_EQ(client.receiveLine(), "$5");
    vanish(client);
    auto next = connectAndSend("do PING\n");
    EXPECT_EQ(forwards().command(), "PING");
    forwards().send("llo\r\n+PONG\r\n");

    EXPECT_EQ(next.receiveLine(), "+PONG");
    EXPECT_TRUE(gateIsFree());
}

TEST_F(VanishedClientTest, doesNotHarmWhoSharesItsFetch) {
    auto first = connectAndSend("get k\n", tcpPair());
    auto second = connectAndSend("get k\nget k\n", tcpPair());
    auto third = connectAndSend("get k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    vanish(second);
    vanish(first);
    answerValue("1");

    EXPECT_EQ(third.receiveLine(), "value 1 fetched stored");
    EXPECT_TRUE(gateIsFree());
}

TEST_F(VanishedClientTest, hasAllExecutedThatItAskedForWhenItOnlyEnded) {
    auto client = connectAndSend("set k 1\nget k\n");
    client.endSending();
    settle();
    EXPECT_EQ(forwards().command(), "SET k 1");
    forwards().send("+OK\r\n");
    EXPECT_EQ(fetches().command(), "GET k");
    answerValue("1");

    EXPECT_EQ(client.receiveRest(), "+OK\r\nvalue 1 fetched stored\n");
}

TEST_F(VanishedClientTest, givesBackTheSlotThatItIsGrantedTooLate) {
    EXPECT_TRUE(gate->tryEnter());
    EXPECT_TRUE(gate->tryEnter());
    auto pair = tcpPair();
    const Peer served(::dup(pair.socket.impl()->sockfd()));
    auto client = connectAndSend("get late\n", std::move(pair));
    auto next = connectAndSend("get next\n");
    EXPECT_EQ(gate->waiting(), 2U);
    {
        const LoopHold hold(worker(0).loop());
        gate->leave(); // granted to the first one, whose worker hears of it after the end of its client
        EXPECT_EQ(gate->waiting(), 1U);
        client.reset();
        EXPECT_TRUE(eventually([&] { return !served.quiet(); }));
    }
    EXPECT_EQ(fetches().command(), "GET next");
    settle();
    EXPECT_TRUE(fetches().quiet()) << "nobody waits for the other one";
    EXPECT_EQ(gate->taken(), 2U);
    answerValue("1");
    EXPECT_EQ(next.receiveLine(), "value 1 fetched stored");
    gate->leave();

    EXPECT_TRUE(gateIsFree());
}

} // namespace

} // namespace nearcache::test
