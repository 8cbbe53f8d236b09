// What a fetching link promises, with a Redis that is none of ours.

#include "backend/FetchLink.h"

#include "LinkFixture.h"
#include "RedisServer.h"

#include <gmock/gmock.h>

#include <list>

namespace nearcache::test {

namespace {

using ::testing::ElementsAre;

class TrackingTest : public LinkFixture<FetchLink>, public TrackingListener {
  protected:
    TrackingTest() {
        settings.unixPath = real.path();
        start();
        EXPECT_TRUE(becomes(Link::State::Ready));
    }
    void TearDown() override {
        stop(); // before this ceases to be a listener
        link.reset();
    }

    class Get : public PendingGet {
      public:
        Get(std::string wanted, std::vector<std::string>& log) : _key(std::move(wanted)), _log(log) {}
        [[nodiscard]] std::string_view key() const override { return _key; }
        void onSend() override {}
        void onOutcome(const Outcome& outcome) override {
            const bool ends = outcome.expiresIn > std::chrono::milliseconds(0);
            _log.push_back(_key + (outcome.kind == Reply::Kind::Value ? "=" + std::string(outcome.value) : " absent") +
                           (ends ? " ends" : ""));
        }

      private:
        const std::string _key;
        std::vector<std::string>& _log;
    };

    std::unique_ptr<FetchLink> make(const LinkContext& context) override {
        return std::make_unique<FetchLink>(context, 0, *this, coherence);
    }

    void onReady(unsigned /*group*/, bool tracked) override { log.emplace_back(tracked ? "ready" : "not tracked"); }
    void onLost(unsigned /*group*/) override { log.emplace_back("lost"); }
    void onBehind(unsigned /*group*/) override { log.emplace_back("behind"); }
    void onCaughtUp(unsigned /*group*/) override { log.emplace_back("caught up"); }
    void onInvalidated(std::string_view key) override { log.push_back("invalidated " + std::string(key)); }
    void onFlushed(unsigned /*group*/) override { log.emplace_back("flushed"); }

    void get(const std::string& key) {
        Get& request = requests.emplace_back(key, log);
        runner.call([&] { link->get(request); });
    }

    void getMany(const std::vector<std::string>& keys) {
        std::vector<PendingGet*> gets;
        for (const auto& key : keys)
            gets.push_back(&requests.emplace_back(key, log));
        runner.call([&] { link->getMany(gets); });
    }

    /// What came since the last call, once all is here that Redis has executed.
    std::vector<std::string> news() {
        std::promise<bool> reached;
        runner.call([&] { link->fence([&reached](bool is) { reached.set_value(is); }); });
        EXPECT_TRUE(reached.get_future().get());
        return runner.call([this] { return std::exchange(log, {}); });
    }

    const RedisServer real;
    CacheSettings cache;
    Coherence coherence{cache};
    std::vector<std::string> log;
    std::list<Get> requests;
};

TEST_F(TrackingTest, isToldOfEveryChangeToWhatItHasRead) {
    real.ask("SET a 1");
    get("a");
    get("b");
    EXPECT_THAT(news(), ElementsAre("ready", "a=1", "b absent"));
    real.ask("APPEND a 2");
    real.ask("SET b 1");
    EXPECT_THAT(news(), ElementsAre("invalidated a", "invalidated b"));
    real.ask("SET a 3");
    EXPECT_THAT(news(), ElementsAre()) << "it was not read again";
    get("a");
    real.ask("PEXPIRE a 100000");
    get("a");
    EXPECT_EQ(news().back(), "a=3 ends");
}

TEST_F(TrackingTest, isToldOfChangesToSeveralKeysAndOfFlushes) {
    real.ask("MSET a 1 b 2");
    real.ask("HSET c f v");
    getMany({"a", "b", "c"});
    EXPECT_THAT(news(), ElementsAre("ready", "a=1", "b=2", "c absent"));
    real.ask("DEL b");
    EXPECT_THAT(news(), ElementsAre("invalidated b"));
    real.ask("FLUSHALL");
    EXPECT_THAT(news(), ElementsAre("flushed"));
}

TEST_F(TrackingTest, isToldAboutNothingMoreOnceItIsCut) {
    real.ask("SET a 1");
    get("a");
    EXPECT_THAT(news(), ElementsAre("ready", "a=1"));
    const auto id = runner.call([this] { return link->redisId(); });
    EXPECT_EQ(real.ask(("CLIENT KILL ID " + std::to_string(id)).c_str()), "1");
    EXPECT_TRUE(eventually([&] { return runner.call([this] { return log.size(); }) == 2; }));

    EXPECT_THAT(news(), ElementsAre("lost", "ready"));
    EXPECT_NE(runner.call([this] { return link->redisId(); }), id);
}

} // namespace

} // namespace nearcache::test
