/// `limits.parallel`, by a backing Redis that holds its replies back and counts what it was asked meanwhile; the
/// sequential mode; and single-flight.

#include "system/harness/ScriptedBackend.h"
#include "system/harness/SystemTest.h"

#include <algorithm>
#include <list>

namespace nearcache::blackbox {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t clientCount = 12;

ScriptedBackend::Script holdingGets() {
    return holding("GET", "$1\r\nv\r\n");
}

} // namespace

class ParallelLimitTest : public SystemTest {
  protected:
    static ProxyConfig limitedTo(int parallel, const ScriptedBackend& backend) {
        return config(backend.address()).set("limits.parallel", std::to_string(parallel));
    }

    /// Waits for as many to be held, lets one after the other go, and sees that there never were more.
    static void expectNeverMoreThan(std::size_t parallel, std::size_t requests, ScriptedBackend& backend) {
        for (std::size_t left = requests; left > 0; --left) {
            const auto expected = std::min(parallel, left);
            ASSERT_TRUE(eventually([&] { return backend.held() == expected; }))
                << backend.held() << " instead of " << expected;
            backend.releaseOne();
        }
        EXPECT_EQ(backend.mostHeld(), std::min(parallel, requests));
    }
};

TEST_F(ParallelLimitTest, MissesOfManyClientsWaitTheirTurn) {
    for (const int parallel : {1, 2, 5, 11, 12, 13}) {
        SCOPED_TRACE("parallel " + std::to_string(parallel));
        ScriptedBackend backend(holdingGets());
        Proxy proxy(limitedTo(parallel, backend));
        std::list<RawClient> clients;
        for (std::size_t i = 0; i < clientCount; ++i)
            clients.emplace_back(proxy.http()).send(httpGet("k" + std::to_string(i)));
        expectNeverMoreThan(static_cast<std::size_t>(parallel), clientCount, backend);
        for (auto& client : clients)
            EXPECT_EQ(client.receiveHttp().status, 201);
    }
}

TEST_F(ParallelLimitTest, EachMissOfAPipelineHoldsASlot) {
    ScriptedBackend backend(holdingGets());
    Proxy proxy(limitedTo(4, backend));
    RawClient client(proxy.resp());
    for (std::size_t i = 0; i < clientCount; ++i)
        client.send(encoded({"GET", "k" + std::to_string(i)}));
    expectNeverMoreThan(4, clientCount, backend);
    for (std::size_t i = 0; i < clientCount; ++i)
        EXPECT_EQ(client.receive(7), "$1\r\nv\r\n");
}

TEST_F(ParallelLimitTest, WritesHoldSlotsToo) {
    ScriptedBackend backend(holding("SET", "+OK\r\n"));
    Proxy proxy(limitedTo(3, backend));
    std::list<RespClient> clients;
    for (std::size_t i = 0; i < clientCount; ++i) {
        auto& client = clients.emplace_back(proxy.resp());
        client.send({"SET", "k" + std::to_string(i), "v"});
        client.flush();
    }
    expectNeverMoreThan(3, clientCount, backend);
    for (auto& client : clients)
        EXPECT_EQ(client.receive(), status("OK"));
}

TEST_F(ParallelLimitTest, HitsNeedNoSlot) {
    ScriptedBackend backend([](const Words& command) {
        const auto kind =
            command.at(1) == "hot" ? ScriptedBackend::Reaction::Kind::Reply : ScriptedBackend::Reaction::Kind::Hold;
        return ScriptedBackend::Reaction{kind, "$1\r\nv\r\n"};
    });
    Proxy proxy(limitedTo(2, backend));
    auto http = proxy.httpClient();
    auto resp = proxy.respClient();
    ASSERT_EQ(http.get("hot").status, 201);
    std::list<RawClient> waiting;
    for (int i = 0; i < 5; ++i)
        waiting.emplace_back(proxy.http()).send(httpGet("cold" + std::to_string(i)));
    ASSERT_TRUE(eventually([&] { return backend.held() == 2; }));
    for (int i = 0; i < 100; ++i) {
        ASSERT_EQ(http.get("hot").status, 200);
        ASSERT_EQ(resp.ask({"GET", "hot"}), bulk("v"));
    }
    EXPECT_EQ(backend.held(), 2U);
    backend.releaseAll();
    for (auto& client : waiting)
        EXPECT_EQ(client.receiveHttp().status, 201);
}

