#include "backend/ForwardLink.h"

#include "LinkFixture.h"

#include <gmock/gmock.h>

#include <list>

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
    std::unique_ptr<ForwardLink> make(const LinkContext& context) override {
        auto made = std::make_unique<ForwardLink>(context, protocol);
        made->reconnects(!own);
        made->onUnasked = [this](std::string_view piece) {
            log.push_back("unasked: " + std::string(piece) + (link->amidUnasked() ? "" : "."));
        };
        made->onGone = [this](const std::string& why) { log.push_back("gone: " + why); };
        return made;
    }

    unsigned protocol = 2;
    bool own = false;
    ~ForwardLinkTest() override { // before what is written down goes, and what waits
        stop();
        link.reset();
    }

    /// Forwards a command of one word.
    Command& forward(const std::string& name) {
        Command& request = requests.emplace_back(name, log);
        runner.call([&] { link->forward("*1\r\n$" + std::to_string(name.size()) + "\r\n" + name + "\r\n", &request); });
        return request;
    }

    /// One that pushes answer.
    void forwardPushed(const std::string& name) {
        Command& request = requests.emplace_back(name, log);
        runner.call([&] {
            link->forward("*1\r\n$" + std::to_string(name.size()) + "\r\n" + name + "\r\n", &request,
                          ForwardLink::Answer::Pushes);
        });
    }

    void forwardUnanswered(const std::string& name) {
        runner.call([&] { link->forward("*1\r\n$" + std::to_string(name.size()) + "\r\n" + name + "\r\n", nullptr); });
    }

    /// What Redis is to reply so that the stream is left.
    std::string leaveStream(FakeLink& end) {
        runner.call([this] {
            link->stream(true);
            link->leaveStream([this] { log.emplace_back("left"); });
        });
        const auto ping = end.command();
        EXPECT_TRUE(ping.starts_with("PING ")) << ping;
        EXPECT_EQ(ping.size(), 5U + 32U);
        return "$32\r\n" + ping.substr(5) + "\r\n";
    }

    std::size_t pending() {
        return runner.call([this] { return link->pending(); });
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
    std::list<Command> requests;
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
    end.send("+OK\r\n:1\r\n-LOADING\r\n");

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
    const auto& first = forward("a");
    const auto& second = forward("b");
    EXPECT_TRUE(withdraw(first));
    EXPECT_FALSE(withdraw(first));
    auto end = redis.accept();
    end.shakeHands();
    EXPECT_EQ(end.command(), "b");
    EXPECT_FALSE(withdraw(second)) << "it is on its way";
    end.send("+OK\r\n");

    EXPECT_THAT(reports(1), ElementsAre("b: +OK\r\n."));
}

TEST_F(ForwardLinkTest, speaksTheProtocolThatIsWanted) {
    protocol = 3;
    start();
    auto end = redis.accept();
    EXPECT_EQ(end.nextCommand(), "HELLO 3 SETNAME nearcache");
    end.shakeHands();
    EXPECT_TRUE(becomes(Link::State::Ready));

    EXPECT_EQ(runner.call([this] { return link->protocol(); }), 3U);
}

TEST_F(ForwardLinkTest, tellsPushesFromReplies) {
    protocol = 3;
    auto end = startAndJoin();
    forward("a");
    forward("b");
    end.send(">2\r\n+m\r\n+1\r\n:1\r\n>1\r\n+");
    EXPECT_THAT(reports(3), ElementsAre("unasked: >2\r\n+m\r\n+1\r\n.", "a: :1\r\n.", "unasked: >1\r\n+"));
    end.send("x\r\n*2\r\n:1\r\n>1\r\n+in\r\n:2\r\n>0\r\n");

    EXPECT_THAT(reports(6), ElementsAre("unasked: >2\r\n+m\r\n+1\r\n.", "a: :1\r\n.", "unasked: >1\r\n+",
                                        "unasked: x\r\n.", "b: *2\r\n:1\r\n>1\r\n+in\r\n:2\r\n.", "unasked: >0\r\n."))
        << "one within a reply belongs to it";
}

