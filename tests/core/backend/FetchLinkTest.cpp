#include "backend/FetchLink.h"

#include "LinkFixture.h"

#include <gmock/gmock.h>

#include <list>

#include <functional>

namespace nearcache::test {

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A GET that writes down what becomes of it: `a=1`, `a absent`, `a unavailable: …`, `a backend: …`.
class Get : public PendingGet {
  public:
    Get(std::string wanted, std::vector<std::string>& outcomes) : _key(std::move(wanted)), _outcomes(outcomes) {}

    [[nodiscard]] std::string_view key() const override { return _key; }
    void onSend() override { ++sends; }

    void onOutcome(const Outcome& outcome) override {
        _outcomes.push_back(_key + textOf(outcome));
        if (next)
            next();
    }

    int sends = 0;
    std::function<void()> next; ///< what follows from the outcome

  private:
    static std::string textOf(const Outcome& outcome) {
        switch (outcome.kind) {
        case Reply::Kind::Value:
            return "=" + std::string(outcome.value) + (outcome.storable ? "" : " not to be stored") +
                   (outcome.expiresIn ? " for " + std::to_string(outcome.expiresIn->count()) : "");
        case Reply::Kind::Absent: return " absent";
        default: break;
        }
        switch (outcome.error) {
        case ErrorCode::Unavailable: return " unavailable: " + outcome.text;
        case ErrorCode::WrongType: return " wrong type: " + outcome.text;
        default: return " backend: " + outcome.text;
        }
    }

    const std::string _key;
    std::vector<std::string>& _outcomes;
};

class FetchLinkTest : public LinkFixture<FetchLink>, public TrackingListener {
  protected:
    static constexpr unsigned group = 7;

    /// These are for the outcomes alone.
    FetchLinkTest() { settings.heartbeat = patience; }
    void TearDown() override {
        stop(); // before this ceases to be a listener
        link.reset();
    }

    std::unique_ptr<FetchLink> make(const LinkContext& context) override {
        return std::make_unique<FetchLink>(context, group, *this, coherence);
    }

    void onReady(unsigned whose, bool tracked) override {
        tell((tracked ? "ready, tracked " : "ready ") + std::to_string(whose));
    }
    void onLost(unsigned whose) override { tell("lost " + std::to_string(whose)); }
    void onBehind(unsigned whose) override { tell("behind " + std::to_string(whose)); }
    void onCaughtUp(unsigned whose) override { tell("caught up " + std::to_string(whose)); }
    void onInvalidated(std::string_view key) override { tell("invalidated " + std::string(key)); }
    void onFlushed(unsigned whose) override { tell("flushed " + std::to_string(whose)); }

    void tell(const std::string& news) {
        if (tellsNews)
            log.push_back(news);
    }

    /// What comes next is this key's GET and PTTL.
    static bool asked(FakeLink& end, const std::string& key) {
        const auto first = end.command();
        const auto second = end.command();
        EXPECT_EQ(first, "GET " + key);
        EXPECT_EQ(second, "PTTL " + key);
        return first == "GET " + key && second == "PTTL " + key;
    }

    void getMany(const std::vector<std::string>& keys) {
        std::vector<PendingGet*> gets;
        for (const auto& key : keys)
            gets.push_back(&make(key));
        runner.call([&] { link->getMany(gets); });
    }

    /// What comes next are so many words, each a command.
    static void expectCommands(FakeLink& end, const std::vector<std::string>& commands) {
        for (const auto& command : commands)
            EXPECT_EQ(end.command(), command);
    }

    void fence(const std::string& name) {
        runner.call([&] {
            link->fence([this, name](bool reached) { log.push_back(name + (reached ? " reached" : " not reached")); });
        });
    }

    CacheSettings cache;
    Coherence coherence{cache};
    bool tellsNews = false; ///< to the log, beside the outcomes
    std::list<Get> requests;

    Get& make(const std::string& key) { return requests.emplace_back(key, log); }

    Get& get(const std::string& key) {
        Get& request = make(key);
        runner.call([&] { link->get(request); });
        return request;
    }

    bool withdraw(const PendingGet& request) {
        return runner.call([&] { return link->withdraw(request); });
    }