TEST_F(ParallelLimitTest, WhoWaitsForAnothersFetchHoldsNoSlot) {
    ScriptedBackend backend(holdingGets());
    Proxy proxy(limitedTo(2, backend));
    std::list<RawClient> same;
    for (int i = 0; i < 10; ++i)
        same.emplace_back(proxy.http()).send(httpGet("same"));
    ASSERT_TRUE(eventually([&] { return backend.held() == 1; }));
    RawClient other(proxy.http());
    other.send(httpGet("other"));
    EXPECT_TRUE(eventually([&] { return backend.held() == 2; }));
    backend.releaseAll();
    for (auto& client : same)
        EXPECT_EQ(client.receiveHttp().body, "v");
    EXPECT_EQ(other.receiveHttp().body, "v");
    EXPECT_EQ(backend.commands().size(), 2U);
}

TEST_F(ParallelLimitTest, WhoComesFirstIsServedFirst) {
    ScriptedBackend backend(holdingGets());
    Proxy proxy(limitedTo(2, backend));
    auto observer = proxy.respClient();
    std::list<RawClient> clients;
    const auto arrive = [&](const std::string& key, const std::string& fact) {
        clients.emplace_back(proxy.http()).send(httpGet(key));
        ASSERT_TRUE(eventually([&] {
            return observer.ask({"INFO", "nearcache"}).text.find(fact) != std::string::npos;
        }));
    };
    arrive("first", "parallel_executing:1\r\n");
    arrive("second", "parallel_executing:2\r\n");
    std::vector<std::string> keys;
    for (int i = 1; i <= 8; ++i) {
        keys.push_back("k" + std::to_string(i));
        arrive(keys.back(), "parallel_waiting:" + std::to_string(i) + "\r\n");
    }
    for (std::size_t served = 0; served < keys.size(); ++served) {
        backend.releaseOne();
        ASSERT_TRUE(eventually([&] { return backend.commands().size() == served + 3; }));
        EXPECT_EQ(backend.commands().back(), (Words{"GET", keys[served]}));
    }
    backend.releaseAll();
    for (auto& client : clients)
        EXPECT_EQ(client.receiveHttp().status, 201);
}

TEST_F(ParallelLimitTest, WaitingForATurnEndsWithTheRequestTimeout) {
    ScriptedBackend backend(holdingGets());
    Proxy proxy(limitedTo(1, backend).set("backend.request_timeout", "300ms"));
    RawClient first(proxy.http());
    RawClient second(proxy.http());
    first.send(httpGet("a"));
    second.send(httpGet("b"));
    EXPECT_EQ(first.receiveHttp().status, 504);
    EXPECT_EQ(second.receiveHttp().status, 504);
    backend.releaseAll();
    EXPECT_EQ(proxy.httpClient().get("c").status, 201) << "the slot is free again";
}

