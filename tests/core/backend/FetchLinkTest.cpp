#include "backend/FetchLink.h"

#include "LinkFixture.h"

#include <gmock/gmock.h>

#include <functional>

namespace nearcache::test {

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A GET that writes down what becomes of it: `a=1`, `a absent`, `a unavailable: …`, `a backend: …`.
class Get : public PendingGet {
  public:
    Get(std::string wanted, std::vector<std::string>& outcomes) : _key(std::move(wanted)), _outcomes(outcomes) {}

    [[nodiscard]] const std::string& key() const override { return _key; }
    void onSend() override { ++sends; }

    void onOutcome(Outcome outcome) override {
        _outcomes.push_back(_key + textOf(outcome));
        if (next)
            next();
    }

    int sends = 0;
    std::function<void()> next; ///< what follows from the outcome

  private:
    static std::string textOf(const Outcome& outcome) {
        switch (outcome.kind) {
        case Reply::Kind::Value: return "=" + std::string(outcome.entry->value());
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

class FetchLinkTest : public LinkFixture<FetchLink> {
  protected:
    ~FetchLinkTest() override { stop(); } // before what is written down goes

    std::shared_ptr<Get> get(const std::string& key) {
        auto request = std::make_shared<Get>(key, log);
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
    const auto request = get("a");
    EXPECT_EQ(end.command(), "GET a");
    EXPECT_EQ(sends(*request), 1);
    EXPECT_THAT(outcomes(), IsEmpty());
    end.sendValue("1");

    EXPECT_THAT(outcomes(1), ElementsAre("a=1"));
}

TEST_F(FetchLinkTest, matchesRepliesToRequestsInTheirOrder) {
    auto end = startAndJoin();
    for (const auto* key : {"a", "b", "c", "d"})
        get(key);
    for (const auto* command : {"GET a", "GET b", "GET c", "GET d"})
        EXPECT_EQ(end.command(), command);
    end.send("$1\r\n1\r\n$-1\r\n-WRONGTYPE no\r\n-ERR other\r\n");

    EXPECT_THAT(outcomes(4), ElementsAre("a=1", "b absent", "c wrong type: WRONGTYPE no", "d backend: ERR other"));
}

TEST_F(FetchLinkTest, takesRepliesByteByByte) {
    auto end = startAndJoin();
    get("a");
    get("b");
    for (const char byte : std::string_view("$5\r\nval\r\n\r\n$-1\r\n")) {
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
    end.sendValue(large);
    end.sendValue("1");

    EXPECT_THAT(outcomes(2), ElementsAre("a=" + large, "b=1"));
}

TEST_F(FetchLinkTest, takesKeysOfAnyBytes) {
    auto end = startAndJoin();
    const std::string key("\0\r\n\xff", 4);
    get(key);

    EXPECT_EQ(end.command(), "GET " + key);
}

TEST_F(FetchLinkTest, mayBeAskedWhileItAnswers) {
    auto end = startAndJoin();
    auto request = std::make_shared<Get>("a", log);
    request->next = [this] { link->get(std::make_shared<Get>("b", log)); };
    runner.call([&] { link->get(request); });
    end.sendValue("1");
    EXPECT_EQ(end.command(), "GET a");
    EXPECT_EQ(end.command(), "GET b");
    end.sendValue("2");

    EXPECT_THAT(outcomes(2), ElementsAre("a=1", "b=2"));
}

TEST_F(FetchLinkTest, keepsRequestsUntilItIsReady) {
    start();
    const auto first = get("a");
    get("b");
    EXPECT_EQ(sends(*first), 0);
    auto end = redis.accept();
    end.shakeHands();
    EXPECT_EQ(end.command(), "GET a");
    EXPECT_EQ(end.command(), "GET b");

    EXPECT_EQ(sends(*first), 1);
    EXPECT_THAT(outcomes(), IsEmpty());
}

TEST_F(FetchLinkTest, failsAtOnceWhileRedisIsAway) {
    redis.goAway();
    start();
    EXPECT_TRUE(becomes(Link::State::Away));
    const auto request = get("a");

    EXPECT_EQ(runner.call([this] { return log.size(); }), 1U) << "within the call";
    EXPECT_THAT(outcomes(), ElementsAre("a unavailable: No such file or directory"));
    EXPECT_EQ(sends(*request), 0);
}

TEST_F(FetchLinkTest, failsWhatWaitsWhenRedisTurnsOutToBeAway) {
    start();
    get("a");
    auto end = redis.accept();
    end.send("-NOAUTH Authentication required.\r\n-NOAUTH Authentication required.\r\n");

    EXPECT_THAT(outcomes(1), ElementsAre("a unavailable: Redis refused PING: NOAUTH Authentication required."));
}

TEST_F(FetchLinkTest, asksOnceMoreWhenTheLinkIsLost) {
    auto first = startAndJoin();
    const auto request = get("a");
    get("b");
    get("c");
    EXPECT_EQ(first.command(), "GET a");
    EXPECT_EQ(first.command(), "GET b");
    EXPECT_EQ(first.command(), "GET c");
    first.sendValue("1");
    first.send("$5\r\nhal"); // half of a reply is none
    EXPECT_THAT(outcomes(1), ElementsAre("a=1"));
    first.close();
    auto second = redis.accept();
    second.shakeHands();
    EXPECT_EQ(second.command(), "GET b");
    EXPECT_EQ(second.command(), "GET c");
    second.sendValue("2");
    second.sendValue("3");

    EXPECT_THAT(outcomes(3), ElementsAre("a=1", "b=2", "c=3"));
    EXPECT_EQ(sends(*request), 1);
}

TEST_F(FetchLinkTest, asksNoMoreThanTwice) {
    auto first = startAndJoin();
    const auto request = get("a");
    EXPECT_EQ(first.command(), "GET a");
    first.close();
    auto second = join();
    EXPECT_EQ(second.command(), "GET a");
    get("b"); // for the first time
    EXPECT_EQ(second.command(), "GET b");
    second.close();
    EXPECT_THAT(outcomes(1), ElementsAre("a unavailable: Redis closed the connection"));
    auto third = join();
    EXPECT_EQ(third.command(), "GET b");
    third.sendValue("2");

    EXPECT_THAT(outcomes(2), ElementsAre("a unavailable: Redis closed the connection", "b=2"));
    EXPECT_EQ(sends(*request), 2);
}

TEST_F(FetchLinkTest, failsWhatWasSentWhenRedisIsAwayAfterTheLoss) {
    auto end = startAndJoin();
    get("a");
    EXPECT_EQ(end.command(), "GET a");
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
    EXPECT_EQ(second.command(), "GET a");
    second.sendValue("1");

    EXPECT_THAT(outcomes(1), ElementsAre("a=1"));
}

TEST_F(FetchLinkTest, isLostWhenMoreRepliesComeThanWereAskedFor) {
    auto first = startAndJoin();
    get("a");
    EXPECT_EQ(first.command(), "GET a");
    first.send("$1\r\n1\r\n$1\r\n2\r\n");

    EXPECT_THAT(outcomes(1), ElementsAre("a=1"));
    EXPECT_TRUE(first.ended());
}

TEST_F(FetchLinkTest, isLostWhenAReplyIsNotResp) {
    auto first = startAndJoin();
    get("a");
    EXPECT_EQ(first.command(), "GET a");
    first.send("garbage\r\n");
    EXPECT_TRUE(first.ended());
    auto second = join();
    EXPECT_EQ(second.command(), "GET a") << "asked once more";
    second.send("garbage\r\n");

    EXPECT_THAT(outcomes(1), ElementsAre(testing::StartsWith("a unavailable: a reply is not RESP: ")));
}

TEST_F(FetchLinkTest, takesBackWhatWasNotSent) {
    start();
    const auto first = get("a");
    const auto second = get("b");
    EXPECT_TRUE(withdraw(*first));
    EXPECT_FALSE(withdraw(*first));
    auto end = redis.accept();
    end.shakeHands();
    EXPECT_EQ(end.command(), "GET b");
    EXPECT_FALSE(withdraw(*second)) << "it is on its way";
    end.sendValue("2");

    EXPECT_THAT(outcomes(1), ElementsAre("b=2"));
    EXPECT_FALSE(withdraw(*second)) << "it is answered";
    EXPECT_EQ(sends(*first), 0);
}

TEST_F(FetchLinkTest, takesBackWhatWouldBeAskedOnceMore) {
    auto first = startAndJoin();
    const auto request = get("a");
    EXPECT_EQ(first.command(), "GET a");
    first.close();
    auto second = redis.accept();
    EXPECT_TRUE(becomes(Link::State::Connecting));
    EXPECT_TRUE(withdraw(*request));
    second.shakeHands();
    EXPECT_TRUE(becomes(Link::State::Ready));
    runner.settle();

    EXPECT_TRUE(second.quiet());
    EXPECT_THAT(outcomes(), IsEmpty());
}

} // namespace

} // namespace nearcache::test
