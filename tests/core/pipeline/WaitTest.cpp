// Requests that wait in Redis by design, and what stands behind them.

#include "PipelineFixture.h"

#include <atomic>
#include <system_error>
#include <thread>

namespace nearcache::test {

namespace {

constexpr Milliseconds timeout{200};

class WaitTest : public PipelineTest {
  protected:
    WaitTest() { start({.parallel = 2, .timeout = timeout}); }

    /// A client whose request waits, with these behind it.
    Peer waitingClient(const std::string& behind = "", Pair pair = unixPair()) {
        auto client = connectAndSend("own wait release do BLPOP\n" + behind, std::move(pair));
        own = &joinOwn();
        EXPECT_EQ(own->command(), "BLPOP");
        return client;
    }

    void letTimeOutPass() {
        const auto begin = Clock::now();
        EXPECT_TRUE(eventually([&] { return Clock::now() - begin > 2 * timeout; }));
        settle();
    }

    PipelineLink* own = nullptr;
};

TEST_F(WaitTest, itHasNoTimeOut) {
    auto client = waitingClient();
    letTimeOutPass();
    EXPECT_TRUE(client.quiet());
    EXPECT_EQ(gate->taken(), 0U);
    own->send("*0\r\n");

    EXPECT_EQ(client.receiveLine(), "*0");
}

TEST_F(WaitTest, norHaveThoseBehindIt) {
    auto client = waitingClient("get k\nset k 1\nsay hello\nown release do EXEC\n");
    letTimeOutPass();
    EXPECT_TRUE(client.quiet());
    own->send("*0\r\n");
    EXPECT_EQ(client.receiveLine(), "*0");
    EXPECT_EQ(fetches().command(), "GET k");
    answerValue("1");
    EXPECT_EQ(client.receiveLine(), "value 1 fetched stored");
    EXPECT_EQ(forwards().command(), "SET k 1");
    forwards().send("+OK\r\n");
    EXPECT_EQ(client.receiveLine(), "+OK");
    EXPECT_EQ(client.receiveLine(), "hello");
    answerPing(*own);
    EXPECT_EQ(own->command(), "EXEC");
}

TEST_F(WaitTest, theTimeOfThoseBehindItBeginsAnewAtItsEnd) {
    auto client = waitingClient("get k\n");
    letTimeOutPass();
    own->send("*0\r\n");
    EXPECT_EQ(client.receiveLine(), "*0");
    EXPECT_EQ(fetches().command(), "GET k");
    const auto begin = Clock::now();

    EXPECT_EQ(client.receiveLine(), "error timed-out no answer within backend.request_timeout");
    EXPECT_GE(Clock::now() - begin, timeout / 2);
    EXPECT_TRUE(gateIsFree());
}

TEST_F(WaitTest, whatCameLaterIsSuspendedToo) {
    auto client = waitingClient();
    client.send("get k\n");
    letTimeOutPass();
    EXPECT_TRUE(client.quiet());
    own->send("*0\r\n");
    EXPECT_EQ(client.receiveLine(), "*0");
    EXPECT_EQ(fetches().command(), "GET k");
    answerValue("1");

    EXPECT_EQ(client.receiveLine(), "value 1 fetched stored");
}

TEST_F(WaitTest, thoseBeforeItHaveTheirTime) {
    auto client = connectAndSend("get k\nown wait release do BLPOP\n");
    EXPECT_EQ(fetches().command(), "GET k");
    EXPECT_EQ(client.receiveLine(), "error timed-out no answer within backend.request_timeout");
    own = &joinOwn();
    EXPECT_EQ(own->command(), "BLPOP");
    own->send("*0\r\n");

    EXPECT_EQ(client.receiveLine(), "*0");
}

TEST_F(WaitTest, itEndsWithItsClient) {
    auto client = waitingClient("get k\nset k 1\n");
    client.close();

    EXPECT_TRUE(own->ended()) << "or it would take an element that nobody gets";
    EXPECT_TRUE(eventually([this] { return budget.open() == 0; }));
    EXPECT_TRUE(gateIsFree());
    EXPECT_EQ(limit.open(), 0U);
    EXPECT_TRUE(forwards().quiet());
    EXPECT_TRUE(fetches().quiet());
}

TEST_F(WaitTest, itEndsWithItsClientsReset) {
    auto client = waitingClient("get k\n", tcpPair());
    vanish(client);

    EXPECT_TRUE(own->ended());
    EXPECT_TRUE(eventually([this] { return budget.open() == 0; }));
}

// It was to give its link back anyway: nothing of the client's is lost.
TEST_F(WaitTest, aLostLinkEndsItAndItsClientGoesOn) {
    auto client = waitingClient("get k\n");
    own->close();
    EXPECT_EQ(client.receiveLine(),
              "error unavailable Redis closed the connection; the command may have been executed");
    EXPECT_TRUE(eventually([this] { return budget.open() == 0; }));
    EXPECT_EQ(fetches().command(), "GET k");
    answerValue("1");

    EXPECT_EQ(client.receiveLine(), "value 1 fetched stored");
}

// Nobody knows what has become of it: neither its client nor any other may go on by that link.
TEST_F(WaitTest, anOwnCommandWithoutAnAnswerInTimeEndsItsClient) {
    auto client = connectAndSend("own do AUTH\nown do WHOAMI\n");
    own = &joinOwn();
    EXPECT_EQ(own->command(), "AUTH");
    EXPECT_EQ(own->command(), "WHOAMI");
    EXPECT_THAT(client.receiveLine(), testing::StartsWith("error timed-out "));
    EXPECT_THAT(client.receiveLine(), testing::StartsWith("error timed-out "));
    EXPECT_EQ(client.receiveRest(), "");
    client.close();
    EXPECT_EQ(own->command(), "PING");
    own->send("+OK\r\n+adm\r\n+PONG\r\n");
    EXPECT_TRUE(own->ended());
    auto other = connectAndSend("own do MULTI\n");
    EXPECT_EQ(joinOwn().command(), "MULTI");
}

TEST_F(WaitTest, whatIsBehindAnOwnCommandThatHasFailedIsNotSent) {
    auto client = connectAndSend("own do SELECT\n");
    own = &joinOwn();
    EXPECT_EQ(own->command(), "SELECT");
    letTimeOutPass();
    client.send("own do SET\n");
    EXPECT_THAT(client.receiveLine(), testing::StartsWith("error timed-out "));
    EXPECT_EQ(client.receiveRest(), "") << "it is not even read";
    EXPECT_TRUE(own->quiet());
}

TEST_F(WaitTest, whatOthersAskForDoesNotWait) {
    auto client = waitingClient();
    auto other = connectAndSend("set k 1\n");
    EXPECT_EQ(forwards().command(), "SET k 1");
    forwards().send("+OK\r\n");

    EXPECT_EQ(other.receiveLine(), "+OK");
}

/// What comes unasked, and what may come between.
class UnaskedTest : public PipelineTest {
  protected:
    UnaskedTest() {
        start();
        cache("hit", "1");
    }

