#include "backend/ForwardLink.h"

#include "LinkFixture.h"

#include <gmock/gmock.h>

namespace nearcache::test {

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A command that writes down what becomes of it: `a: +OK\r\n.` (a dot where the reply ends), `a failed, sent: …`.
class Command : public PendingForward {
  public:
    Command(std::string itsName, std::vector<std::string>& log) : _name(std::move(itsName)), _log(log) {}

    void onPiece(std::string_view piece, bool last) override {
        _log.push_back(_name + ": " + std::string(piece) + (last ? "." : ""));
    }

    void onFailure(const std::string& why, bool sent) override {
        _log.push_back(_name + (sent ? " failed, sent: " : " failed: ") + why);
    }

  private:
    const std::string _name;
    std::vector<std::string>& _log;
};

class ForwardLinkTest : public LinkFixture<ForwardLink> {
  protected:
    ~ForwardLinkTest() override { stop(); } // before what is written down goes

    /// Forwards a command of one word.
    std::shared_ptr<Command> forward(const std::string& name) {
        auto request = std::make_shared<Command>(name, log);
        runner.call([&] { link->forward("*1\r\n$" + std::to_string(name.size()) + "\r\n" + name + "\r\n", request); });
        return request;
    }

    bool withdraw(const PendingForward& request) {
        return runner.call([&] { return link->withdraw(request); });
    }

    /// What came so far, once it is so much.
    std::vector<std::string> reports(std::size_t count) {
        EXPECT_TRUE(eventually([&] { return runner.call([&] { return log.size(); }) >= count; }));
        return reports();
    }

    std::vector<std::string> reports() {
        runner.settle();
        return runner.call([this] { return log; });
    }

    std::vector<std::string> log;
};

TEST_F(ForwardLinkTest, passesACommandAndItsReplyOn) {
    auto end = startAndJoin();
    forward("a");
    EXPECT_EQ(end.command(), "a");
    EXPECT_THAT(reports(), IsEmpty());
    end.send("+OK\r\n");

    EXPECT_THAT(reports(1), ElementsAre("a: +OK\r\n."));
}

TEST_F(ForwardLinkTest, passesOnWhatThereIsOfAReply) {
    auto end = startAndJoin();
    forward("a");
    end.send("*2\r\n$5\r\nhe");
    EXPECT_THAT(reports(1), ElementsAre("a: *2\r\n$5\r\nhe"));
    end.send("llo\r\n:1\r");
    EXPECT_EQ(reports(2).back(), "a: llo\r\n:1\r");
    end.send("\n");

    EXPECT_EQ(reports(3).back(), "a: \n.");
}

TEST_F(ForwardLinkTest, tellsRepliesThatComeTogetherApart) {
    auto end = startAndJoin();
    for (const auto* name : {"a", "b", "c"})
        forward(name);
    end.send("$-1\r\n*1\r\n*0\r\n-ERR ");

    EXPECT_THAT(reports(3), ElementsAre("a: $-1\r\n.", "b: *1\r\n*0\r\n.", "c: -ERR "));
}

TEST_F(ForwardLinkTest, keepsCommandsUntilItIsReady) {
    start();
    forward("a");
    forward("b");
    auto end = redis.accept();
    end.shakeHands();

    EXPECT_EQ(end.command(), "a");
    EXPECT_EQ(end.command(), "b");
}

TEST_F(ForwardLinkTest, failsAtOnceWhileRedisIsAway) {
    redis.goAway();
    start();
    EXPECT_TRUE(becomes(Link::State::Away));
    forward("a");

    EXPECT_EQ(runner.call([this] { return log.size(); }), 1U) << "within the call";
    EXPECT_THAT(reports(), ElementsAre("a failed: No such file or directory"));
}

TEST_F(ForwardLinkTest, failsWhatWaitsWhenRedisTurnsOutToBeAway) {
    start();
    forward("a");
    auto end = redis.accept();
    end.send("+OK\r\n-LOADING\r\n");

    EXPECT_THAT(reports(1), ElementsAre("a failed: Redis refused PING: LOADING"));
}

TEST_F(ForwardLinkTest, neverSendsACommandAgain) {
    auto first = startAndJoin();
    forward("a");
    forward("b");
    EXPECT_EQ(first.command(), "a");
    EXPECT_EQ(first.command(), "b");
    first.close();
    EXPECT_THAT(reports(2), ElementsAre("a failed, sent: Redis closed the connection",
                                        "b failed, sent: Redis closed the connection"));
    forward("c");
    auto second = redis.accept();
    second.shakeHands();

    EXPECT_EQ(second.command(), "c");
    second.send("+OK\r\n");
    EXPECT_EQ(reports(3).back(), "c: +OK\r\n.");
}

TEST_F(ForwardLinkTest, failsACommandWhoseReplyBreaksOff) {
    auto first = startAndJoin();
    forward("a");
    EXPECT_EQ(first.command(), "a");
    first.send("$100\r\nhalf");
    EXPECT_THAT(reports(1), ElementsAre("a: $100\r\nhalf"));
    first.close();
    EXPECT_EQ(reports(2).back(), "a failed, sent: Redis closed the connection");
    auto second = join();
    forward("b");
    second.send("+OK\r\n");

    EXPECT_EQ(reports(3).back(), "b: +OK\r\n.") << "nothing is left of the old reply";
}

TEST_F(ForwardLinkTest, isLostWhenAReplyIsNotResp) {
    auto end = startAndJoin();
    forward("a");
    EXPECT_EQ(end.command(), "a");
    end.send("garbage\r\n");

    EXPECT_THAT(reports(1), ElementsAre("a failed, sent: a reply is not RESP"));
    EXPECT_TRUE(end.ended());
}

TEST_F(ForwardLinkTest, isLostWhenAReplyComesThatNothingWasAskedFor) {
    auto end = startAndJoin();
    end.send("+OK\r\n");

    EXPECT_TRUE(end.ended());
    EXPECT_THAT(reports(), IsEmpty());
}

TEST_F(ForwardLinkTest, isLostWhenMoreRepliesComeThanWereAskedFor) {
    auto end = startAndJoin();
    forward("a");
    EXPECT_EQ(end.command(), "a");
    end.send("+OK\r\n+OK\r\n");

    EXPECT_THAT(reports(1), ElementsAre("a: +OK\r\n."));
    EXPECT_TRUE(end.ended());
}

TEST_F(ForwardLinkTest, takesBackWhatWasNotSent) {
    start();
    const auto first = forward("a");
    const auto second = forward("b");
    EXPECT_TRUE(withdraw(*first));
    EXPECT_FALSE(withdraw(*first));
    auto end = redis.accept();
    end.shakeHands();
    EXPECT_EQ(end.command(), "b");
    EXPECT_FALSE(withdraw(*second)) << "it is on its way";
    end.send("+OK\r\n");

    EXPECT_THAT(reports(1), ElementsAre("b: +OK\r\n."));
}

TEST_F(ForwardLinkTest, takesOnlySoMuchThatRedisDoesNotTake) {
    const auto redisEnd = startAndJoin(); // which reads nothing from now on
    constexpr std::size_t socketTakes = std::size_t{8} * 1024 * 1024;
    forward(std::string(ForwardLink::maxUnsent + socketTakes, 'x'));
    forward("b");

    EXPECT_THAT(reports(1), ElementsAre("b failed: Redis takes no more commands for now"));
}

} // namespace

} // namespace nearcache::test
