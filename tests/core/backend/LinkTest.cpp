#include "LinkFixture.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace nearcache::test {

namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::SizeIs;
using Events = std::vector<std::string>;

MATCHER_P2(IsBetween, least, most, "") {
    return arg >= least && arg <= most;
}

/// Writes down what a link tells its derived class.
class ProbeLink : public Link {
  public:
    explicit ProbeLink(const LinkContext& context, LinkRole role = LinkRole::Relay2)
        : Link(context, role), _loop(context.loop) {}

    using Link::lose;
    using Link::pauseReading;
    using Link::reconnects;
    using Link::write;

    Events events;
    std::string received;
    std::vector<Milliseconds::rep> pauses; ///< from each failure until the next try, in milliseconds

  private:
    void onReady() override { events.emplace_back("ready"); }
    void onBytes(std::string_view bytes) override { received += bytes; }
    void onLost(const std::string& why) override { events.push_back("lost: " + why); }
    void onEnd(const std::string& why) override { events.push_back("ended: " + why); }

    void onAway() override {
        events.push_back("away: " + trouble());
        // The link's is the only timer of this loop, and is set when this returns.
        _loop.atEndOfTurn([this] {
            pauses.push_back(std::chrono::ceil<Milliseconds>(*_loop.timers().next() - _loop.now()).count());
        });
    }

    Loop& _loop;
};

class LinkTest : public LinkFixture<ProbeLink> {
  protected:
    std::unique_ptr<ProbeLink> make(const LinkContext& context) override {
        auto made = std::make_unique<ProbeLink>(context, role);
        made->reconnects(reconnects);
        return made;
    }

    std::int64_t redisId() {
        return runner.call([this] { return link->redisId(); });
    }

    Events events() {
        return runner.call([this] { return link->events; });
    }

    std::vector<Milliseconds::rep> pauses() {
        return runner.call([this] { return link->pauses; });
    }

    LinkRole role = LinkRole::Relay2;
    bool reconnects = true;

    /// Redis's end of a link is still there, and its handshake answered.
    static bool answers(FakeLink& end) {
        try {
            end.shakeHands();
            return true;
        } catch (const std::exception&) {
            return false;
        }
    }

    bool receives(const std::string& bytes) {
        return eventually([&] { return runner.call([this] { return link->received; }) == bytes; });
    }
};

TEST_F(LinkTest, isReadyAfterTheHandshake) {
    start();
    auto end = redis.accept();
    EXPECT_EQ(state(), Link::State::Connecting);
    EXPECT_EQ(end.command(), "CLIENT SETNAME nearcache");
    EXPECT_EQ(end.command(), "CLIENT ID");
    EXPECT_EQ(end.command(), "PING") << "without waiting for a reply";
    end.send("+OK\r\n");
    runner.settle();
    EXPECT_EQ(state(), Link::State::Connecting);
    end.send(":12\r\n+PONG\r\n");
    EXPECT_TRUE(becomes(Link::State::Ready));

    EXPECT_THAT(events(), ElementsAre("ready"));
    EXPECT_EQ(redisId(), 12);
    EXPECT_EQ(health.linksReady(), 1U);
    EXPECT_EQ(trouble(), "");
}

TEST_F(LinkTest, logsInAndSelects) {
    settings.username = "me";
    settings.password = "secret";
    settings.database = 3;
    start();
    auto end = redis.accept();
    EXPECT_EQ(end.command(), "AUTH me secret");
    EXPECT_EQ(end.command(), "SELECT 3");
    EXPECT_EQ(end.command(), "CLIENT SETNAME nearcache");
    EXPECT_EQ(end.command(), "CLIENT ID");
    EXPECT_EQ(end.command(), "PING");
    end.send("+OK\r\n+OK\r\n+OK\r\n:1\r\n+PONG\r\n");

    EXPECT_TRUE(becomes(Link::State::Ready));
}

TEST_F(LinkTest, takesTheHandshakesRepliesByteByByte) {
    start();
    auto end = redis.accept();
    for (const char byte : std::string_view("+OK\r\n:1\r\n+PONG\r\n")) {
        EXPECT_EQ(state(), Link::State::Connecting);
        end.send({&byte, 1});
        runner.settle();
    }

    EXPECT_EQ(state(), Link::State::Ready);
}

