// Clients that do not take what they have asked for: what waits for them waits in Redis, and nobody waits with them.

#include "PipelineFixture.h"

#include "net/Connection.h"

#include <atomic>
#include <thread>

namespace nearcache::test {

namespace {

/// Sends more than all buffers on the way to a client together hold, on a thread; the test ends when it is sent.
class LongReply {
  public:
    static constexpr std::size_t size = std::size_t{8} * 1024 * 1024;

    explicit LongReply(FakeLink& link)
        : _thread([this, &link] {
              try {
                  link.send(head() + std::string(size, 'x') + "\r\n");
                  _sent = true;
              } catch (const std::system_error&) {
                  _sent = false; // the link was ended
              }
          }) {}
    ~LongReply() { _thread.join(); }

    static std::string head() { return "$" + std::to_string(size) + "\r\n"; }
    static std::string whole() { return head() + std::string(size, 'x') + "\r\n"; }

    [[nodiscard]] bool sent() const { return _sent; }

  private:
    std::atomic<bool> _sent = false;
    std::thread _thread;
};

class StallTest : public PipelineTest {
  protected:
    explicit StallTest(Milliseconds timeout = patience) { start({.timeout = timeout}); }

    /// Has a client ask for a long reply that it does not read.
    Peer stalledClient(Pair pair = unixPair()) {
        auto client = connectAndSend("do GETRANGE\nsay next\n", std::move(pair));
        EXPECT_EQ(forwards().command(), "GETRANGE");
        return client;
    }

    /// The link that takes the place of the one held back.
    PipelineLink& joinReplacement() { return accept(); }
};

TEST_F(StallTest, aReplyThatIsNotTakenWaitsInRedis) {
    auto client = stalledClient();
    const LongReply reply(forwards());
    joinReplacement();
    EXPECT_FALSE(reply.sent());
    const auto expected = LongReply::whole() + "next\n";

    EXPECT_TRUE(client.receive(expected.size()) == expected);
    EXPECT_TRUE(eventually([&] { return reply.sent(); }));
    EXPECT_TRUE(gateIsFree());
}

TEST_F(StallTest, othersGoByANewLink) {
    auto client = stalledClient();
    const LongReply reply(forwards());
    auto& other = joinReplacement();
    EXPECT_EQ(budget.open(), 1U);
    auto next = connectAndSend("set k 1\n");
    EXPECT_EQ(other.command(), "SET k 1");
    other.send("+OK\r\n");
    EXPECT_EQ(next.receiveLine(), "+OK");

    const auto expected = LongReply::whole() + "next\n";
    EXPECT_TRUE(client.receive(expected.size()) == expected);
    EXPECT_TRUE(eventually([this] { return budget.open() == 0; })) << "it is closed when it has nothing left to do";
    EXPECT_TRUE(forwards().ended());
}

TEST_F(StallTest, thoseBehindItWaitForItAndAreAnswered) {
    auto client = stalledClient();
    auto behind = connectAndSend("do LLEN\n");
    EXPECT_EQ(forwards().command(), "LLEN");
    {
        const LongReply reply(forwards());
        joinReplacement();
        EXPECT_TRUE(behind.quiet());
        EXPECT_EQ(client.receive(LongReply::whole().size()).size(), LongReply::whole().size());
    }
    forwards().send(":7\r\n");

    EXPECT_EQ(behind.receiveLine(), ":7");
}

TEST_F(StallTest, whatComesBeforeItsTurnIsNotCollected) {
    auto client = connectAndSend("get slow\ndo GETRANGE\nsay next\n");
    EXPECT_EQ(fetches().command(), "GET slow");
    EXPECT_EQ(forwards().command(), "GETRANGE");
    const LongReply reply(forwards());
    joinReplacement();
    EXPECT_FALSE(reply.sent()) << "it waits for the GET in Redis, not here";
    EXPECT_TRUE(client.quiet());
    answerValue("1");
    const auto expected = "value 1 fetched stored\n" + LongReply::whole() + "next\n";

    EXPECT_TRUE(client.receive(expected.size()) == expected);
    EXPECT_TRUE(gateIsFree());
}

TEST_F(StallTest, aClientThatVanishesLetsItsLinkGoOn) {
    auto client = stalledClient(tcpPair());
    auto behind = connectAndSend("do LLEN\n");
    EXPECT_EQ(forwards().command(), "LLEN");
    {
        const LongReply reply(forwards());
        joinReplacement();
        client.reset();
    }
    forwards().send(":7\r\n");

    EXPECT_EQ(behind.receiveLine(), ":7");
    EXPECT_TRUE(gateIsFree());
    EXPECT_TRUE(eventually([this] { return budget.open() == 0; }));
}

TEST_F(StallTest, withoutRoomForAnotherLinkOthersWait) {
    EXPECT_TRUE(budget.take());
    EXPECT_TRUE(budget.take());
    auto client = stalledClient();
    auto other = connectAndSend("do LLEN\n");
    EXPECT_EQ(forwards().command(), "LLEN");
    {
        const LongReply reply(forwards());
        EXPECT_EQ(client.receive(LongReply::whole().size()).size(), LongReply::whole().size());
    }
    forwards().send(":7\r\n");

    EXPECT_EQ(other.receiveLine(), ":7");
    EXPECT_TRUE(redis.quiet());
    EXPECT_EQ(budget.open(), 2U);
}

TEST_F(StallTest, anOwnRoadIsHeldBackAlone) {
    auto client = connectAndSend("own stream do MONITOR\n");
    auto& own = joinOwn();
    EXPECT_EQ(own.command(), "MONITOR");
    const LongReply reply(own);
    auto other = connectAndSend("set k 1\n");
    EXPECT_EQ(forwards().command(), "SET k 1");
    forwards().send("+OK\r\n");
    EXPECT_EQ(other.receiveLine(), "+OK");
    EXPECT_FALSE(reply.sent());

    EXPECT_TRUE(client.receive(LongReply::whole().size()) == LongReply::whole());
    EXPECT_TRUE(redis.quiet());
}

class StallTimeoutTest : public StallTest {
  protected:
    StallTimeoutTest() : StallTest(Milliseconds{500}) {}
};

TEST_F(StallTimeoutTest, aClientThatTakesNothingIsClosedAndItsLinkGoesOn) {
    auto client = stalledClient();
    {
        const LongReply reply(forwards());
        joinReplacement();
        EXPECT_TRUE(eventually([this] { return limit.open() == 0; }));
    }
    EXPECT_TRUE(gateIsFree());
    EXPECT_TRUE(eventually([this] { return budget.open() == 0; }));
}

} // namespace

} // namespace nearcache::test
