// Who joins whose fetch, and what is stored of it.

#include "PipelineFixture.h"

namespace nearcache::test {

namespace {

class SingleFlightTest : public PipelineTest {
  protected:
    SingleFlightTest() { start(); }
};

TEST_F(SingleFlightTest, oneFetchAnswersAllWhoAskMeanwhile) {
    auto first = connectAndSend("get k\n");
    auto second = connectAndSend("get k\n");
    auto third = connectAndSend("get k\nget k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    EXPECT_TRUE(fetches().quiet());
    EXPECT_EQ(gate->taken(), 1U) << "those who join hold no slot";
    answerValue("1");

    EXPECT_EQ(first.receiveLine(), "value 1 fetched stored");
    EXPECT_EQ(second.receiveLine(), "value 1 collapsed stored");
    EXPECT_EQ(third.receiveLine(), "value 1 collapsed stored");
    EXPECT_EQ(third.receiveLine(), "value 1 collapsed stored");
    EXPECT_TRUE(gateIsFree());
}

TEST_F(SingleFlightTest, whatWasFetchedIsAHitFromThenOn) {
    cache("k", "1");
    auto client = connectAndSend("get k\nget k\n");

    EXPECT_EQ(client.receiveLine(), "value 1 hit");
    EXPECT_EQ(client.receiveLine(), "value 1 hit");
    EXPECT_TRUE(fetches().quiet());
}

TEST_F(SingleFlightTest, absenceIsToldToAllAndNotStored) {
    auto first = connectAndSend("get k\n");
    auto second = connectAndSend("get k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    answer("$-1\r\n");
    EXPECT_EQ(first.receiveLine(), "absent fetched");
    EXPECT_EQ(second.receiveLine(), "absent collapsed");
    first.send("get k\n");

    EXPECT_EQ(fetches().command(), "GET k");
}

TEST_F(SingleFlightTest, anErrorIsToldToAllAndNotStored) {
    auto first = connectAndSend("get k\n");
    auto second = connectAndSend("get k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    answer("-WRONGTYPE not a string\r\n");
    EXPECT_EQ(first.receiveLine(), "error wrong-type WRONGTYPE not a string");
    EXPECT_EQ(second.receiveLine(), "error wrong-type WRONGTYPE not a string");
    first.send("get k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    answer("-LOADING wait\r\n");

    EXPECT_EQ(first.receiveLine(), "error backend LOADING wait");
}

TEST_F(SingleFlightTest, nobodyJoinsAFetchFromBeforeAWrite) {
    auto before = connectAndSend("get k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    auto writer = connectAndSend("set k new\n");
    EXPECT_EQ(forwards().command(), "SET k new");
    auto after = connectAndSend("get k\n");
    EXPECT_EQ(fetches().command(), "GET k") << "one of its own";
    auto later = connectAndSend("get k\n");
    EXPECT_TRUE(fetches().quiet()) << "which others join";
    answerValue("old");
    EXPECT_EQ(before.receiveLine(), "value old fetched");
    EXPECT_FALSE(isCached("k"));
    answerValue("new");

    EXPECT_EQ(after.receiveLine(), "value new fetched stored");
    EXPECT_EQ(later.receiveLine(), "value new collapsed stored");
}

TEST_F(SingleFlightTest, aFetchThatAWriteOvertookIsNotStored) {
    auto reader = connectAndSend("get k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    auto writer = connectAndSend("set k new\n");
    EXPECT_EQ(forwards().command(), "SET k new");
    forwards().send("+OK\r\n");
    EXPECT_EQ(writer.receiveLine(), "+OK");
    answerValue("old");

    EXPECT_EQ(reader.receiveLine(), "value old fetched");
    EXPECT_FALSE(isCached("k"));
    writer.send("get k\n");
    EXPECT_EQ(fetches().command(), "GET k");
}

TEST_F(SingleFlightTest, whatWasFetchedDuringAWriteGoesWithItsReply) {
    auto writer = connectAndSend("set k new\n");
    EXPECT_EQ(forwards().command(), "SET k new");
    auto reader = connectAndSend("get k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    answerValue("old"); // Redis has not come to the SET yet
    EXPECT_EQ(reader.receiveLine(), "value old fetched stored");
    EXPECT_TRUE(isCached("k"));
    forwards().send("+OK\r\n");
    EXPECT_EQ(writer.receiveLine(), "+OK");

    EXPECT_FALSE(isCached("k"));
}

TEST_F(SingleFlightTest, aFetchThatBeganDuringAWriteIsNotJoinedAfterIt) {
    auto writer = connectAndSend("set k new\n");
    EXPECT_EQ(forwards().command(), "SET k new");
    auto during = connectAndSend("get k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    forwards().send("+OK\r\n");
    EXPECT_EQ(writer.receiveLine(), "+OK");
    writer.send("get k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    answerValue("old");
    answerValue("new");

    EXPECT_EQ(during.receiveLine(), "value old fetched");
    EXPECT_EQ(writer.receiveLine(), "value new fetched stored");
}

// Keys share the counters that a write raises, so any one other key may be touched by it, but hardly all of them.
TEST_F(SingleFlightTest, theFetchesOfOtherKeysAreStored) {
    std::string requests;
    for (const auto* key : {"a", "b", "c", "d"})
        requests += "get " + std::string(key) + "\n";
    auto reader = connectAndSend(requests);
    auto writer = connectAndSend("set k new\n");
    EXPECT_EQ(forwards().command(), "SET k new");
    for (const auto* key : {"a", "b", "c", "d"}) {
        EXPECT_EQ(fetches().command(), "GET " + std::string(key));
        answerValue("1");
    }
    settle();

    EXPECT_TRUE(isCached("a") || isCached("b") || isCached("c") || isCached("d"));
}

TEST_F(SingleFlightTest, aWriteDropsWhatItWritesAndNothingElse) {
    for (const auto* key : {"a", "b", "c"})
        cache(key, "1");
    auto writer = connectAndSend("del a c\n");
    EXPECT_EQ(forwards().command(), "DEL a c");
    EXPECT_FALSE(isCached("a")) << "before Redis has answered";
    EXPECT_FALSE(isCached("c"));
    EXPECT_TRUE(isCached("b"));
    forwards().send(":2\r\n");

    EXPECT_EQ(writer.receiveLine(), ":2");
    EXPECT_TRUE(isCached("b"));
}

TEST_F(SingleFlightTest, aFetchAskedOnceMoreBringsWhatIsTrueThen) {
    auto reader = connectAndSend("get k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    fetches().close();
    auto& anew = links.emplace_back(redis.accept());
    auto writer = connectAndSend("set k new\n");
    EXPECT_EQ(forwards().command(), "SET k new");
    forwards().send("+OK\r\n");
    EXPECT_EQ(writer.receiveLine(), "+OK");
    anew.shakeHands();
    EXPECT_EQ(anew.command(), "GET k");
    answerBy(anew, bulk("new"));

    EXPECT_EQ(reader.receiveLine(), "value new fetched stored");
}

TEST_F(SingleFlightTest, aFetchOutlivesTheOneWhoBeganIt) {
    auto first = connectAndSend("get k\n", tcpPair());
    auto second = connectAndSend("get k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    vanish(first);
    EXPECT_EQ(gate->taken(), 1U) << "the fetch goes on, for the other";
    answerValue("1");

    EXPECT_EQ(second.receiveLine(), "value 1 fetched stored");
    EXPECT_TRUE(gateIsFree());
}

TEST_F(SingleFlightTest, aFetchThatNobodyWaitsForIsStoredAllTheSame) {
    auto first = connectAndSend("get k\n", tcpPair());
    auto second = connectAndSend("get k\n", tcpPair());
    EXPECT_EQ(fetches().command(), "GET k");
    vanish(first);
    vanish(second);
    EXPECT_TRUE(gateIsFree());
    answerValue("1");

    EXPECT_TRUE(eventually([this] { return isCached("k"); }));
}

TEST_F(SingleFlightTest, aFetchThatNobodyWaitsForCanBeJoined) {
    auto first = connectAndSend("get k\n", tcpPair());
    EXPECT_EQ(fetches().command(), "GET k");
    vanish(first);
    auto second = connectAndSend("get k\n");
    EXPECT_TRUE(fetches().quiet());
    answerValue("1");

    EXPECT_EQ(second.receiveLine(), "value 1 fetched stored");
    EXPECT_TRUE(gateIsFree());
}

} // namespace

} // namespace nearcache::test