TEST_F(LinkTest, goesByTcp) {
    FakeRedis byTcp(FakeRedis::Kind::Tcp);
    settings.unixPath.clear();
    settings.port = byTcp.port();
    start();
    auto end = byTcp.accept();
    end.shakeHands();

    EXPECT_TRUE(becomes(Link::State::Ready));
}

// The name may stand for ::1, too, where nobody listens.
TEST_F(LinkTest, findsAHostByItsName) {
    FakeRedis byTcp(FakeRedis::Kind::Tcp);
    settings.unixPath.clear();
    settings.host = "localhost";
    settings.port = byTcp.port();
    start();
    auto end = byTcp.accept();
    end.shakeHands();

    EXPECT_TRUE(becomes(Link::State::Ready));
}

TEST_F(LinkTest, isAwayWhenTheHostHasNoAddress) {
    settings.unixPath.clear();
    settings.host = "no..such..host";
    start();

    EXPECT_TRUE(becomes(Link::State::Away));
    EXPECT_NE(trouble(), "");
    EXPECT_EQ(health.state(), "away: " + trouble());
}

// Name servers that are out of order take longer than a try may.
TEST_F(LinkTest, waitsForNameServersOverSeveralTries) {
    std::promise<void> found;
    std::atomic<int> lookUps = 0;
    Resolver slow([&, isFound = found.get_future().share()](const std::string& host) {
        EXPECT_EQ(host, "redis.example");
        ++lookUps;
        isFound.wait();
        return Resolver::Answer{{"127.0.0.1"}, ""};
    });
    FakeRedis byTcp(FakeRedis::Kind::Tcp);
    settings.unixPath.clear();
    settings.host = "redis.example";
    settings.port = byTcp.port();
    settings.connectTimeout = Milliseconds{10};
    start(slow);
    EXPECT_TRUE(eventually([this] { return pauses().size() >= 3; }));
    EXPECT_EQ(lookUps, 1) << "one at a time";
    EXPECT_EQ(trouble(), "no answer within backend.connect_timeout");
    runner.call([this] { settings.connectTimeout = patience; });
    found.set_value();
    auto end = byTcp.accept();
    while (!answers(end))
        end = byTcp.accept();

    EXPECT_TRUE(becomes(Link::State::Ready));
    stop();
    slow.stop();
}

TEST_F(LinkTest, passesOnWhatComesAfterTheHandshake) {
    auto end = startAndJoin();
    end.send("abc");
    EXPECT_TRUE(receives("abc"));
    end.send("def");

    EXPECT_TRUE(receives("abcdef"));
}

TEST_F(LinkTest, sendsWhatIsWrittenInItsOrder) {
    auto end = startAndJoin();
    runner.call([this] {
        link->write("*1\r\n$1\r\na\r\n");
        link->write("*1\r\n$1\r\n");
        link->write("b\r\n");
    });

    EXPECT_EQ(end.command(), "a");
    EXPECT_EQ(end.command(), "b");
}

TEST_F(LinkTest, sendsMoreThanTheSocketTakesAtOnce) {
    auto end = startAndJoin();
    const std::string large(8 << 20, 'x');
    runner.call([&] {
        link->write("*2\r\n$4\r\nECHO\r\n$" + std::to_string(large.size()) + "\r\n");
        link->write(large);
        link->write("\r\n");
    });
    runner.settle();
    runner.call([this] { link->write("*1\r\n$1\r\nb\r\n"); });

    EXPECT_EQ(end.command(), "ECHO " + large);
    EXPECT_EQ(end.command(), "b");
}

TEST_F(LinkTest, isMadeAnewAtOnceWhenItIsLost) {
    auto first = startAndJoin();
    first.close();
    auto second = redis.accept();
    second.shakeHands();
    EXPECT_TRUE(eventually([this] { return events().size() == 3; }));

    EXPECT_THAT(events(), ElementsAre("ready", "lost: Redis closed the connection", "ready"));
    EXPECT_EQ(health.linksReady(), 1U);
}

TEST_F(LinkTest, isConnectingWhileItIsMadeAnew) {
    auto first = startAndJoin();
    first.close();
    auto second = redis.accept();
    EXPECT_TRUE(becomes(Link::State::Connecting));
    EXPECT_EQ(health.linksReady(), 0U);
    second.shakeHands();

    EXPECT_TRUE(becomes(Link::State::Ready));
}