    /// The outcomes so far, once there are so many.
    std::vector<std::string> outcomes(std::size_t count) {
        EXPECT_TRUE(eventually([&] { return runner.call([&] { return log.size(); }) >= count; }));
        return outcomes();
    }

    std::vector<std::string> outcomes() {
        runner.settle();
        return runner.call([this] { return log; });
    }

    int sends(const Get& request) {
        return runner.call([&] { return request.sends; });
    }

    std::vector<std::string> log;
};

TEST_F(FetchLinkTest, getsAValue) {
    auto end = startAndJoin();
    const auto& request = get("a");
    EXPECT_TRUE(asked(end, "a"));
    EXPECT_EQ(sends(request), 1);
    EXPECT_THAT(outcomes(), IsEmpty());
    end.sendFetched("1");

    EXPECT_THAT(outcomes(1), ElementsAre("a=1"));
}

TEST_F(FetchLinkTest, matchesRepliesToRequestsInTheirOrder) {
    auto end = startAndJoin();
    for (const auto* key : {"a", "b", "c", "d"})
        get(key);
    for (const auto* key : {"a", "b", "c", "d"})
        EXPECT_TRUE(asked(end, key));
    end.send("$1\r\n1\r\n:-1\r\n$-1\r\n:-2\r\n-WRONGTYPE no\r\n:-1\r\n-ERR other\r\n-ERR other\r\n");

    EXPECT_THAT(outcomes(4), ElementsAre("a=1", "b absent", "c wrong type: WRONGTYPE no", "d backend: ERR other"));
}

TEST_F(FetchLinkTest, takesRepliesByteByByte) {
    auto end = startAndJoin();
    get("a");
    get("b");
    for (const char byte : std::string_view("$5\r\nval\r\n\r\n:-1\r\n_\r\n:-2\r\n")) {
        end.send({&byte, 1});
        runner.settle();
    }

    EXPECT_THAT(outcomes(2), ElementsAre("a=val\r\n", "b absent"));
}

TEST_F(FetchLinkTest, takesValuesOfAnyLength) {
    auto end = startAndJoin();
    const std::string large(3 << 20, 'x');
    get("a");
    get("b");
    end.sendFetched(large);
    end.sendFetched("1");

    EXPECT_THAT(outcomes(2), ElementsAre("a=" + large, "b=1"));
}

TEST_F(FetchLinkTest, takesKeysOfAnyBytes) {
    auto end = startAndJoin();
    const std::string key("\0\r\n\xff", 4);
    get(key);

    EXPECT_TRUE(asked(end, key));
}

TEST_F(FetchLinkTest, mayBeAskedWhileItAnswers) {
    auto end = startAndJoin();
    Get& request = make("a");
    request.next = [this] { link->get(make("b")); };
    runner.call([&] { link->get(request); });
    end.sendFetched("1");
    EXPECT_TRUE(asked(end, "a"));
    EXPECT_TRUE(asked(end, "b"));
    end.sendFetched("2");

    EXPECT_THAT(outcomes(2), ElementsAre("a=1", "b=2"));
}

TEST_F(FetchLinkTest, keepsRequestsUntilItIsReady) {
    start();
    const auto& first = get("a");
    get("b");
    EXPECT_EQ(sends(first), 0);
    auto end = redis.accept();
    end.shakeHands();
    EXPECT_TRUE(asked(end, "a"));
    EXPECT_TRUE(asked(end, "b"));

    EXPECT_EQ(sends(first), 1);
    EXPECT_THAT(outcomes(), IsEmpty());
}

TEST_F(FetchLinkTest, failsAtOnceWhileRedisIsAway) {
    redis.goAway();
    start();
    EXPECT_TRUE(becomes(Link::State::Away));
    const auto& request = get("a");

    EXPECT_EQ(runner.call([this] { return log.size(); }), 1U) << "within the call";
    EXPECT_THAT(outcomes(), ElementsAre("a unavailable: No such file or directory"));
    EXPECT_EQ(sends(request), 0);
}

TEST_F(FetchLinkTest, failsWhatWaitsWhenRedisTurnsOutToBeAway) {
    start();
    get("a");
    auto end = redis.accept();
    end.send("-NOAUTH Authentication required.\r\n");

    EXPECT_THAT(outcomes(1), ElementsAre("a unavailable: Redis refused HELLO: NOAUTH Authentication required."));
}

TEST_F(FetchLinkTest, asksOnceMoreWhenTheLinkIsLost) {
    auto first = startAndJoin();
    const auto& request = get("a");
    get("b");
    get("c");
    EXPECT_TRUE(asked(first, "a"));
    EXPECT_TRUE(asked(first, "b"));
    EXPECT_TRUE(asked(first, "c"));
    first.sendFetched("1");
    first.send("$5\r\nhal"); // half of a reply is none
    EXPECT_THAT(outcomes(1), ElementsAre("a=1"));
    first.close();
    auto second = redis.accept();
    second.shakeHands();
    EXPECT_TRUE(asked(second, "b"));
    EXPECT_TRUE(asked(second, "c"));
    second.sendFetched("2");
    second.sendFetched("3");

    EXPECT_THAT(outcomes(3), ElementsAre("a=1", "b=2", "c=3"));
    EXPECT_EQ(sends(request), 1);
}

TEST_F(FetchLinkTest, asksNoMoreThanTwice) {
    auto first = startAndJoin();
    const auto& request = get("a");
    EXPECT_TRUE(asked(first, "a"));
    first.close();
    auto second = join();
    EXPECT_TRUE(asked(second, "a"));
    get("b"); // for the first time
    EXPECT_TRUE(asked(second, "b"));
    second.close();
    EXPECT_THAT(outcomes(1), ElementsAre("a unavailable: Redis closed the connection"));
    auto third = join();
    EXPECT_TRUE(asked(third, "b"));
    third.sendFetched("2");

    EXPECT_THAT(outcomes(2), ElementsAre("a unavailable: Redis closed the connection", "b=2"));
    EXPECT_EQ(sends(request), 2);
}

TEST_F(FetchLinkTest, failsWhatWasSentWhenRedisIsAwayAfterTheLoss) {
    auto end = startAndJoin();
    get("a");
    EXPECT_TRUE(asked(end, "a"));
    redis.goAway();
    end.close();

    EXPECT_THAT(outcomes(1), ElementsAre("a unavailable: No such file or directory"));
}

TEST_F(FetchLinkTest, isLostWhenAReplyComesThatNothingWasAskedFor) {
    auto first = startAndJoin();
    first.sendValue("a surprise");
    EXPECT_TRUE(first.ended());
    auto second = join();
    get("a");
    EXPECT_TRUE(asked(second, "a"));
    second.sendFetched("1");

    EXPECT_THAT(outcomes(1), ElementsAre("a=1"));
}

TEST_F(FetchLinkTest, isLostWhenMoreRepliesComeThanWereAskedFor) {
    auto first = startAndJoin();
    get("a");
    EXPECT_TRUE(asked(first, "a"));
    first.send("$1\r\n1\r\n:-1\r\n$1\r\n2\r\n");

    EXPECT_THAT(outcomes(1), ElementsAre("a=1"));
    EXPECT_TRUE(first.ended());
}

TEST_F(FetchLinkTest, isLostWhenAReplyIsNotResp) {
    auto first = startAndJoin();
    get("a");
    EXPECT_TRUE(asked(first, "a"));
    first.send("garbage\r\n");
    EXPECT_TRUE(first.ended());
    auto second = join();
    EXPECT_TRUE(asked(second, "a")) << "asked once more";
    second.send("garbage\r\n");

    EXPECT_THAT(outcomes(1), ElementsAre(testing::StartsWith("a unavailable: a reply is not RESP: ")));
}

TEST_F(FetchLinkTest, takesBackWhatWasNotSent) {
    start();
    const auto& first = get("a");
    const auto& second = get("b");
    EXPECT_TRUE(withdraw(first));
    EXPECT_FALSE(withdraw(first));
    auto end = redis.accept();
    end.shakeHands();
    EXPECT_TRUE(asked(end, "b"));
    EXPECT_FALSE(withdraw(second)) << "it is on its way";
    end.sendFetched("2");

    EXPECT_THAT(outcomes(1), ElementsAre("b=2"));
    EXPECT_FALSE(withdraw(second)) << "it is answered";
    EXPECT_EQ(sends(first), 0);
}

TEST_F(FetchLinkTest, takesBackWhatWouldBeAskedOnceMore) {
    auto first = startAndJoin();
    const auto& request = get("a");
    EXPECT_TRUE(asked(first, "a"));
    first.close();
    auto second = redis.accept();
    EXPECT_TRUE(becomes(Link::State::Connecting));
    EXPECT_TRUE(withdraw(request));
    second.shakeHands();
    EXPECT_TRUE(becomes(Link::State::Ready));
    runner.settle();

    EXPECT_TRUE(second.quiet());
    EXPECT_THAT(outcomes(), IsEmpty());
}

TEST_F(FetchLinkTest, saysHowLongAKeyLasts) {
    auto end = startAndJoin();
    for (const auto* key : {"a", "b", "c", "d", "e"})
        get(key);
    end.sendFetched("1", -1);
    end.sendFetched("2", 1500);
    end.sendFetched("3", 0);
    end.sendFetched("4", -2);
    end.send("$1\r\n5\r\n-NOPERM no\r\n");

    EXPECT_THAT(outcomes(5),
                ElementsAre("a=1", "b=2 for 1500", "c=3 for 0", "d=4 not to be stored", "e=5 not to be stored"));
}

TEST_F(FetchLinkTest, answersWhenAllIsKnownOfAKey) {
    auto end = startAndJoin();
    get("a");
    end.sendValue("1");
    EXPECT_THAT(outcomes(), IsEmpty());
    end.send(":5\r\n");

    EXPECT_THAT(outcomes(1), ElementsAre("a=1 for 5"));
}

TEST_F(FetchLinkTest, asksForSeveralKeysAtOnce) {
    auto end = startAndJoin();
    getMany({"a", "b", "c"});
    getMany({"d"});
    getMany({});
    get("e");
    expectCommands(end, {"MGET a b c", "PTTL a", "PTTL b", "PTTL c", "MGET d", "PTTL d", "GET e", "PTTL e"});
    end.send("*3\r\n$1\r\n1\r\n_\r\n$1\r\n3\r\n:-1\r\n:-2\r\n:9\r\n");
    EXPECT_THAT(outcomes(3), ElementsAre("a=1", "b absent", "c=3 for 9"));
    end.send("*1\r\n$1\r\n4\r\n:-2\r\n");
    end.sendFetched("5");

    EXPECT_THAT(outcomes(5), ElementsAre("a=1", "b absent", "c=3 for 9", "d=4 not to be stored", "e=5"));
}

TEST_F(FetchLinkTest, failsSeveralKeysTogether) {
    auto end = startAndJoin();
    getMany({"a", "b"});
    getMany({"c", "d"});
    end.send("-LOADING wait\r\n-LOADING wait\r\n-LOADING wait\r\n");
    EXPECT_THAT(outcomes(2), ElementsAre("a backend: LOADING wait", "b backend: LOADING wait"));
    end.send("*1\r\n$1\r\n3\r\n:-1\r\n:-1\r\n");

    EXPECT_THAT(outcomes(4), testing::IsSupersetOf({"c backend: ERR the reply to GET is of no known kind",
                                                    "d backend: ERR the reply to GET is of no known kind"}));
}

TEST_F(FetchLinkTest, asksOnceMoreInTheSameBatches) {
    auto first = startAndJoin();
    getMany({"a", "b"});
    get("c");
    getMany({"d"});
    first.send("*2\r\n$1\r\n1\r\n$1\r\n2\r\n:-1\r\n");
    EXPECT_THAT(outcomes(1), ElementsAre("a=1"));
    first.close();
    auto second = join();
    expectCommands(second, {"MGET b", "PTTL b", "GET c", "PTTL c", "MGET d", "PTTL d"});
    second.send("*1\r\n$1\r\n7\r\n:-1\r\n");
    EXPECT_EQ(outcomes(2).back(), "b=7") << "not what the lost link brought";
    second.close();

    EXPECT_THAT(outcomes(4), ElementsAre("a=1", "b=7", "c unavailable: Redis closed the connection",
                                         "d unavailable: Redis closed the connection"));
}

TEST_F(FetchLinkTest, keepsSeveralKeysUntilItIsReady) {
    start();
    getMany({"a", "b"});
    auto end = redis.accept();
    end.shakeHands();
    expectCommands(end, {"MGET a b", "PTTL a", "PTTL b"});
}

TEST_F(FetchLinkTest, takesOneOfSeveralBack) {
    start();
    Get& taken = make("a");
    runner.call([&] { link->getMany({&taken, &make("b")}); });
    EXPECT_TRUE(withdraw(taken));
    auto end = redis.accept();
    end.shakeHands();

    expectCommands(end, {"MGET b", "PTTL b"});
}

TEST_F(FetchLinkTest, isTracked) {
    tellsNews = true;
    start();
    get("a");
    auto end = redis.accept();
    EXPECT_EQ(end.nextCommand(), "HELLO 3 SETNAME nearcache");
    end.shakeHands();
    EXPECT_TRUE(asked(end, "a"));
    end.sendFetched("1");

    EXPECT_THAT(outcomes(2), ElementsAre("ready, tracked 7", "a=1"));
    EXPECT_EQ(runner.call([this] { return link->redisId(); }), FakeLink::id);
    EXPECT_TRUE(runner.call([this] { return link->tracked(); }));
    EXPECT_EQ(coherence.mode(), Coherence::Mode::Tracking);
    EXPECT_TRUE(coherence.connected());
}

// In the order in which Redis executed them, whichever that was.
TEST_F(FetchLinkTest, tellsOfRepliesAndInvalidationsInTheirOrder) {
    tellsNews = true;
    auto end = startAndJoin();
    get("a");
    end.sendInvalidation("a");
    end.sendFetched("1");
    get("a");
    end.sendFetched("2");
    end.sendInvalidation("a");
    EXPECT_THAT(outcomes(5), ElementsAre("ready, tracked 7", "invalidated a", "a=1", "a=2", "invalidated a"));
    get("a");
    end.sendValue("3");
    end.sendInvalidation("a"); // between the two replies
    end.send(":-1\r\n");
    EXPECT_EQ(outcomes(7).back(), "a=3");
    EXPECT_EQ(outcomes()[5], "invalidated a");
    get("a");
    end.sendFlush();
    end.sendFetched("4");

    EXPECT_THAT(outcomes(9), testing::IsSupersetOf({"flushed 7", "a=4"}));
    EXPECT_EQ(outcomes()[7], "flushed 7");
    const auto counts = coherence.counts();
    EXPECT_EQ(counts.messages, 4U);
    EXPECT_EQ(counts.keys, 3U);
    EXPECT_EQ(counts.flushes, 1U);
}

TEST_F(FetchLinkTest, tellsOfInvalidationsWithinAReply) {
    tellsNews = true;
    auto end = startAndJoin();
    getMany({"a", "b"});
    end.send("*2\r\n$1\r\n1\r\n");
    end.sendInvalidation("b");
    end.send("$-1\r\n:-1\r\n:-2\r\n");

    EXPECT_THAT(outcomes(4), ElementsAre("ready, tracked 7", "invalidated b", "a=1", "b absent"));
}

TEST_F(FetchLinkTest, tellsOfInvalidationsWhenNothingIsAskedFor) {
    tellsNews = true;
    auto end = startAndJoin();
    end.sendInvalidation("a");
    EXPECT_THAT(outcomes(2), ElementsAre("ready, tracked 7", "invalidated a"));
    get("b");
    end.sendFetched("1");

    EXPECT_EQ(outcomes(3).back(), "b=1");
}

TEST_F(FetchLinkTest, tellsOfItsLossBeforeItsRequestsFail) {
    tellsNews = true;
    auto first = startAndJoin();
    get("a");
    fence("fence");
    expectCommands(first, {"GET a", "PTTL a", "PING"});
    redis.goAway();
    first.close();
    EXPECT_THAT(outcomes(4), ElementsAre("ready, tracked 7", "lost 7", "fence not reached",
                                         "a unavailable: No such file or directory"));
    EXPECT_FALSE(coherence.connected());
    redis.comeBack();
    auto second = join();

    EXPECT_EQ(outcomes(5).back(), "ready, tracked 7");
    EXPECT_TRUE(coherence.connected());
}

TEST_F(FetchLinkTest, reachesAFenceBehindAllThatCameBefore) {
    tellsNews = true;
    auto end = startAndJoin();
    get("a");
    fence("fence");
    expectCommands(end, {"GET a", "PTTL a", "PING"});
    end.sendInvalidation("b");
    end.sendFetched("1");
    EXPECT_THAT(outcomes(3), ElementsAre("ready, tracked 7", "invalidated b", "a=1"));
    end.send("+PONG\r\n");

    EXPECT_EQ(outcomes(4).back(), "fence reached");
}

TEST_F(FetchLinkTest, reachesTheFencesOfATurnTogether) {
    auto end = startAndJoin();
    runner.call([this] {
        for (const auto* name : {"x", "y"})
            link->fence([this, name](bool reached) { log.push_back(name + std::string(reached ? "+" : "-")); });
    });
    fence("z");
    expectCommands(end, {"PING", "PING"});
    end.send("+PONG\r\n");
    EXPECT_THAT(outcomes(2), ElementsAre("x+", "y+"));
    end.send("+PONG\r\n");

    EXPECT_THAT(outcomes(3), ElementsAre("x+", "y+", "z reached"));
    EXPECT_TRUE(end.quiet());
}

TEST_F(FetchLinkTest, reachesNoFenceWhileItIsNotReady) {
    start();
    fence("early");
    EXPECT_THAT(outcomes(), ElementsAre("early not reached"));
    redis.goAway();
    runner.call([this] { link.reset(); });
    start();
    EXPECT_TRUE(becomes(Link::State::Away));
    fence("away");

    EXPECT_EQ(outcomes().back(), "away not reached");
}

TEST_F(FetchLinkTest, reachesNoFenceThatWasAskedForInTheTurnOfTheLoss) {
    auto end = startAndJoin();
    end.send("garbage\r\n");
    end.close();
    auto next = join();
    fence("fence");
    EXPECT_EQ(next.command(), "PING");
    next.send("$-1\r\n"); // whatever it is: an answer
    EXPECT_THAT(outcomes(1), ElementsAre("fence reached"));
}

TEST_F(FetchLinkTest, triesASilentLinkAndKeepsItIfItAnswers) {
    settings.heartbeat = Milliseconds{300}; // the test has as long to answer
    auto end = startAndJoin();
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(end.command(), "PING");
        end.send("+PONG\r\n");
    }
    get("a");
    while (end.nextCommand() == "PING") {
        EXPECT_EQ(end.command(), "PING");
        end.send("+PONG\r\n");
    }

