#include "backend/ControlLink.h"

#include "LinkFixture.h"
#include "RedisServer.h"
#include "support/LogCapture.h"

#include <gmock/gmock.h>

namespace nearcache::test {

namespace {

class ControlLinkTest : public LinkFixture<ControlLink> {
  protected:
    ~ControlLinkTest() override {
        stop();
        link.reset();
    }

    std::unique_ptr<ControlLink> make(const LinkContext& context) override {
        return std::make_unique<ControlLink>(context, facts);
    }

    static std::string bulk(std::string_view text) {
        return "$" + std::to_string(text.size()) + "\r\n" + std::string(text) + "\r\n";
    }

    /// What it asks, and a table of the one command `name`.
    static void answer(FakeLink& end, const std::string& name) {
        EXPECT_EQ(end.command(), "COMMAND");
        EXPECT_EQ(end.command(), "INFO server");
        EXPECT_EQ(end.command(), "INFO replication");
        end.send("*1\r\n*7\r\n+" + name + "\r\n:2\r\n*0\r\n:1\r\n:1\r\n:1\r\n*0\r\n");
        end.send(bulk("# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.0.1\r\n"
                      "server_mode:standalone\r\n"));
        end.send(bulk("# Replication\r\nrole:slave\r\nmaster_role:x\r\n"));
    }

    void touch(const std::vector<std::string>& keys) {
        runner.call([&] { link->touch(keys); });
    }

    LogCapture log;
    BackendFacts facts;
};

TEST_F(ControlLinkTest, asksRedisAboutItself) {
    EXPECT_FALSE(facts.attempted());
    auto end = startAndJoin();
    EXPECT_FALSE(facts.attempted());
    answer(end, "get");
    EXPECT_TRUE(eventually([this] { return facts.attempted(); }));

    ASSERT_NE(facts.commands(), nullptr);
    EXPECT_NE(facts.commands()->find("get"), nullptr);
    const auto identity = facts.identity();
    EXPECT_EQ(identity.server, "valkey");
    EXPECT_EQ(identity.version, "8.0.1");
    EXPECT_EQ(identity.mode, "standalone");
    EXPECT_EQ(identity.role, "slave");
}

TEST_F(ControlLinkTest, asksAgainOnEachNewConnectionAndKeepsWhatItKnows) {
    auto first = startAndJoin();
    answer(first, "get");
    EXPECT_TRUE(eventually([this] { return facts.attempted(); }));
    first.close();
    auto second = join();
    EXPECT_NE(facts.commands()->find("get"), nullptr);
    answer(second, "other");

    EXPECT_TRUE(eventually([this] { return facts.commands()->find("other") != nullptr; }));
}

TEST_F(ControlLinkTest, hasTriedWhenRedisIsAway) {
    redis.goAway();
    start();

    EXPECT_TRUE(eventually([this] { return facts.attempted(); }));
    EXPECT_EQ(facts.commands(), nullptr);
    EXPECT_EQ(facts.identity().server, "");
}

TEST_F(ControlLinkTest, hasTriedWhenItIsLostMeanwhile) {
    auto end = startAndJoin();
    end.close();

    EXPECT_TRUE(eventually([this] { return facts.attempted(); }));
}

TEST_F(ControlLinkTest, doesWithoutATableWhereItIsRefused) {
    auto end = startAndJoin();
    end.send("-NOPERM no COMMAND\r\n-NOPERM no INFO\r\n-NOPERM no INFO\r\n");
    EXPECT_TRUE(eventually([this] { return facts.attempted(); }));

    ASSERT_NE(facts.commands(), nullptr);
    EXPECT_TRUE(facts.commands()->find("blpop")->blocking) << "such must be known";
    EXPECT_EQ(facts.commands()->find("get"), nullptr);
    EXPECT_EQ(facts.identity().version, "0.0.0");
    EXPECT_THAT(log.lines(), testing::Contains(testing::AllOf(
                                 testing::StartsWith("warning: Redis does not tell which commands it has (COMMAND)"),
                                 testing::EndsWith(": NOPERM no COMMAND"))));
}

TEST_F(ControlLinkTest, touchesKeys) {
    start();
    touch({"early"}); // forgotten
    auto end = join();
    answer(end, "get");
    touch({"a", "b c"});
    touch({});
    EXPECT_EQ(end.command(), "TOUCH a b c");
    EXPECT_TRUE(end.quiet());
}

TEST_F(ControlLinkTest, touchesNoMoreThanRedisTakes) {
    auto end = startAndJoin();
    answer(end, "get");
    for (std::size_t i = 0; i < 2 * ControlLink::maxTouches; ++i)
        touch({"a"});
    for (std::size_t i = 0; i < ControlLink::maxTouches; ++i)
        EXPECT_EQ(end.command(), "TOUCH a");
    runner.settle();
    EXPECT_TRUE(end.quiet());
    end.send(":1\r\n");
    runner.settle();
    touch({"b"});

    EXPECT_EQ(end.command(), "TOUCH b");
}

TEST_F(ControlLinkTest, isLostWhenAReplyComesThatNothingWasAskedFor) {
    auto end = startAndJoin();
    answer(end, "get");
    end.send("+more\r\n");

    EXPECT_TRUE(end.ended());
}

TEST_F(ControlLinkTest, isLostWhenAReplyIsNotResp) {
    auto end = startAndJoin();
    end.send("garbage\r\n");

    EXPECT_TRUE(end.ended());
}

TEST_F(ControlLinkTest, asksARealRedis) {
    const RedisServer real;
    settings.unixPath = real.path();
    start();
    EXPECT_TRUE(eventually([this] { return facts.attempted(); }));

    ASSERT_NE(facts.commands(), nullptr);
    EXPECT_NE(facts.commands()->find("get"), nullptr);
    const auto identity = facts.identity();
    EXPECT_FALSE(identity.server.empty());
    EXPECT_NE(real.ask("INFO server").find("version:" + identity.version), std::string::npos);
    EXPECT_EQ(identity.mode, "standalone");
    EXPECT_EQ(identity.role, "master");
    EXPECT_EQ(real.ask("SET a 1"), "OK");
}

} // namespace

} // namespace nearcache::test