TEST_F(LinkTest, isLostWhenRedisResets) {
    auto first = startAndJoin();
    runner.call([this] { link->write("*1\r\n$1\r\na\r\n"); });
    runner.settle();
    first.close(); // with something not read
    auto second = redis.accept();
    second.shakeHands();
    EXPECT_TRUE(eventually([this] { return events().size() == 3; }));

    EXPECT_THAT(events(), ElementsAre("ready", "lost: Connection reset by peer", "ready"));
}

TEST_F(LinkTest, forgetsWhatItHadToSendWhenItIsLost) {
    auto first = startAndJoin();
    runner.call([this] {
        link->write(std::string(8 << 20, 'x'));
        link->lose("enough");
    });
    auto second = join();
    EXPECT_TRUE(second.quiet());
    runner.call([this] { link->write("*1\r\n$1\r\na\r\n"); });

    EXPECT_EQ(second.command(), "a");
    EXPECT_THAT(events(), ElementsAre("ready", "lost: enough", "ready"));
}

TEST_F(LinkTest, isAwayWhenNobodyListens) {
    redis.goAway();
    start();
    EXPECT_TRUE(becomes(Link::State::Away));

    EXPECT_EQ(trouble(), "No such file or directory");
    EXPECT_EQ(health.state(), "away: No such file or directory");
}

TEST_F(LinkTest, isAwayWhenItIsRefused) {
    FakeRedis byTcp(FakeRedis::Kind::Tcp);
    settings.unixPath.clear();
    settings.port = byTcp.port();
    byTcp.goAway();
    start();
    EXPECT_TRUE(becomes(Link::State::Away));

    EXPECT_EQ(trouble(), "Connection refused");
}

TEST_F(LinkTest, staysAwayUntilATrySucceeds) {
    redis.goAway();
    start();
    EXPECT_TRUE(becomes(Link::State::Away));
    redis.comeBack();
    auto end = redis.accept();
    runner.settle();
    EXPECT_EQ(state(), Link::State::Away);
    end.shakeHands();

    EXPECT_TRUE(becomes(Link::State::Ready));
    EXPECT_EQ(trouble(), "");
    EXPECT_EQ(health.state(), "up");
}

TEST_F(LinkTest, triesAgainAfterPausesThatDoubleUpToHalfASecond) {
    redis.goAway();
    start();
    EXPECT_TRUE(eventually([this] { return pauses().size() >= 6; }));

    auto seen = pauses();
    seen.resize(6);
    EXPECT_THAT(seen, ElementsAre(IsBetween(37, 50), IsBetween(75, 100), IsBetween(150, 200), IsBetween(300, 400),
                                  IsBetween(375, 500), IsBetween(375, 500)));
}

TEST_F(LinkTest, beginsWithTheShortPauseAgainAfterASuccess) {
    redis.goAway();
    start();
    EXPECT_TRUE(eventually([this] { return pauses().size() >= 3; }));
    redis.comeBack();
    auto end = join();
    redis.goAway();
    const auto failures = pauses().size();
    end.close();
    EXPECT_TRUE(eventually([&] { return pauses().size() > failures; }));

    EXPECT_THAT(pauses()[failures], IsBetween(37, 50));
}

TEST_F(LinkTest, isAwayWhenRedisNeverAnswers) {
    settings.connectTimeout = Milliseconds{30};
    start();
    EXPECT_TRUE(becomes(Link::State::Away));

    EXPECT_EQ(trouble(), "no answer within backend.connect_timeout");
    EXPECT_TRUE(redis.accept().ended());
}

TEST_F(LinkTest, isAwayWhenRedisStopsInsideTheHandshake) {
    settings.connectTimeout = Milliseconds{500};
    start();
    auto end = redis.accept();
    end.send("+OK\r\n:1\r\n+PO");
    EXPECT_TRUE(becomes(Link::State::Away));

    EXPECT_EQ(trouble(), "no answer within backend.connect_timeout");
}