    EXPECT_TRUE(asked(end, "a"));
    EXPECT_TRUE(redis.quiet()) << "it was not lost";
}

TEST_F(FetchLinkTest, losesALinkThatStaysSilent) {
    tellsNews = true;
    settings.heartbeat = Milliseconds{100};
    auto first = startAndJoin();
    const auto began = Clock::now();
    get("a");
    expectCommands(first, {"GET a", "PTTL a", "PING"});
    auto second = join();
    const auto silent = Clock::now() - began;
    EXPECT_GE(silent, Milliseconds{150}) << "it was tried first, and given as long again";
    EXPECT_TRUE(asked(second, "a"));
    second.sendFetched("1");

    EXPECT_THAT(outcomes(4), ElementsAre("ready, tracked 7", "lost 7", "ready, tracked 7", "a=1"));
    EXPECT_TRUE(first.ended());
}

// A large value on a slow network, say: the link is alive, but what it tells is old.
TEST_F(FetchLinkTest, isBehindWhileBytesComeAndNoAnswer) {
    tellsNews = true;
    settings.heartbeat = Milliseconds{300}; // the test has as long to send
    auto end = startAndJoin();
    EXPECT_EQ(end.command(), "PING");
    EXPECT_TRUE(eventually([&] {
        end.sendInvalidation("x");
        return !outcomes().empty() && outcomes().back() == "behind 7";
    }));
    EXPECT_TRUE(redis.quiet()) << "it was not lost";
    end.send("+PONG\r\n");
    EXPECT_TRUE(eventually([&] { return outcomes().back() == "caught up 7"; }));
    EXPECT_EQ(end.command(), "PING");
}