    static constexpr std::string_view firstHalf = "*3\r\n$7\r\nmes";
    static constexpr std::string_view secondHalf = "sage\r\n$1\r\nc\r\n$2\r\nhi\r\n";

    /// A client that has got half of a message.
    Peer clientAmid(Pair pair = unixPair()) {
        auto client = connectAndSend("own stream do SUBSCRIBE\n", std::move(pair));
        own = &joinOwn();
        EXPECT_EQ(own->command(), "SUBSCRIBE");
        own->send(firstHalf);
        EXPECT_EQ(client.receive(firstHalf.size()), firstHalf);
        return client;
    }

    /// This comes right behind the message, and not before its end.
    void expectBehind(Peer& client, const std::string& request, const std::string& reply) {
        client.send(request);
        settle();
        EXPECT_TRUE(client.quiet());
        own->send(secondHalf);
        EXPECT_EQ(client.receive(secondHalf.size() + reply.size()), std::string(secondHalf) + reply);
    }

    PipelineLink* own = nullptr;
};

TEST_F(UnaskedTest, anAnswerDoesNotComeAmidAMessage) {
    auto client = clientAmid();
    expectBehind(client, "say hello\nsay more\n", "hello\nmore\n");
}

TEST_F(UnaskedTest, norDoesAHit) {
    auto client = clientAmid();
    expectBehind(client, "get hit\n", "value 1 hit\n");
}

TEST_F(UnaskedTest, norDoSeveral) {
    auto client = clientAmid();
    expectBehind(client, "mget hit hit\nget hit\n", "1/2 value 1 hit\n2/2 value 1 hit\nvalue 1 hit\n");
}

TEST_F(UnaskedTest, norAReplyFromRedis) {
    auto client = clientAmid();
    client.send("get miss\n");
    EXPECT_EQ(fetches().command(), "GET miss");
    answerValue("2");
    settle();
    EXPECT_TRUE(client.quiet());
    own->send(secondHalf);

    EXPECT_EQ(client.receive(secondHalf.size()), secondHalf);
    EXPECT_EQ(client.receiveLine(), "value 2 fetched stored");
}

TEST_F(UnaskedTest, norPiecesOfOne) {
    auto client = clientAmid();
    client.send("do LRANGE\n");
    EXPECT_EQ(forwards().command(), "LRANGE");
    forwards().send("$5\r\nhe");
    settle();
    EXPECT_TRUE(client.quiet());
    own->send(secondHalf);
    EXPECT_EQ(client.receive(secondHalf.size() + 6), std::string(secondHalf) + "$5\r\nhe");
    forwards().send("llo\r\n");

    EXPECT_EQ(client.receiveLine(), "llo");
}

// RESP3: pushes come beside replies, of the same link or of others.
TEST_F(UnaskedTest, aMessageDoesNotComeAmidAReply) {
    auto client = connectAndSend("own pushes three do SUBSCRIBE\nthree own do LRANGE\n");
    own = &joinOwn();
    EXPECT_EQ(own->command(), "SUBSCRIBE");
    EXPECT_EQ(own->command(), "HELLO");
    EXPECT_EQ(own->command(), "LRANGE");
    own->send(">1\r\n+a\r\n%0\r\n$5\r\nhe");
    EXPECT_EQ(client.receive(14), ">1\r\n+a\r\n$5\r\nhe");
    own->send("llo\r\n>1\r\n+b\r\n");
    EXPECT_EQ(client.receive(13), "llo\r\n>1\r\n+b\r\n");
    client.send("do LLEN\n");
    EXPECT_EQ(forwards().command(), "LLEN");
    forwards().send("$5\r\nhe");
    EXPECT_EQ(client.receive(6), "$5\r\nhe");
    own->send(">1\r\n+c\r\n");
    settle();
    EXPECT_TRUE(client.quiet());
    forwards().send("llo\r\n");

    EXPECT_EQ(client.receive(13), "llo\r\n>1\r\n+c\r\n");
}

// The messages of a client whose reply does not end wait in Redis, too.
TEST_F(UnaskedTest, messagesBehindAReplyAreNotCollected) {
    auto client = connectAndSend("own pushes three do SUBSCRIBE\n");
    own = &joinOwn();
    EXPECT_EQ(own->command(), "SUBSCRIBE");
    own->send("%0\r\n");
    client.send("do LRANGE\n");
    EXPECT_EQ(forwards().command(), "LRANGE");
    forwards().send("$5\r\nhe");
    EXPECT_EQ(client.receive(6), "$5\r\nhe");
    const std::string message = ">1\r\n$1000000\r\n" + std::string(1'000'000, 'x') + "\r\n";
    std::atomic<int> sent = 0;
    std::thread redisSide([&] {
        try {
            for (; sent < 8; ++sent)
                own->send(message);
        } catch (const std::system_error&) {
            sent = -1;
        }
    });
    EXPECT_TRUE(eventually([&] { return sent >= 1; }));
    settle();
    EXPECT_LT(sent, 8);
    forwards().send("llo\r\n");
    EXPECT_EQ(client.receive(5), "llo\r\n");
    for (int i = 0; i < 8; ++i)
        EXPECT_TRUE(client.receive(message.size()) == message);
    redisSide.join();

    EXPECT_EQ(sent, 8);
}

TEST_F(UnaskedTest, aLinkThatIsLostAmidAMessageClosesItsClient) {
    auto client = clientAmid();
    client.send("say hello\n");
    settle();
    own->close();

    EXPECT_EQ(client.receiveRest(), "");
    EXPECT_TRUE(eventually([this] { return limit.open() == 0 && budget.open() == 0; }));
}

TEST_F(UnaskedTest, aReleaseWaitsForTheEndOfAMessageAndThoseBehindForIt) {
    auto client = clientAmid();
    client.send("release say reset\nown do MULTI\n");
    settle();
    EXPECT_TRUE(client.quiet());
    EXPECT_TRUE(redis.quiet());
    const auto ping = own->command();
    own->send(std::string(secondHalf) + "$32\r\n" + ping.substr(5) + "\r\n");
    EXPECT_EQ(client.receive(secondHalf.size() + 6), std::string(secondHalf) + "reset\n");
    auto& next = joinOwn();

    EXPECT_TRUE(own->ended());
    EXPECT_EQ(next.command(), "MULTI");
}

TEST_F(UnaskedTest, aClientThatVanishesAmidAMessageLeavesNothing) {
    auto client = clientAmid(tcpPair());
    client.send("say hello\nget miss\n");
    EXPECT_EQ(fetches().command(), "GET miss");
    vanish(client);

    EXPECT_TRUE(own->ended());
    EXPECT_TRUE(eventually([this] { return budget.open() == 0; }));
    EXPECT_TRUE(gateIsFree());
}

TEST_F(UnaskedTest, aClientThatVanishesWhileItsStreamEndsLeavesNothing) {
    auto client = connectAndSend("own stream do SUBSCRIBE\nown stream release do UNSUBSCRIBE\nset k 1\n", tcpPair());
    own = &joinOwn();
    EXPECT_EQ(own->command(), "SUBSCRIBE");
    EXPECT_EQ(own->command(), "UNSUBSCRIBE");
    vanish(client);

    EXPECT_TRUE(eventually([this] { return budget.open() == 0; }));
    EXPECT_TRUE(gateIsFree());
    EXPECT_TRUE(forwards().quiet());
}

TEST_F(UnaskedTest, aClientThatVanishesBeforeItsLinkIsThereLeavesNothing) {
    auto client = connectAndSend("own do MULTI\nown do EXEC\n", tcpPair());
    EXPECT_EQ(budget.open(), 1U);
    vanish(client);

    EXPECT_TRUE(eventually([this] { return budget.open() == 0; }));
    EXPECT_TRUE(gateIsFree());
}

} // namespace

} // namespace nearcache::test