TEST_F(LinkTest, findsARedisThatAnswersAgain) {
    settings.connectTimeout = Milliseconds{30};
    start();
    EXPECT_TRUE(becomes(Link::State::Away));
    runner.call([this] { settings.connectTimeout = patience; }); // so that the test has time to answer
    auto end = redis.accept();
    while (!answers(end)) // it was given up before
        end = redis.accept();
    EXPECT_TRUE(becomes(Link::State::Ready));

    EXPECT_EQ(health.state(), "up");
}

TEST_F(LinkTest, saysWhatRedisRefused) {
    start();
    auto end = redis.accept();
    end.send("+OK\r\n:1\r\n-NOAUTH Authentication required.\r\n");
    EXPECT_TRUE(becomes(Link::State::Away));

    EXPECT_EQ(trouble(), "Redis refused PING: NOAUTH Authentication required.");
    EXPECT_EQ(health.state(), "away: Redis refused PING: NOAUTH Authentication required.");
    EXPECT_EQ(end.command(), "CLIENT SETNAME nearcache");
    EXPECT_EQ(end.command(), "CLIENT ID");
    EXPECT_EQ(end.command(), "PING");
    EXPECT_TRUE(end.ended());
}

TEST_F(LinkTest, doesNotWaitForMoreAfterARefusal) {
    settings.password = "wrong";
    start();
    auto end = redis.accept();
    end.send("-WRONGPASS invalid username-password pair\r\n");
    EXPECT_TRUE(becomes(Link::State::Away));

    EXPECT_EQ(trouble(), "Redis refused AUTH: WRONGPASS invalid username-password pair");
}

TEST_F(LinkTest, isAwayWhenTheAnswerIsNotResp) {
    start();
    auto end = redis.accept();
    end.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    EXPECT_TRUE(becomes(Link::State::Away));

    EXPECT_THAT(trouble(), testing::StartsWith("the handshake's reply is not RESP: "));
}

TEST_F(LinkTest, isAwayWhenRedisClosesInsideTheHandshake) {
    start();
    auto end = redis.accept();
    EXPECT_EQ(end.command(), "CLIENT SETNAME nearcache");
    EXPECT_EQ(end.command(), "CLIENT ID");
    EXPECT_EQ(end.command(), "PING");
    end.send("+OK\r\n");
    end.close();
    EXPECT_TRUE(becomes(Link::State::Away));

    EXPECT_EQ(trouble(), "Redis closed the connection");
    EXPECT_THAT(events(), Each("away: Redis closed the connection"));
}

// What is left over would be taken for the reply to the first request.
TEST_F(LinkTest, isAwayWhenMoreComesThanTheHandshakeAskedFor) {
    for (const auto* more : {"+more\r\n", "$100\r\nhalf of a repl"}) {
        start();
        auto end = redis.accept();
        end.send("+OK\r\n:1\r\n+PONG\r\n" + std::string(more));
        EXPECT_TRUE(becomes(Link::State::Away)) << more;

        EXPECT_EQ(trouble(), "a reply came that nothing was asked for");
        EXPECT_THAT(events(), Each("away: a reply came that nothing was asked for"));
        runner.call([this] { link.reset(); });
    }
}

TEST_F(LinkTest, speaksResp3WhereItsRoleWantsIt) {
    role = LinkRole::Relay3;
    settings.database = 3;
    start();
    auto end = redis.accept();
    EXPECT_EQ(end.command(), "HELLO 3 SETNAME nearcache");
    EXPECT_EQ(end.command(), "SELECT 3");
    EXPECT_EQ(end.command(), "PING");
    end.send("%1\r\n$2\r\nid\r\n:13\r\n+OK\r\n+PONG\r\n");
    EXPECT_TRUE(becomes(Link::State::Ready));

    EXPECT_EQ(redisId(), 13);
    end.close();
    EXPECT_TRUE(becomes(Link::State::Connecting));
    EXPECT_EQ(redisId(), 0);
}

// A tracked link is told of a flush from the moment it is tracked.
TEST_F(LinkTest, takesPushesWithinAndBehindTheHandshake) {
    role = LinkRole::Fetch;
    const std::string push = ">2\r\n$10\r\ninvalidate\r\n_\r\n";
    start();
    auto end = redis.accept();
    end.send("%1\r\n$2\r\nid\r\n:13\r\n+OK\r\n" + push + "+PONG\r\n" + push + push.substr(0, 5));
    EXPECT_TRUE(becomes(Link::State::Ready));
    end.send(push.substr(5));

    EXPECT_TRUE(receives(push + push)) << "but for those before it was ready";
}