TEST_F(ParallelLimitTest, SlotsOfClientsThatLeaveComeBack) {
    ScriptedBackend backend(holdingGets());
    Proxy proxy(limitedTo(3, backend));
    for (int round = 0; round < 10; ++round) {
        std::list<RawClient> leaving;
        for (int i = 0; i < 8; ++i)
            leaving.emplace_back(proxy.http()).send(httpGet("gone" + std::to_string(round) + "-" + std::to_string(i)));
        ASSERT_TRUE(eventually([&] { return backend.held() >= 3; }));
        for (auto& client : leaving)
            client.reset();
    }
    std::list<RawClient> staying;
    for (int i = 0; i < 8; ++i)
        staying.emplace_back(proxy.http()).send(httpGet("last" + std::to_string(i)));
    const auto asked = [&backend] {
        const auto commands = backend.commands();
        return static_cast<std::size_t>(std::count_if(commands.begin(), commands.end(), [](const Words& command) {
            return command.at(1).rfind("last", 0) == 0;
        }));
    };
    ASSERT_TRUE(eventually([&] {
        if (backend.held() > asked()) // those held longest are of the clients that left
            backend.releaseOne();
        return asked() == 3;
    })) << asked()
        << " at once instead of 3";
    backend.releaseAll();
    for (auto& client : staying)
        EXPECT_EQ(client.receiveHttp().status, 201);
}

TEST_F(ParallelLimitTest, WithOneEverythingIsStrictlySequential) {
    ScriptedBackend backend([](const Words& command) {
        const auto kind =
            command.at(1) == "cold" ? ScriptedBackend::Reaction::Kind::Hold : ScriptedBackend::Reaction::Kind::Reply;
        return ScriptedBackend::Reaction{kind, "$1\r\nv\r\n"};
    });
    Proxy proxy(limitedTo(1, backend));
    ASSERT_EQ(proxy.httpClient().get("hot").status, 201);
    RawClient first(proxy.http());
    first.send(httpGet("cold"));
    ASSERT_TRUE(eventually([&] { return backend.held() == 1; }));

    RawClient hit(proxy.http());
    hit.send(httpGet("hot"));
    RawClient miss(proxy.resp());
    miss.send(encoded({"GET", "other"}));
    EXPECT_TRUE(hit.silentFor(200ms)) << "even a hit waits its turn";
    EXPECT_TRUE(miss.silentFor(0ms));
    EXPECT_EQ(backend.commands().size(), 2U);

    backend.releaseOne();
    EXPECT_EQ(hit.receiveHttp().status, 200);
    EXPECT_TRUE(first.readable()) << "the first reply is written before the second request starts";
    EXPECT_EQ(first.receiveHttp().status, 201);
    EXPECT_EQ(miss.receive(7), "$1\r\nv\r\n");
}

TEST_F(ParallelLimitTest, SequentialModeServesPipelinesAndWrites) {
    Proxy proxy(config().set("limits.parallel", "1"));
    auto client = proxy.respClient();
    for (int i = 0; i < 1'000; ++i) {
        client.send({"SET", "k" + std::to_string(i % 7), std::to_string(i)});
        client.send({"GET", "k" + std::to_string(i % 7)});
        client.send({"PING"});
    }
    for (int i = 0; i < 1'000; ++i) {
        ASSERT_EQ(client.receive(), status("OK"));
        ASSERT_EQ(client.receive(), bulk(std::to_string(i)));
        ASSERT_EQ(client.receive(), status("PONG"));
    }
}

TEST_F(ParallelLimitTest, AHundredClientsOfOneMissingKeyMakeOneFetch) {
    RedisServer slow;
    slow.ask({"SET", "wanted", "Ada"});
    Proxy proxy(config(slow.address()));
    ASSERT_EQ(proxy.httpClient().get("absent").status, 404);
    ASSERT_EQ(slow.calls("get"), 1);

    std::list<RawClient> http;
    std::list<RawClient> resp;
    for (int i = 0; i < 50; ++i) {
        http.emplace_back(proxy.http());
        resp.emplace_back(proxy.resp());
    }
    slow.freeze();
    for (auto& client : http)
        client.send(httpGet("wanted"));
    for (auto& client : resp)
        client.send(encoded({"GET", "wanted"}));
    slow.thaw();
    for (auto& client : http)
        EXPECT_EQ(client.receiveHttp().body, "Ada");
    for (auto& client : resp)
        EXPECT_EQ(client.receive(9), "$3\r\nAda\r\n");
    EXPECT_EQ(slow.calls("get"), 2);
}

} // namespace nearcache::blackbox
