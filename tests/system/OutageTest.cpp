/// Redis away, back, frozen: what clients get meanwhile, and how soon it is found again.

#include "system/harness/ScriptedBackend.h"
#include "system/harness/SystemTest.h"

#include <Poco/Net/ServerSocket.h>

#include <algorithm>
#include <csignal>
#include <list>

namespace nearcache::blackbox {

using namespace std::chrono_literals;

class OutageTest : public SystemTest {
  protected:
    static constexpr auto foundAgainWithin = 3s * slack;

    /// How long after now Redis is found, for reads and for writes; fails where it is not.
    static std::chrono::milliseconds timeToFind(Proxy& proxy, const std::string& key) {
        const auto start = Clock::now();
        auto http = proxy.httpClient();
        auto resp = proxy.respClient();
        EXPECT_TRUE(eventually([&] { return http.get(key).status == 201; }));
        EXPECT_TRUE(eventually([&] { return resp.ask({"SET", "written", key}) == status("OK"); }));
        return since(start);
    }

    static void expectAway(Proxy& proxy) {
        const auto answer = proxy.httpClient().get("cold");
        EXPECT_EQ(answer.status, 503);
        EXPECT_NE(answer.field("Cache-Status"), "");
        for (const auto& words : {Words{"GET", "cold"}, Words{"SET", "cold", "x"}, Words{"DEL", "cold"}}) {
            auto client = proxy.respClient();
            EXPECT_TRUE(client.ask(words).isError());
            EXPECT_EQ(client.ask({"PING"}), status("PONG"));
        }
    }
};

TEST_F(OutageTest, StartsWithoutRedisAndFindsItWhenItComes) {
    for (const auto transport : {RedisServer::Transport::UnixSocket, RedisServer::Transport::Tcp}) {
        RedisServer server(transport);
        server.stop();
        Proxy proxy(config(server.address()).set("backend.request_timeout", "1s"));
        EXPECT_TRUE(proxy.process().waitForText("Redis is away"));
        expectAway(proxy);
        server.start();
        server.ask({"SET", "name", "Ada"});
        EXPECT_LT(timeToFind(proxy, "name"), foundAgainWithin);
        EXPECT_TRUE(proxy.process().waitForText("Redis is back"));
    }
}

TEST_F(OutageTest, RedisStopsAndStartsAgain) {
    for (const auto transport : {RedisServer::Transport::UnixSocket, RedisServer::Transport::Tcp}) {
        RedisServer server(transport);
        Proxy proxy(config(server.address()).set("backend.request_timeout", "1s"));
        auto http = proxy.httpClient();
        constexpr std::size_t rounds = 3;
        for (std::size_t round = 1; round <= rounds; ++round) {
            server.ask({"SET", "hot", "cached"});
            ASSERT_TRUE(eventually([&] { return http.get("hot").status == 201; }));
            server.stop();
            ASSERT_TRUE(eventually([&] { return proxy.process().count("Redis is away") == round; }));
            expectAway(proxy);
            for (int i = 0; i < 20; ++i) {
                ASSERT_EQ(http.get("hot").status, 200) << "hits go on";
                ASSERT_EQ(proxy.respClient().ask({"GET", "hot"}), bulk("cached"));
            }
            server.start();
            const auto key = "key" + std::to_string(round);
            server.ask({"SET", key, "x"});
            EXPECT_LT(timeToFind(proxy, key), foundAgainWithin);
            ASSERT_TRUE(eventually([&] { return proxy.process().count("Redis is back") == round; }));
        }
        EXPECT_EQ(proxy.process().count("Redis is away"), rounds) << "once for each time, however many asked";
    }
}

TEST_F(OutageTest, HoweverLongItIsTriedTwiceASecond) {
    constexpr int attempts = 27; // of three links; they pause for 50 ms, then twice as long, and at last for 500 ms
    const Poco::Net::ServerSocket closing(Poco::Net::SocketAddress("127.0.0.1", 0));
    Proxy proxy(config(closing.address().toString()).set("backend.links", "1").set("limits.parallel", "1"));
    const auto start = Clock::now();
    for (int i = 0; i < attempts; ++i) {
        ASSERT_TRUE(closing.poll(Poco::Timespan(patience.count(), 0), Poco::Net::Socket::SELECT_READ));
        Poco::Net::ServerSocket(closing).acceptConnection().close();
    }
    EXPECT_LT(since(start), 6s * slack);
    EXPECT_GT(since(start), 1s) << "and not without a pause";
    EXPECT_LE(proxy.process().count(" away: "), 3U) << "each trouble is told once";
}

TEST_F(OutageTest, AFrozenRedisTimesOut) {
    RedisServer server;
    Proxy proxy(config(server.address()).set("backend.request_timeout", "300ms"));
    ASSERT_EQ(proxy.httpClient().get("name").status, 404);
    server.freeze();
    const auto start = Clock::now();
    const auto answer = proxy.httpClient().get("name");
    EXPECT_EQ(answer.status, 504);
    EXPECT_GE(since(start), 300ms);
    EXPECT_LT(since(start), 2s * slack);
    EXPECT_TRUE(proxy.respClient().ask({"GET", "name"}).isError());
    EXPECT_TRUE(proxy.respClient().ask({"SET", "name", "x"}).isError());
    server.thaw();
    EXPECT_TRUE(eventually([&] { return proxy.httpClient().get("other").status == 404; }));
}

TEST_F(OutageTest, HitsGoOnWhileAThousandMissesWait) {
    constexpr int each = 500;
    RedisServer server;
    server.ask({"SET", "hot", "cached"});
    Proxy proxy(config(server.address()));
    auto http = proxy.httpClient();
    auto resp = proxy.respClient();
    ASSERT_EQ(http.get("hot").status, 201);
    std::list<RawClient> web;
    std::list<RawClient> redisClients;
    server.freeze();
    for (int i = 0; i < each; ++i) {
        web.emplace_back(proxy.http()).send(httpGet("http" + std::to_string(i)));
        redisClients.emplace_back(proxy.resp()).send(encoded({"GET", "resp" + std::to_string(i)}));
    }
    const auto start = Clock::now();
    for (int i = 0; i < 200; ++i) {
        ASSERT_EQ(http.get("hot").status, 200);
        ASSERT_EQ(resp.ask({"GET", "hot"}), bulk("cached"));
    }
    EXPECT_LT(since(start), 2s * slack);
    for (auto* clients : {&web, &redisClients})
        for (auto& client : *clients)
            ASSERT_FALSE(client.readable()) << "a miss was answered by a Redis that is frozen";
    server.thaw();
    for (auto& client : web)
        ASSERT_EQ(client.receiveHttp().status, 404);
    for (auto& client : redisClients)
        ASSERT_EQ(client.receive(5), "$-1\r\n");
}

TEST_F(OutageTest, AWriteThatWasSentAndNotAnsweredIsNotSentAgain) {
    std::atomic<bool> cut = true;
    ScriptedBackend backend([&cut](const Words& command) {
        using Reaction = ScriptedBackend::Reaction;
        if (command.at(0) == "GET")
            return Reaction{Reaction::Kind::Reply, "$3\r\nold\r\n"};
        return cut ? Reaction{Reaction::Kind::Cut, {}} : Reaction{Reaction::Kind::Reply, "+OK\r\n"};
    });
    Proxy proxy(config(backend.address()).set("backend.links", "1"));
    auto http = proxy.httpClient();
    ASSERT_EQ(http.get("name").status, 201);
    ASSERT_EQ(http.get("name").status, 200);

    auto client = proxy.respClient();
    EXPECT_TRUE(client.ask({"SET", "name", "doomed"}).isError());
    EXPECT_EQ(http.get("name").status, 201) << "nobody knows whether it was written, so it is asked for again";
    cut = false;
    EXPECT_TRUE(eventually([&] { return client.ask({"SET", "name", "fine"}) == status("OK"); }));
    const auto commands = backend.commands();
    EXPECT_EQ(std::count(commands.begin(), commands.end(), Words{"SET", "name", "doomed"}), 1);
}

TEST_F(OutageTest, EveryWriteOfAPipelineThatWasCutGetsAnError) {
    constexpr int count = 20;
    std::atomic<int> seen = 0;
    ScriptedBackend backend([&seen](const Words&) {
        using Reaction = ScriptedBackend::Reaction;
        return ++seen == 5 ? Reaction{Reaction::Kind::Cut, {}} : Reaction{Reaction::Kind::Hold, "+OK\r\n"};
    });
    Proxy proxy(config(backend.address()).set("backend.links", "1"));
    auto client = proxy.respClient();
    for (int i = 0; i < count; ++i)
        client.send({"SET", "k" + std::to_string(i), "v"});
    client.flush();
    ASSERT_TRUE(eventually([&] { return seen >= 5; }));
    EXPECT_TRUE(client.receive().isError());
    backend.releaseAll();
    for (int i = 1; i < count; ++i)
        client.receive();
    EXPECT_EQ(client.ask({"PING"}), status("PONG"));
    auto commands = backend.commands();
    std::sort(commands.begin(), commands.end());
    EXPECT_EQ(std::adjacent_find(commands.begin(), commands.end()), commands.end()) << "a write was sent twice";
}

TEST_F(OutageTest, AWriteThatTimedOutIsSeenWhenItHappensAfterAll) {
    std::atomic<bool> written = false;
    ScriptedBackend backend([&written](const Words& command) {
        using Reaction = ScriptedBackend::Reaction;
        if (command.at(0) == "SET")
            return Reaction{Reaction::Kind::Hold, "+OK\r\n"};
        return Reaction{Reaction::Kind::Reply, written ? "$3\r\nnew\r\n" : "$3\r\nold\r\n"};
    });
    Proxy proxy(config(backend.address()).set("backend.request_timeout", "300ms"));
    auto http = proxy.httpClient();
    ASSERT_EQ(http.get("name").status, 201);
    EXPECT_TRUE(proxy.respClient().ask({"SET", "name", "new"}).isError());
    EXPECT_EQ(http.get("name").status, 201) << "what may have been changed is no longer in the cache";
    written = true;
    backend.releaseAll();
    EXPECT_TRUE(eventually([&] { return http.get("name").body == "new"; }));
}

TEST_F(OutageTest, ARedisThatIsFrozenFromTheStartIsFoundWhenItThaws) {
    RedisServer server;
    server.ask({"SET", "name", "Ada"});
    server.freeze();
    Proxy proxy(config(server.address()).set("backend.connect_timeout", "300ms").set("backend.request_timeout", "1s"));
    EXPECT_GE(proxy.httpClient().get("name").status, 503);
    EXPECT_TRUE(proxy.process().waitForText("Redis is away"));
    expectAway(proxy);
    server.thaw();
    EXPECT_LT(timeToFind(proxy, "name"), foundAgainWithin);
}

TEST_F(OutageTest, LinksThatAreKilledAreMadeAnewAndNoReadNotices) {
    RedisServer server;
    Proxy proxy(config(server.address()).set("backend.links", "2").set("limits.parallel", "1"));
    auto http = proxy.httpClient();
    for (int i = 0; i < 30; ++i) {
        ASSERT_TRUE(eventually([&] { return server.clients() == 2 * 2 + 1; }));
        ASSERT_EQ(server.ask({"CLIENT", "KILL", "TYPE", "normal"}), integer(5));
        ASSERT_EQ(http.get("k" + std::to_string(i)).status, 404) << i;
    }
    EXPECT_EQ(proxy.process().count("Redis is away"), 0U);
}

TEST_F(OutageTest, ARedisThatHasNoRoomIsAwayUntilItHas) {
    RedisServer full;
    full.ask({"SET", "name", "Ada"});
    full.ask({"CONFIG", "SET", "maxclients", "1"});
    Proxy proxy(config(full.address()).set("backend.request_timeout", "1s"));
    EXPECT_TRUE(proxy.process().waitForText("Redis is away"));
    expectAway(proxy);
    full.ask({"CONFIG", "SET", "maxclients", "100"});
    EXPECT_LT(timeToFind(proxy, "name"), foundAgainWithin);
}

TEST_F(OutageTest, AHostThatCannotBeResolvedIsAway) {
    Proxy proxy(config("host.invalid:6379").set("backend.request_timeout", "1s"));
    auto http = proxy.httpClient();
    auto resp = proxy.respClient();
    for (int i = 0; i < 3; ++i) {
        EXPECT_GE(http.get("name").status, 503);
        EXPECT_TRUE(resp.ask({"SET", "name", "Ada"}).isError());
        EXPECT_EQ(resp.ask({"PING"}), status("PONG"));
    }
    EXPECT_TRUE(proxy.process().running());
}

} // namespace nearcache::blackbox