TEST_F(ForwardLinkTest, mayDropWhatComesUnasked) {
    protocol = 3;
    auto end = startAndJoin();
    runner.call([this] { link->onUnasked = nullptr; });
    forward("a");
    end.send(">1\r\n+x\r\n:1\r\n");

    EXPECT_THAT(reports(1), ElementsAre("a: :1\r\n."));
}

TEST_F(ForwardLinkTest, takesPushesOfAConnectionThatHasChangedToResp3) {
    auto end = startAndJoin();
    forward("HELLO");
    forwardPushed("subscribe");
    end.send("%0\r\n>1\r\n+first\r\n%0\r\n");

    EXPECT_THAT(reports(3), ElementsAre("HELLO: %0\r\n.", "unasked: >1\r\n+first\r\n.", "subscribe: ."));
}

TEST_F(ForwardLinkTest, takesNoPushInResp2) {
    auto end = startAndJoin();
    runner.call([this] { link->onUnasked = nullptr; });
    end.send(">1\r\n+x\r\n");

    EXPECT_TRUE(end.ended());
}

TEST_F(ForwardLinkTest, knowsTheEndOfWhatPushesAnswer) {
    protocol = 3;
    auto end = startAndJoin();
    forwardPushed("subscribe");
    forward("a");
    EXPECT_EQ(end.command(), "subscribe");
    EXPECT_EQ(end.command(), "HELLO");
    EXPECT_EQ(end.command(), "a");
    end.send(">1\r\n+b\r\n%1\r\n+proto\r\n:3\r\n:1\r\n");

    EXPECT_THAT(reports(3), ElementsAre("unasked: >1\r\n+b\r\n.", "subscribe: .", "a: :1\r\n."));
    EXPECT_EQ(pending(), 0U);
}

TEST_F(ForwardLinkTest, tellsWhichOneOfThoseWasRefused) {
    protocol = 3;
    auto end = startAndJoin();
    forwardPushed("first");
    forwardPushed("second");
    forward("a");
    end.send(">1\r\n+b\r\n>1\r\n+c\r\n%0\r\n-NOPERM");
    end.send(" no\r\n%0\r\n-ERR a's\r\n");

    EXPECT_THAT(reports(5), ElementsAre("unasked: >1\r\n+b\r\n.", "unasked: >1\r\n+c\r\n.", "first: .",
                                        "second: -NOPERM no\r\n.", "a: -ERR a's\r\n."));
    EXPECT_EQ(pending(), 0U);
}

// What was asked for before a stream is answered before it, whatever its end was asked for before the link was there.
TEST_F(ForwardLinkTest, aStreamIsLeftInItsTurn) {
    protocol = 3;
    start();
    forwardPushed("subscribe");
    forward("a");
    runner.call([this] { link->leaveStream([this] { log.emplace_back("left"); }); });
    auto end = redis.accept();
    end.shakeHands();
    EXPECT_EQ(end.command(), "subscribe");
    EXPECT_EQ(end.command(), "HELLO");
    EXPECT_EQ(end.command(), "a");
    const auto ping = end.command();
    end.send("-NOPERM no\r\n%0\r\n:1\r\n$32\r\n" + ping.substr(5) + "\r\n");

    EXPECT_THAT(reports(3), ElementsAre("subscribe: -NOPERM no\r\n.", "a: :1\r\n.", "left"));
}

TEST_F(ForwardLinkTest, streamsBehindTheRepliesThatAreDue) {
    auto end = startAndJoin();
    forward("a");
    runner.call([this] { link->stream(true); });
    forwardUnanswered("subscribe");
    end.send(":1\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n+OK\r\n");

    EXPECT_THAT(reports(3),
                ElementsAre("a: :1\r\n.", "unasked: *3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n.", "unasked: +OK\r\n."));
}

