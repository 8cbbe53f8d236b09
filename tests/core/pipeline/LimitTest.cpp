// `limits.parallel`: what holds a slot, for how long, and who is next.

#include "PipelineFixture.h"

namespace nearcache::test {

namespace {

class LimitTest : public PipelineTest {
  protected:
    LimitTest() { start({.parallel = 2}); }

    /// Takes both slots, with fetches of `first` and `second`.
    Peer fill() {
        auto client = connectAndSend("get first\nget second\n");
        EXPECT_EQ(fetches().command(), "GET first");
        EXPECT_EQ(fetches().command(), "GET second");
        EXPECT_EQ(gate->taken(), 2U);
        return client;
    }
};

TEST_F(LimitTest, soManyFetchesAreSentAtOnce) {
    auto client = connectAndSend("get a\nget b\nget c\nget d\nget e\n");
    EXPECT_EQ(fetches().command(), "GET a");
    EXPECT_EQ(fetches().command(), "GET b");
    EXPECT_TRUE(fetches().quiet());
    EXPECT_EQ(gate->taken(), 2U);
    EXPECT_EQ(gate->waiting(), 3U);
    for (const auto* next : {"GET c", "GET d", "GET e"}) {
        answerValue("1");
        EXPECT_EQ(fetches().command(), next);
        settle();
        EXPECT_TRUE(fetches().quiet());
        EXPECT_EQ(gate->taken(), 2U);
    }
    answerValue("1");
    answerValue("1");

    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(client.receiveLine(), "value 1 fetched stored");
    EXPECT_TRUE(gateIsFree());
}

TEST_F(LimitTest, soManyCommandsAreSentAtOnce) {
    auto client = connectAndSend("set a 1\nset b 2\nset c 3\n");
    EXPECT_EQ(forwards().command(), "SET a 1");
    EXPECT_EQ(forwards().command(), "SET b 2");
    EXPECT_TRUE(forwards().quiet());
    EXPECT_EQ(gate->taken(), 2U);
    forwards().send("+OK\r\n");
    EXPECT_EQ(forwards().command(), "SET c 3");
    forwards().send("+OK\r\n+OK\r\n");

    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(client.receiveLine(), "+OK");
    EXPECT_TRUE(gateIsFree());
}

TEST_F(LimitTest, whoHasASlotWaitsForNoneInLine) {
    auto full = fill();
    auto firstMany = connectAndSend("mget a\n");
    auto secondMany = connectAndSend("mget b\n");
    auto singles = connectAndSend("get a\nget b\n");
    settle();
    EXPECT_EQ(gate->waiting(), 4U);
    answerValue("1");
    answerValue("2");
    EXPECT_EQ(fetches().command(), "MGET a");
    EXPECT_EQ(fetches().command(), "MGET b");
    fetches().send("*1\r\n$1\r\n3\r\n:-1\r\n*1\r\n$1\r\n4\r\n:-1\r\n");
    EXPECT_EQ(firstMany.receiveLine(), "1/1 value 3 fetched stored");
    EXPECT_EQ(secondMany.receiveLine(), "1/1 value 4 fetched stored");

    EXPECT_EQ(fetches().command(), "GET a");
    EXPECT_EQ(fetches().command(), "GET b");
    answerValue("5");
    answerValue("6");
    EXPECT_EQ(singles.receiveLine(), "value 5 fetched stored");
    EXPECT_EQ(singles.receiveLine(), "value 6 fetched stored");
    EXPECT_TRUE(gateIsFree());
}

TEST_F(LimitTest, whoComesFirstIsServedFirstWhateverTheyAsk) {
    auto full = fill();
    auto first = connectAndSend("get a\n");
    auto second = connectAndSend("set b 1\n");
    auto third = connectAndSend("get c\n");
    EXPECT_EQ(gate->waiting(), 3U);
    answerValue("1");
    EXPECT_EQ(fetches().command(), "GET a");
    settle();
    EXPECT_TRUE(redisIsQuiet());
    answerValue("1");
    EXPECT_EQ(forwards().command(), "SET b 1");
    settle();
    EXPECT_TRUE(redisIsQuiet());
    forwards().send("+OK\r\n");

    EXPECT_EQ(fetches().command(), "GET c");
}

TEST_F(LimitTest, hitsAndFinishedAnswersNeedNoSlot) {
    cache("hit", "1");
    auto full = fill();
    auto client = connectAndSend("get hit\nsay hello\nget hit\n");

    EXPECT_EQ(client.receiveLine(), "value 1 hit");
    EXPECT_EQ(client.receiveLine(), "hello");
    EXPECT_EQ(client.receiveLine(), "value 1 hit");
    EXPECT_EQ(gate->waiting(), 0U);
}

TEST_F(LimitTest, thoseWhoJoinNeedNoSlot) {
    auto full = fill();
    auto joins = connectAndSend("get first\nget second\nget first\n");
    EXPECT_EQ(gate->waiting(), 0U);
    answerValue("1");
    answerValue("2");

    EXPECT_EQ(joins.receiveLine(), "value 1 collapsed stored");
    EXPECT_EQ(joins.receiveLine(), "value 2 collapsed stored");
    EXPECT_EQ(joins.receiveLine(), "value 1 collapsed stored");
    EXPECT_TRUE(gateIsFree());
}

TEST_F(LimitTest, aFetchThatWaitsForItsSlotCanBeJoined) {
    auto full = fill();
    auto first = connectAndSend("get k\n");
    auto second = connectAndSend("get k\n");
    EXPECT_EQ(gate->waiting(), 1U);
    answerValue("1");
    EXPECT_EQ(fetches().command(), "GET k");
    answerValue("2"); // of the second one
    answerValue("3");

    EXPECT_EQ(first.receiveLine(), "value 3 fetched stored");
    EXPECT_EQ(second.receiveLine(), "value 3 collapsed stored");
    EXPECT_TRUE(gateIsFree());
}

TEST_F(LimitTest, requestsThatWaitForTheirOwnConnectionHoldNoSlot) {
    auto client = connectAndSend("set k 1\nget k\nget k\n");
    EXPECT_EQ(forwards().command(), "SET k 1");
    EXPECT_EQ(gate->taken(), 1U);
    EXPECT_EQ(gate->waiting(), 0U);
    auto other = connectAndSend("get other\n");

    EXPECT_EQ(fetches().command(), "GET other");
}

TEST_F(LimitTest, aCommandHoldsItsSlotUntilItsReplyEnds) {
    auto client = connectAndSend("do LRANGE\n");
    EXPECT_EQ(forwards().command(), "LRANGE");
    forwards().send("$5\r\nhel");
    EXPECT_EQ(client.receiveLine(), "$5");
    settle();
    EXPECT_EQ(gate->taken(), 1U);
    forwards().send("lo\r\n");
    EXPECT_EQ(client.receiveLine(), "hello");

    EXPECT_TRUE(gateIsFree());
}

TEST_F(LimitTest, errorsGiveTheirSlotsBack) {
    auto client = connectAndSend("get a\nset b 1\nget c\n");
    EXPECT_EQ(fetches().command(), "GET a");
    EXPECT_EQ(forwards().command(), "SET b 1");
    answer("-ERR no\r\n");
    EXPECT_EQ(fetches().command(), "GET c");
    answer("-ERR no\r\n");
    forwards().send("-ERR no\r\n");

    EXPECT_EQ(client.receiveLine(), "error backend ERR no");
    EXPECT_EQ(client.receiveLine(), "-ERR no");
    EXPECT_EQ(client.receiveLine(), "error backend ERR no");
    EXPECT_TRUE(gateIsFree());
}

TEST_F(LimitTest, lostLinksGiveTheirSlotsBack) {
    auto client = connectAndSend("get a\nset b 1\nget c\n");
    EXPECT_EQ(fetches().command(), "GET a");
    EXPECT_EQ(forwards().command(), "SET b 1");
    redis.goAway();
    forwards().close();
    fetches().close();

    EXPECT_EQ(client.receiveLine(), "error unavailable No such file or directory");
    EXPECT_EQ(client.receiveLine(),
              "error unavailable Redis closed the connection; the command may have been executed");
    EXPECT_EQ(client.receiveLine(), "error unavailable No such file or directory");
    EXPECT_TRUE(gateIsFree());
}

TEST_F(LimitTest, manyRequestsPassThroughFewSlots) {
    std::string requests;
    constexpr int count = 2000;
    for (int i = 0; i < count; ++i)
        requests += (i % 2 == 0 ? "get " : "set ") + std::to_string(i) + (i % 2 == 0 ? "\n" : " 1\n");
    auto client = connectAndSend(requests);
    for (int i = 0; i < count; i += 2) {
        EXPECT_EQ(fetches().command(), "GET " + std::to_string(i));
        EXPECT_EQ(forwards().command(), "SET " + std::to_string(i + 1) + " 1");
        settle();
        EXPECT_TRUE(redisIsQuiet());
        answer("$-1\r\n");
        forwards().send("+OK\r\n");
        EXPECT_EQ(client.receiveLine(), "absent fetched");
        EXPECT_EQ(client.receiveLine(), "+OK");
    }

    EXPECT_TRUE(gateIsFree());
}

} // namespace

} // namespace nearcache::test
