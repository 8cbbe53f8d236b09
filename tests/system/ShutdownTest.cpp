/// SIGTERM and SIGINT stop listening, let the requests under way finish, and end it with exit code 0.

#include "system/harness/SystemTest.h"

#include <algorithm>
#include <csignal>
#include <list>

namespace nearcache::blackbox {

using namespace std::chrono_literals;

class ShutdownTest : public SystemTest, public ::testing::WithParamInterface<int> {
  protected:
    static constexpr auto promptly = 3s * slack;

    static void expectUnderWay(const Proxy& proxy, int requests) {
        const auto fact = "\nparallel_executing:" + std::to_string(requests) + "\r\n";
        auto observer = proxy.respClient();
        EXPECT_TRUE(eventually([&] {
            return observer.ask({"INFO", "nearcache"}).text.find(fact) != std::string::npos;
        }));
    }

    static bool refusesConnections(std::uint16_t port) {
        try {
            RawClient client(port);
            client.trySend("PING\r\n");
            return client.receiveAll().empty(); // taken by the kernel, and closed
        } catch (const Poco::Exception&) {
            return true;
        }
    }
};

INSTANTIATE_TEST_SUITE_P(Signals, ShutdownTest, ::testing::Values(SIGTERM, SIGINT),
                         [](const auto& test) { return test.param == SIGTERM ? "SIGTERM" : "SIGINT"; });

TEST_P(ShutdownTest, IdleConnectionsDoNotHoldItUp) {
    redis().ask({"SET", "name", "Ada"});
    Proxy proxy(config());
    std::list<RawClient> clients;
    for (int i = 0; i < 20; ++i) {
        clients.emplace_back(proxy.http()).send(httpGet("name"));
        EXPECT_EQ(clients.back().receiveHttp().body, "Ada");
        clients.emplace_back(proxy.resp());
    }
    const auto start = Clock::now();
    proxy.process().signal(GetParam());
    EXPECT_EQ(proxy.process().wait(), 0);
    EXPECT_LT(since(start), promptly);
    for (auto& client : clients)
        EXPECT_EQ(client.receiveAll(), "");
}

TEST_P(ShutdownTest, RequestsUnderWayAreAnswered) {
    RedisServer slow;
    slow.ask({"SET", "name", "Ada"});
    Proxy proxy(config(slow.address()));
    ASSERT_EQ(proxy.httpClient().get("other").status, 404);
    RawClient http(proxy.http());
    RawClient resp(proxy.resp());
    slow.freeze();
    http.send(httpGet("name") + httpGet("absent"));
    resp.send(encoded({"GET", "name"}) + encoded({"SET", "written", "x"}) + encoded({"GET", "written"}));
    expectUnderWay(proxy, 3); // of the five: one asks for the same as another, and one waits for the SET

    const auto httpPort = proxy.http();
    const auto respPort = proxy.resp();
    proxy.process().signal(GetParam());
    EXPECT_TRUE(eventually([&] { return refusesConnections(httpPort) && refusesConnections(respPort); }));
    EXPECT_TRUE(proxy.process().running()) << "it did not wait";
    slow.thaw();
    EXPECT_EQ(http.receiveHttp().body, "Ada");
    EXPECT_EQ(http.receiveHttp().status, 404);
    EXPECT_EQ(resp.receiveAll(), "$3\r\nAda\r\n+OK\r\n$1\r\nx\r\n");
    EXPECT_EQ(proxy.process().wait(), 0);
    EXPECT_EQ(slow.ask({"GET", "written"}), bulk("x"));
}

TEST_P(ShutdownTest, RequestsSentBeforeTheSignalAreAnswered) {
    redis().ask({"SET", "name", "Ada"});
    Proxy proxy(config());
    std::list<RawClient> http;
    std::list<RawClient> resp;
    for (int i = 0; i < 20; ++i) {
        http.emplace_back(proxy.http()).send(httpGet("name"));
        resp.emplace_back(proxy.resp()).send(encoded({"PING"}));
        ASSERT_EQ(http.back().receiveHttp().body, "Ada");
        ASSERT_EQ(resp.back().receive(7), "+PONG\r\n");
    }
    proxy.process().signal(SIGSTOP); // it reads nothing before the signal is there
    for (auto& client : http)
        client.send(httpGet("name") + httpGet("absent"));
    for (auto& client : resp)
        client.send(encoded({"GET", "name"}) + encoded({"SET", "written", "x"}));
    proxy.process().signal(GetParam());
    proxy.process().signal(SIGCONT);
    for (auto& client : http) {
        EXPECT_EQ(client.receiveHttp().body, "Ada");
        EXPECT_EQ(client.receiveHttp().status, 404);
    }
    for (auto& client : resp)
        EXPECT_EQ(client.receiveAll(), "$3\r\nAda\r\n+OK\r\n");
    EXPECT_EQ(proxy.process().wait(), 0);
}

TEST_P(ShutdownTest, LargeRepliesAreSentToTheirEnd) {
    const std::string value(20'000'000, 'v');
    redis().ask({"SET", "large", value});
    Proxy proxy(config());
    RawClient http(proxy.http());
    http.send(httpGet("large"));
    http.receive(1'000);
    proxy.process().signal(GetParam());
    const auto rest = http.receiveAll();
    EXPECT_EQ(proxy.process().wait(), 0);
    EXPECT_GT(rest.size() + 1'000, value.size());
    EXPECT_EQ(rest.substr(rest.size() - 10), std::string(10, 'v'));
}

TEST_P(ShutdownTest, APipelineThatIsCutShortHasWholeRepliesInOrder) {
    constexpr int depth = 20'000;
    Proxy proxy(config());
    RawClient client(proxy.resp());
    std::string commands;
    std::string replies;
    for (int i = 0; i < depth; ++i) {
        const auto text = std::to_string(100'000 + i);
        commands += encoded({"SET", "k" + text, text, "GET"}) + encoded({"ECHO", text});
        replies += "$-1\r\n$6\r\n" + text + "\r\n";
    }
    client.send(commands);
    const auto begin = client.receive(1);
    proxy.process().signal(GetParam());
    const auto all = begin + client.receiveAll();
    EXPECT_EQ(proxy.process().wait(), 0);
    EXPECT_TRUE(replies.rfind(all, 0) == 0) << "not what was asked for";
    EXPECT_TRUE(all.size() >= 2 && all.substr(all.size() - 2) == "\r\n");
    const auto executed = redis().ask({"DBSIZE"}).number;
    EXPECT_EQ(std::count(all.begin(), all.end(), '-'), executed) << "a write was executed and not answered";
}

TEST_P(ShutdownTest, ARedisThatNeverAnswersHoldsItUpNoLongerThanTheTimeout) {
    RedisServer frozen;
    Proxy proxy(config(frozen.address()).set("backend.request_timeout", "500ms"));
    ASSERT_EQ(proxy.httpClient().get("other").status, 404);
    frozen.freeze();
    RawClient http(proxy.http());
    http.send(httpGet("name"));
    expectUnderWay(proxy, 1);
    const auto start = Clock::now();
    proxy.process().signal(GetParam());
    EXPECT_EQ(http.receiveHttp().status, 504);
    EXPECT_EQ(proxy.process().wait(), 0);
    EXPECT_LT(since(start), promptly + 500ms);
}

TEST_P(ShutdownTest, ItEndsWithRedisAway) {
    RedisServer away;
    away.stop();
    Proxy proxy(config(away.address()).set("backend.request_timeout", "1s"));
    ASSERT_TRUE(proxy.process().waitForText("Redis is away"));
    proxy.process().signal(GetParam());
    EXPECT_EQ(proxy.process().wait(), 0);
}

TEST_P(ShutdownTest, ASecondSignalDoesNoHarm) {
    Proxy proxy(config());
    proxy.process().signal(GetParam());
    proxy.process().signal(GetParam());
    EXPECT_EQ(proxy.process().wait(), 0);
}

TEST_P(ShutdownTest, TheSamePortsCanBeHadAtOnceAgain) {
    const auto address = "127.0.0.1:" + std::to_string(freePort());
    for (int round = 0; round < 3; ++round) {
        ProxyConfig again;
        again.set("backend.address", redis().address()).frontEnd("resp", {{"listen", address}});
        Proxy proxy(again);
        auto client = proxy.respClient();
        ASSERT_EQ(client.ask({"PING"}), status("PONG"));
        proxy.process().signal(GetParam());
        ASSERT_EQ(proxy.process().wait(), 0);
    }
}

} // namespace nearcache::blackbox