TEST_F(ForwardLinkTest, streamsFromItsBeginning) {
    start();
    runner.call([this] { link->stream(true); });
    forwardUnanswered("monitor");
    auto end = redis.accept();
    end.shakeHands();
    EXPECT_EQ(end.command(), "monitor");
    end.send("+OK\r\n");

    EXPECT_THAT(reports(1), ElementsAre("unasked: +OK\r\n."));
}

TEST_F(ForwardLinkTest, leavesTheStreamWithTheReplyToItsOwnPing) {
    auto end = startAndJoin();
    const auto farewell = leaveStream(end);
    end.send("$32\r\n0123456789abcdef0123456789abcdef\r\n*1\r\n+x\r\n" + farewell);
    EXPECT_THAT(reports(3),
                ElementsAre("unasked: $32\r\n0123456789abcdef0123456789abcdef\r\n.", "unasked: *1\r\n+x\r\n.", "left"));
    forward("a");
    EXPECT_EQ(end.command(), "a");
    end.send(":1\r\n");

    EXPECT_EQ(reports(4).back(), "a: :1\r\n.");
    EXPECT_EQ(pending(), 0U);
}

TEST_F(ForwardLinkTest, leavesTheStreamByteByByte) {
    auto end = startAndJoin();
    const auto farewell = leaveStream(end);
    for (const char byte : "$1\r\nx\r\n" + farewell) {
        end.send({&byte, 1});
        runner.settle();
    }
    std::string unasked;
    for (const auto& report : reports())
        unasked += report;

    EXPECT_EQ(unasked, "unasked: $1unasked: \runasked: \nunasked: xunasked: \runasked: \n.left");
}

TEST_F(ForwardLinkTest, leavesNoStreamThatIsStillSubscribedTo) {
    own = true;
    auto end = startAndJoin();
    const auto farewell = leaveStream(end);
    end.send("*2\r\n$4\r\npong\r\n" + farewell);

    EXPECT_THAT(reports(1), ElementsAre("gone: the connection is still subscribed"));
    EXPECT_TRUE(end.ended());
}

TEST_F(ForwardLinkTest, neverLeavesTheStreamOfALinkThatIsLost) {
    own = true;
    auto end = startAndJoin();
    (void)leaveStream(end);
    end.close();

    EXPECT_THAT(reports(1), ElementsAre("gone: Redis closed the connection"));
}

TEST_F(ForwardLinkTest, isGoneOnceWhenItIsItsClientsOwn) {
    own = true;
    auto end = startAndJoin();
    forward("a");
    EXPECT_EQ(end.command(), "a");
    end.close();
    EXPECT_THAT(reports(2),
                ElementsAre("a failed, sent: Redis closed the connection", "gone: Redis closed the connection"));
    forward("b");
    forwardUnanswered("c");

    EXPECT_EQ(reports().back(), "b failed: Redis closed the connection");
    EXPECT_EQ(pending(), 0U);
    EXPECT_TRUE(redis.quiet());
}

TEST_F(ForwardLinkTest, isGoneWhenItCannotBeMade) {
    own = true;
    start();
    forward("a");
    forwardUnanswered("b");
    auto end = redis.accept();
    end.send("-ERR max number of clients reached\r\n");

    EXPECT_THAT(reports(2), ElementsAre("a failed: Redis refused CLIENT SETNAME: ERR max number of clients reached",
                                        "gone: Redis refused CLIENT SETNAME: ERR max number of clients reached"));
}

TEST_F(ForwardLinkTest, pausesAndGoesOn) {
    auto end = startAndJoin();
    forward("a");
    runner.call([this] { link->pauseReading(true); });
    end.send(":1\r\n");
    EXPECT_THAT(reports(), IsEmpty());
    runner.call([this] { link->pauseReading(false); });

    EXPECT_THAT(reports(1), ElementsAre("a: :1\r\n."));
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
