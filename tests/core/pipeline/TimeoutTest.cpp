// `backend.request_timeout`: in each state of a request; what was its own is free then, and nothing else is harmed.

#include "PipelineFixture.h"

namespace nearcache::test {

namespace {

const std::string timedOut = "error timed-out no answer within backend.request_timeout";
const std::string timedOutUnderWay = timedOut + "; the command may have been executed";

class TimeoutTest : public PipelineTest {
  protected:
    explicit TimeoutTest(Milliseconds itsTimeout = Milliseconds{200}) : timeout(itsTimeout) {
        start({.parallel = 2, .timeout = timeout});
    }

    static void expectTimeOuts(Peer& client, int count) {
        for (int i = 0; i < count; ++i)
            EXPECT_THAT(client.receiveLine(), testing::StartsWith(timedOut));
    }

    const Milliseconds timeout;
};

/// For what has to be done while another request has time left.
class LongTimeoutTest : public TimeoutTest {
  protected:
    LongTimeoutTest() : TimeoutTest(Milliseconds{1000}) {}

    void letHalfOfItPass() {
        const auto begin = Clock::now();
        EXPECT_TRUE(eventually([&] { return Clock::now() - begin > timeout / 2; }));
    }
};

TEST_F(TimeoutTest, comesNotBeforeItsTime) {
    const auto begin = Clock::now();
    auto client = connectAndSend("get a\n");
    expectTimeOuts(client, 1);

    EXPECT_GE(Clock::now() - begin, timeout);
}

TEST_F(TimeoutTest, endsAFetchThatIsUnderWay) {
    auto client = connectAndSend("get a\n");
    EXPECT_EQ(fetches().command(), "GET a");
    expectTimeOuts(client, 1);

    EXPECT_EQ(gate->taken(), 0U);
}

TEST_F(TimeoutTest, endsACommandThatIsUnderWay) {
    auto client = connectAndSend("set a 1\n");
    EXPECT_EQ(forwards().command(), "SET a 1");

    EXPECT_EQ(client.receiveLine(), timedOutUnderWay);
    EXPECT_TRUE(gateIsFree());
}

TEST_F(TimeoutTest, endsAFetchThatWaitsForASlot) {
    auto client = connectAndSend("get a\nget b\nget c\nget d\n");
    EXPECT_EQ(fetches().command(), "GET a");
    EXPECT_EQ(fetches().command(), "GET b");
    expectTimeOuts(client, 4);
    EXPECT_TRUE(gateIsFree());
    client.send("get e\n");

    EXPECT_EQ(fetches().command(), "GET e") << "c and d were never sent";
}

TEST_F(TimeoutTest, endsACommandThatWaitsForASlot) {
    auto client = connectAndSend("set a 1\nset b 1\nset c 1\n");
    EXPECT_EQ(forwards().command(), "SET a 1");
    EXPECT_EQ(forwards().command(), "SET b 1");
    expectTimeOuts(client, 2);
    EXPECT_EQ(client.receiveLine(), timedOut) << "it was not sent";
    EXPECT_TRUE(gateIsFree());
    client.send("set d 1\n");

    EXPECT_EQ(forwards().command(), "SET d 1") << "c was never sent";
}

TEST_F(TimeoutTest, endsARequestThatWaitsForItsOwnConnection) {
    auto client = connectAndSend("set k 1\nget k\nget other\n");
    EXPECT_EQ(forwards().command(), "SET k 1");
    expectTimeOuts(client, 3);

    EXPECT_TRUE(gateIsFree());
}

TEST_F(LongTimeoutTest, letsThoseFollowWhoWaited) {
    auto client = connectAndSend("set k 1\n");
    EXPECT_EQ(forwards().command(), "SET k 1");
    letHalfOfItPass();
    client.send("get k\n");
    EXPECT_EQ(client.receiveLine(), timedOutUnderWay);
    EXPECT_EQ(fetches().command(), "GET k") << "it came later, and has time left";
    answerValue("1");

    EXPECT_EQ(client.receiveLine(), "value 1 fetched stored");
}

TEST_F(TimeoutTest, storesWhatComesLate) {
    auto client = connectAndSend("get a\n");
    EXPECT_EQ(fetches().command(), "GET a");
    expectTimeOuts(client, 1);
    answerValue("1");
    EXPECT_TRUE(eventually([this] { return isCached("a"); }));
    client.send("get a\n");

    EXPECT_EQ(client.receiveLine(), "value 1 hit");
}

TEST_F(TimeoutTest, sendsNothingWhoseTimeHasRunOut) {
    auto client = connectAndSend("get k\nset k 1\nget k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    expectTimeOuts(client, 3);
    settle();

    EXPECT_TRUE(redisIsQuiet()) << "the end of the first one made no way for the others";
    EXPECT_TRUE(gateIsFree());
}

TEST_F(LongTimeoutTest, doesNotGiveALateReplyToTheNextRequest) {
    auto client = connectAndSend("set a 1\ndo one\nget a\n");
    EXPECT_EQ(forwards().command(), "SET a 1");
    EXPECT_EQ(forwards().command(), "one");
    expectTimeOuts(client, 3);
    client.send("do two\nget b\n");
    EXPECT_EQ(forwards().command(), "two");
    forwards().send("+OK\r\n+1\r\n+2\r\n");
    EXPECT_EQ(client.receiveLine(), "+2");
    EXPECT_EQ(fetches().command(), "GET b");
    answerValue("b");

    EXPECT_EQ(client.receiveLine(), "value b fetched stored");
}

TEST_F(TimeoutTest, dropsWhatALateCommandHasWritten) {
    auto client = connectAndSend("set k new\n");
    EXPECT_EQ(forwards().command(), "SET k new");
    expectTimeOuts(client, 1);
    const auto hash = hashKey("k");
    EXPECT_TRUE(store->fill({.key = "k", .hash = hash, .value = "old", .token = store->token(hash)}, Clock::now()));
    forwards().send("+OK\r\n");

    EXPECT_TRUE(eventually([this] { return !isCached("k"); }));
}

TEST_F(TimeoutTest, closesAConnectionThatHasHalfOfAReply) {
    auto client = connectAndSend("do LRANGE\n");
    EXPECT_EQ(forwards().command(), "LRANGE");
    forwards().send("$100\r\nhalf");

    EXPECT_EQ(client.receiveRest(), "$100\r\nhalf");
    EXPECT_TRUE(gateIsFree());
}

TEST_F(TimeoutTest, answersWhoseReplyHasNotBegunToBePassedOn) {
    auto client = connectAndSend("get a\ndo LRANGE\n");
    EXPECT_EQ(forwards().command(), "LRANGE");
    forwards().send("$100\r\nhalf"); // it is not its turn

    expectTimeOuts(client, 2);
    EXPECT_TRUE(gateIsFree());
}

TEST_F(LongTimeoutTest, isOfAReplyThatDoesNotGoOn) {
    auto client = connectAndSend("do LRANGE\n");
    EXPECT_EQ(forwards().command(), "LRANGE");
    forwards().send("$6\r\n");
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(client.receive(i == 0 ? 4 : 2), i == 0 ? "$6\r\n" : "ab");
        letHalfOfItPass();
        forwards().send("ab");
    }
    forwards().send("\r\n");

    EXPECT_EQ(client.receive(4), "ab\r\n");
}

TEST_F(LongTimeoutTest, leavesOthersTheFetchTheyShare) {
    auto first = connectAndSend("get k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    letHalfOfItPass();
    auto second = connectAndSend("get k\n");
    expectTimeOuts(first, 1);
    answerValue("1");

    EXPECT_EQ(second.receiveLine(), "value 1 fetched stored");
    EXPECT_TRUE(gateIsFree());
}

TEST_F(TimeoutTest, endsRequestsOnLinksThatAreNotThereYet) {
    fetches().close();
    forwards().close();
    auto client = connectAndSend("get a\nset b 1\n"); // Redis does not take the new links
    expectTimeOuts(client, 2);
    EXPECT_TRUE(gateIsFree());
    links.clear();
    for (int i = 0; i < 2; ++i)
        join();
    settle();

    EXPECT_TRUE(redisIsQuiet()) << "what has timed out is not sent any more";
}

TEST_F(TimeoutTest, silencesSilentRequests) {
    auto client = connectAndSend("quiet get a\nquiet set b 1\nsay hello\n");

    EXPECT_EQ(client.receiveLine(), "hello");
    EXPECT_TRUE(gateIsFree());
}

} // namespace

} // namespace nearcache::test
