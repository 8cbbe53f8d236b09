// Requests for many keys at once.

#include "PipelineFixture.h"

namespace nearcache::test {

namespace {

class ManyTest : public PipelineTest {
  protected:
    ManyTest() { start(); }
};

TEST_F(ManyTest, hitsNeedNoRedis) {
    cache("a", "1");
    cache("b", "2");
    auto client = connectAndSend("mget a b a\n");

    EXPECT_EQ(client.receiveLine(), "1/3 value 1 hit");
    EXPECT_EQ(client.receiveLine(), "2/3 value 2 hit");
    EXPECT_EQ(client.receiveLine(), "3/3 value 1 hit");
}

TEST_F(ManyTest, whatIsMissingIsFetchedByOneRequest) {
    cache("b", "2");
    auto client = connectAndSend("mget a b c\n");
    EXPECT_EQ(fetches().command(), "MGET a c");
    EXPECT_EQ(gate->taken(), 1U);
    fetches().send("*2\r\n$1\r\n1\r\n$-1\r\n:-1\r\n:-2\r\n");

    EXPECT_EQ(client.receiveLine(), "1/3 value 1 fetched stored");
    EXPECT_EQ(client.receiveLine(), "2/3 value 2 hit");
    EXPECT_EQ(client.receiveLine(), "3/3 absent fetched");
    EXPECT_TRUE(isCached("a"));
    EXPECT_TRUE(gateIsFree());
}

TEST_F(ManyTest, joinsAGetUnderWay) {
    auto first = connectAndSend("get a\n");
    EXPECT_EQ(fetches().command(), "GET a");
    auto client = connectAndSend("mget a b\n");
    EXPECT_EQ(fetches().command(), "MGET b");
    answerValue("1");
    fetches().send("*1\r\n$1\r\n2\r\n:-1\r\n");

    EXPECT_EQ(first.receiveLine(), "value 1 fetched stored");
    EXPECT_EQ(client.receiveLine(), "1/2 value 1 collapsed stored");
    EXPECT_EQ(client.receiveLine(), "2/2 value 2 fetched stored");
}

TEST_F(ManyTest, aGetJoinsNone) {
    auto client = connectAndSend("mget a\n");
    EXPECT_EQ(fetches().command(), "MGET a");
    auto single = connectAndSend("get a\n");
    EXPECT_EQ(fetches().command(), "GET a") << "which tells a list from nothing";
    auto third = connectAndSend("mget a\n");
    settle();
    fetches().send("*1\r\n$-1\r\n:-2\r\n"); // somebody writes the key after that
    answerValue("1");

    EXPECT_EQ(client.receiveLine(), "1/1 absent fetched");
    EXPECT_EQ(single.receiveLine(), "value 1 fetched stored");
    EXPECT_EQ(third.receiveLine(), "1/1 value 1 collapsed stored") << "it joined the newest";
}

TEST_F(ManyTest, aKeyOfAnotherTypeIsAbsent) {
    auto single = connectAndSend("get a\n");
    EXPECT_EQ(fetches().command(), "GET a");
    auto client = connectAndSend("mget a\n");
    answer("-WRONGTYPE it is a list\r\n");

    EXPECT_EQ(single.receiveLine(), "error wrong-type WRONGTYPE it is a list");
    EXPECT_EQ(client.receiveLine(), "1/1 absent collapsed");
}

TEST_F(ManyTest, failsAsAWhole) {
    cache("a", "1");
    auto client = connectAndSend("mget a b\nsay next\n");
    EXPECT_EQ(fetches().command(), "MGET b");
    fetches().send("-LOADING wait\r\n-LOADING wait\r\n");

    EXPECT_EQ(client.receiveLine(), "error backend LOADING wait");
    EXPECT_EQ(client.receiveLine(), "next");
}

TEST_F(ManyTest, waitsBehindAWriteOfOneOfItsKeys) {
    auto client = connectAndSend("set b 1\nmget a b\n");
    EXPECT_EQ(forwards().command(), "SET b 1");
    settle();
    EXPECT_TRUE(fetches().quiet());
    forwards().send("+OK\r\n");
    EXPECT_EQ(fetches().command(), "MGET a b");
}

TEST_F(ManyTest, aWriteOfOneOfItsKeysWaits) {
    auto client = connectAndSend("mget a b\nset b 1\n");
    EXPECT_EQ(fetches().command(), "MGET a b");
    settle();
    EXPECT_TRUE(forwards().quiet());
    fetches().send("*2\r\n$-1\r\n$-1\r\n:-2\r\n:-2\r\n");
    EXPECT_EQ(forwards().command(), "SET b 1");
}

TEST_F(ManyTest, leavesNothingBehindWhenItsClientVanishes) {
    auto client = connectAndSend("mget a b\n", tcpPair());
    EXPECT_EQ(fetches().command(), "MGET a b");
    vanish(client);
    EXPECT_TRUE(gateIsFree());
    fetches().send("*2\r\n$1\r\n1\r\n$1\r\n2\r\n:-1\r\n:-1\r\n");
    settle();

    EXPECT_TRUE(isCached("a")) << "what was asked for is as good as any";
}

class WaitingManyTest : public PipelineTest {
  protected:
    WaitingManyTest() { start({.parallel = 2}); }
};

// What the GET would find in the cache is older than what the MGET, which was looked up before, will fetch.
TEST_F(WaitingManyTest, aGetBehindOneThatWaitsForASlotIsNotLookedUpBeforeIt) {
    auto first = connectAndSend("do BUSY\n");
    auto second = connectAndSend("do BUSY\n");
    auto client = connectAndSend("mget a b\n");
    settle();
    const auto hash = hashKey("a");
    EXPECT_TRUE(store->fill({.key = "a", .hash = hash, .value = "old", .token = store->token(hash)}, Clock::now()));
    client.send("get a\n");
    settle();
    store->invalidate("a", hash);
    EXPECT_EQ(forwards().command(), "BUSY");
    EXPECT_EQ(forwards().command(), "BUSY");
    forwards().send("+OK\r\n");
    EXPECT_EQ(fetches().command(), "MGET a b");
    fetches().send("*2\r\n$3\r\nnew\r\n$-1\r\n:-1\r\n:-2\r\n");

    EXPECT_EQ(client.receiveLine(), "1/2 value new fetched stored");
    EXPECT_EQ(client.receiveLine(), "2/2 absent fetched");
    EXPECT_EQ(client.receiveLine(), "value new hit");
}

} // namespace

} // namespace nearcache::test