TEST_F(FetchLinkTest, goesOnWithoutTrackingWhereThereIsNone) {
    struct Case {
        const char* command;
        const char* error;
    };
    tellsNews = true;
    for (const auto& [command, error] :
         {Case{"HELLO", "ERR unknown command `HELLO`, with args beginning with: `3`, `SETNAME`, "},
          Case{"HELLO", "NOPROTO unsupported protocol version"},
          Case{"CLIENT TRACKING", "ERR unknown subcommand 'TRACKING'. Try CLIENT HELP."}}) {
        start();
        get("a");
        auto first = redis.accept();
        first.shakeHandsRefusing(command, error);
        auto second = redis.accept();
        EXPECT_TRUE(first.ended());
        EXPECT_EQ(second.nextCommand(), "CLIENT SETNAME nearcache") << "in RESP2, and untracked";
        second.shakeHands();
        EXPECT_TRUE(asked(second, "a"));
        second.sendFetched("1");

        EXPECT_THAT(outcomes(2), ElementsAre("ready 7", "a=1"));
        EXPECT_EQ(coherence.mode(), Coherence::Mode::Ttl);
        EXPECT_TRUE(coherence.connected());
        EXPECT_EQ(coherence.status().reason, "Redis refused " + std::string(command) + ": " + error);
        runner.call([this] {
            link.reset();
            log.clear();
        });
    }
}