TEST_F(LinkTest, takesNothingButPushesBehindTheHandshake) {
    role = LinkRole::Relay3;
    start();
    auto end = redis.accept();
    end.send("%1\r\n$2\r\nid\r\n:13\r\n+PONG\r\n+more\r\n");
    EXPECT_TRUE(becomes(Link::State::Away));

    EXPECT_EQ(trouble(), "a reply came that nothing was asked for");
}

TEST_F(LinkTest, readsNoFurtherWhileItIsPaused) {
    auto end = startAndJoin();
    runner.call([this] { link->pauseReading(true); });
    end.send("abc");
    runner.settle();
    EXPECT_TRUE(receives(""));
    runner.call([this] { link->write("*1\r\n$1\r\na\r\n"); });
    EXPECT_EQ(end.command(), "a") << "it sends";
    runner.settle();
    EXPECT_EQ(runner.call([this] { return link->received; }), "");
    runner.call([this] { link->pauseReading(false); });

    EXPECT_TRUE(receives("abc"));
}

TEST_F(LinkTest, readsAgainOnANewConnection) {
    auto first = startAndJoin();
    runner.call([this] {
        link->pauseReading(true);
        link->lose("enough");
        link->pauseReading(true); // there is none to be paused
    });
    auto second = join();
    second.send("abc");

    EXPECT_TRUE(receives("abc"));
}

TEST_F(LinkTest, mayHaveOneConnectionAndNoOther) {
    reconnects = false;
    auto end = startAndJoin();
    EXPECT_EQ(health.linksReady(), 0U) << "it comes and goes";
    end.close();
    EXPECT_TRUE(becomes(Link::State::Away));
    EXPECT_EQ(trouble(), "Redis closed the connection");
    EXPECT_THAT(events(),
                ElementsAre("ready", "lost: Redis closed the connection", "ended: Redis closed the connection"));
    EXPECT_EQ(runner.call([this] { return runner.loop.timers().next(); }), std::nullopt) << "it tries no more";

    EXPECT_TRUE(redis.quiet());
    EXPECT_EQ(health.linksReady(), 0U);
}

TEST_F(LinkTest, mayHaveOneTryAndNoOther) {
    reconnects = false;
    redis.goAway();
    start();
    EXPECT_TRUE(becomes(Link::State::Away));

    EXPECT_THAT(events(), ElementsAre("away: No such file or directory", "ended: No such file or directory"));
    EXPECT_EQ(runner.call([this] { return runner.loop.timers().next(); }), std::nullopt);
    EXPECT_EQ(health.state(), "connecting") << "others tell of it";
}

TEST_F(LinkTest, canBeDestroyedWithWorkToDo) {
    auto end = startAndJoin();
    runner.call([this] {
        link->write("*1\r\n$1\r\na\r\n"); // at the end of this turn
        link.reset();
    });
    runner.settle();

    EXPECT_EQ(end.command(), "(nothing)");
}

TEST_F(LinkTest, canBeDestroyedWhileItsHostIsLookedUp) {
    std::promise<void> found;
    std::atomic<int> lookUps = 0;
    Resolver slow([&, isFound = found.get_future().share()](const std::string& /*host*/) {
        ++lookUps;
        isFound.wait();
        return Resolver::Answer{{"127.0.0.1"}, ""};
    });
    settings.unixPath.clear();
    settings.host = "redis.example";
    start(slow);
    EXPECT_TRUE(eventually([&] { return lookUps > 0; }));
    runner.call([this] { link.reset(); });
    found.set_value();
    slow.stop();
    runner.settle();

    EXPECT_EQ(lookUps, 1);
}

TEST_F(LinkTest, canBeDestroyedInAnyState) {
    const auto destroy = [this] {
        runner.call([this] { link.reset(); });
        EXPECT_EQ(runner.call([this] { return runner.loop.timers().next(); }), std::nullopt);
    };
    start();
    destroy();
    EXPECT_TRUE(redis.accept().ended());

    auto ready = startAndJoin();
    destroy();
    EXPECT_TRUE(ready.ended());

    redis.goAway();
    start();
    EXPECT_TRUE(becomes(Link::State::Away));
    destroy();
}

} // namespace

} // namespace nearcache::test