TEST_F(FetchLinkTest, triesTrackingAgainOnEachNewConnection) {
    tellsNews = true;
    start();
    auto first = redis.accept();
    first.shakeHandsRefusing("CLIENT TRACKING", "ERR unknown subcommand 'TRACKING'");
    auto second = join();
    second.close();
    auto third = redis.accept();
    EXPECT_EQ(third.nextCommand(), "HELLO 3 SETNAME nearcache");
    third.shakeHands();

    EXPECT_THAT(outcomes(3), ElementsAre("ready 7", "lost 7", "ready, tracked 7"));
    EXPECT_EQ(coherence.mode(), Coherence::Mode::Tracking);
    EXPECT_EQ(coherence.status().reason, "");
}

TEST_F(FetchLinkTest, isAwayWithoutTrackingWhereThatIsAMust) {
    cache.coherence = CacheSettings::Coherence::Tracking;
    start();
    get("a");
    auto end = redis.accept();
    end.shakeHandsRefusing("CLIENT TRACKING", "ERR unknown subcommand 'TRACKING'");

    EXPECT_THAT(outcomes(1),
                ElementsAre("a unavailable: Redis refused CLIENT TRACKING: ERR unknown subcommand 'TRACKING'"));
    EXPECT_EQ(health.state(), "away: Redis refused CLIENT TRACKING: ERR unknown subcommand 'TRACKING'");
    auto next = redis.accept();
    EXPECT_EQ(next.nextCommand(), "HELLO 3 SETNAME nearcache") << "it goes on trying";
}

TEST_F(FetchLinkTest, doesWithoutTrackingWhereNoneIsWanted) {
    cache.coherence = CacheSettings::Coherence::Ttl;
    tellsNews = true;
    start();
    auto end = redis.accept();
    EXPECT_EQ(end.nextCommand(), "CLIENT SETNAME nearcache");
    end.shakeHands();
    get("a");
    EXPECT_TRUE(asked(end, "a"));
    end.sendFetched("1", 30);

    EXPECT_THAT(outcomes(2), ElementsAre("ready 7", "a=1 for 30"));
    EXPECT_EQ(coherence.mode(), Coherence::Mode::Ttl);
    EXPECT_FALSE(runner.call([this] { return link->tracked(); }));
}

// It must not take what will pass for a Redis that has no tracking.
TEST_F(FetchLinkTest, waitsForARedisThatIsNotReady) {
    start();
    auto first = redis.accept();
    first.shakeHandsRefusing("HELLO", "LOADING Redis is loading the dataset in memory");
    EXPECT_TRUE(becomes(Link::State::Away));
    auto second = redis.accept();
    EXPECT_EQ(second.nextCommand(), "HELLO 3 SETNAME nearcache");
    second.shakeHands();
    EXPECT_TRUE(becomes(Link::State::Ready));

    EXPECT_EQ(coherence.mode(), Coherence::Mode::Tracking);
}

} // namespace

} // namespace nearcache::test
