/// What others change in Redis is not served any more, whatever way it was changed; and what is served while Redis
/// cannot be heard is bounded and says so.

#include "system/harness/SystemTest.h"

#include <thread>

namespace nearcache::blackbox {

using namespace std::chrono_literals;

class CoherenceTest : public SystemTest {
  protected:
    /// The value becomes this one within the time that an invalidation may take on a loaded machine.
    static bool becomes(HttpClient& http, const std::string& key, const std::string& value) {
        return test::eventually([&] { return http.get(key).body == value; });
    }

    static bool isGone(HttpClient& http, const std::string& key) {
        return test::eventually([&] { return http.get(key).status == 404; });
    }

    /// Cached, so that a stale answer would be a hit.
    static void cache(HttpClient& http, const std::string& key, const std::string& value) {
        EXPECT_EQ(http.get(key).body, value);
        EXPECT_EQ(http.get(key).status, 200);
    }

    static ProxyConfig config() { return SystemTest::config().set("cache.ttl", "1h"); }
};

TEST_F(CoherenceTest, AForeignWriteIsSeen) {
    Proxy proxy(config());
    auto http = proxy.httpClient();
    for (int i = 0; i < 20; ++i) {
        redis().ask({"SET", "k", std::to_string(i)});
        EXPECT_TRUE(becomes(http, "k", std::to_string(i)));
        cache(http, "k", std::to_string(i));
    }
}

TEST_F(CoherenceTest, EveryWayOfChangingAKeyIsSeen) {
    Proxy proxy(config());
    auto http = proxy.httpClient();
    const std::vector<std::pair<Words, std::string>> changes{
        {{"APPEND", "k", "1"}, "v1"},
        {{"SETRANGE", "k", "0", "w"}, "wo"},
        {{"EVAL", "redis.call('set', KEYS[1], 'script')", "1", "k"}, "script"},
        {{"RENAME", "other", "k"}, "renamed"},
        {{"COPY", "other", "k", "REPLACE"}, "renamed"},
        {{"GETSET", "k", "got"}, "got"},
        {{"MSET", "k", "many", "z", "1"}, "many"},
        {{"RESTORE", "k", "0", "", "REPLACE"}, "dumped"},
    };
    for (auto [change, after] : changes) {
        redis().ask({"SET", "dumped", "dumped"});
        redis().ask({"SET", "other", "renamed"});
        redis().ask({"SET", "k", change[0] == "SETRANGE" ? "vo" : "v"});
        if (change[0] == "RESTORE")
            change[3] = redis().ask({"DUMP", "dumped"}).text;
        EXPECT_TRUE(becomes(http, "k", change[0] == "SETRANGE" ? "vo" : "v")) << change[0];
        cache(http, "k", change[0] == "SETRANGE" ? "vo" : "v");
        EXPECT_FALSE(redis().ask(change).isError()) << change[0];
        EXPECT_TRUE(becomes(http, "k", after)) << change[0];
    }
}

TEST_F(CoherenceTest, DeletionAndFlushesAreSeen) {
    Proxy proxy(config());
    auto http = proxy.httpClient();
    for (const Words& change : {Words{"DEL", "k"}, Words{"UNLINK", "k"}, Words{"FLUSHDB"}, Words{"FLUSHALL", "ASYNC"},
                                Words{"PEXPIREAT", "k", "1"}, Words{"RENAME", "k", "z"}, Words{"MOVE", "k", "5"}}) {
        redis().ask({"FLUSHALL"});
        redis().ask({"SET", "k", "v"});
        EXPECT_TRUE(becomes(http, "k", "v")) << change[0];
        cache(http, "k", "v");
        redis().ask(change);
        EXPECT_TRUE(isGone(http, "k")) << change[0];
    }
}

TEST_F(CoherenceTest, AKeyEndsNoLaterThanInRedis) {
    Proxy proxy(config());
    auto http = proxy.httpClient();
    for (int i = 0; i < 5; ++i) {
        redis().ask({"SET", "k", "v", "PX", "300"});
        const auto written = Clock::now();
        EXPECT_TRUE(becomes(http, "k", "v"));
        Clock::time_point lastSeen;
        while (http.get("k").status != 404)
            lastSeen = Clock::now();
        EXPECT_LT(lastSeen - written, 310ms * slack);
    }
}

TEST_F(CoherenceTest, ATimeToLiveSetLaterCounts) {
    Proxy proxy(config());
    auto http = proxy.httpClient();
    redis().ask({"SET", "k", "v"});
    cache(http, "k", "v");
    redis().ask({"PEXPIRE", "k", "50"});
    EXPECT_TRUE(isGone(http, "k"));
}

TEST_F(CoherenceTest, SwapdbThroughTheProxyIsSeen) {
    Proxy proxy(config());
    auto http = proxy.httpClient();
    auto resp = proxy.respClient();
    redis().ask({"SET", "k", "zero"});
    cache(http, "k", "zero");
    EXPECT_EQ(resp.ask({"SWAPDB", "0", "1"}), status("OK"));
    EXPECT_EQ(http.get("k").status, 404);
    EXPECT_EQ(resp.ask({"SWAPDB", "0", "1"}), status("OK"));
    EXPECT_EQ(http.get("k").body, "zero");
}

TEST_F(CoherenceTest, AScriptWithUndeclaredKeysIsSeenAtOnce) {
    Proxy proxy(config());
    auto http = proxy.httpClient();
    auto resp = proxy.respClient();
    redis().ask({"SET", "k", "0"});
    for (int i = 1; i <= 50; ++i) {
        EXPECT_EQ(http.get("k").body, std::to_string(i - 1));
        EXPECT_EQ(resp.ask({"EVAL", "return redis.call('incr', 'k')", "0"}), integer(i));
        EXPECT_EQ(resp.ask({"GET", "k"}), bulk(std::to_string(i)));
        EXPECT_EQ(http.get("k").body, std::to_string(i));
    }
}

TEST_F(CoherenceTest, WhatAScriptHasReadIsNotOlderInTheCache) {
    Proxy proxy(config());
    auto resp = proxy.respClient();
    for (int i = 0; i < 200; ++i) {
        redis().ask({"SET", "k", std::to_string(i)});
        const auto read = resp.ask({"EVAL", "return redis.call('get', 'k')", "0"});
        const auto got = resp.ask({"GET", "k"});
        EXPECT_EQ(got, bulk(std::to_string(i)));
        EXPECT_EQ(read, got);
    }
}

TEST_F(CoherenceTest, ATransactionIsSeenAtOnce) {
    Proxy proxy(config());
    auto resp = proxy.respClient();
    auto http = proxy.httpClient();
    for (int i = 0; i < 20; ++i) {
        const auto value = std::to_string(i);
        (void)http.get("k");
        EXPECT_EQ(resp.ask({"MULTI"}), status("OK"));
        EXPECT_EQ(resp.ask({"SET", "k", value}), status("QUEUED"));
        EXPECT_EQ(resp.ask({"EXEC"}), array({status("OK")}));
        EXPECT_EQ(resp.ask({"GET", "k"}), bulk(value));
        EXPECT_EQ(http.get("k").body, value);
    }
}

TEST_F(CoherenceTest, NothingReadBeforeALossIsServedAfterIt) {
    Proxy proxy(config());
    auto http = proxy.httpClient();
    for (int i = 0; i < 10; ++i) {
        redis().ask({"SET", "k", std::to_string(i)});
        EXPECT_TRUE(becomes(http, "k", std::to_string(i)));
        cache(http, "k", std::to_string(i));
        redis().ask({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
        redis().ask({"SET", "k", "after " + std::to_string(i)});
        EXPECT_TRUE(becomes(http, "k", "after " + std::to_string(i)));
    }
}

TEST_F(CoherenceTest, HitsAreMarkedWhileRedisIsAway) {
    RedisServer own;
    own.ask({"SET", "k", "v"});
    Proxy proxy(SystemTest::config(own.address()));
    auto http = proxy.httpClient();
    cache(http, "k", "v");
    EXPECT_EQ(http.get("k").field("Cache-Status").find("detail"), std::string::npos);
    own.stop();
    EXPECT_TRUE(test::eventually(
        [&] { return http.get("k").field("Cache-Status").find("detail=disconnected") != std::string::npos; }));
    EXPECT_EQ(http.get("k").body, "v");
    own.start();
    own.ask({"SET", "k", "new"});
    EXPECT_TRUE(becomes(http, "k", "new"));
    EXPECT_EQ(http.get("k").field("Cache-Status").find("detail"), std::string::npos);
}

TEST_F(CoherenceTest, NothingIsServedWhileRedisIsAwayWhereThatIsAskedFor) {
    RedisServer own;
    own.ask({"SET", "k", "v"});
    Proxy proxy(SystemTest::config(own.address()).set("cache.on_disconnect", "drop"));
    auto http = proxy.httpClient();
    cache(http, "k", "v");
    own.stop();
    EXPECT_TRUE(test::eventually([&] { return http.get("k").status == 503; }));
}

TEST_F(CoherenceTest, AFrozenRedisIsTakenForLostWithinTwoHeartbeats) {
    RedisServer own;
    own.ask({"SET", "k", "v"});
    Proxy proxy(SystemTest::config(own.address()).set("cache.on_disconnect", "drop").set("backend.heartbeat", "200ms"));
    auto http = proxy.httpClient();
    cache(http, "k", "v");
    own.freeze();
    const auto frozen = Clock::now();
    Clock::time_point lastHit = frozen;
    EXPECT_TRUE(test::eventually([&] {
        const bool hit = http.get("k").status == 200;
        if (hit)
            lastHit = Clock::now();
        return !hit;
    }));
    EXPECT_LT(lastHit - frozen, 450ms * slack);
    own.thaw();
    EXPECT_TRUE(becomes(http, "k", "v"));
}

TEST_F(CoherenceTest, WithoutTrackingOnlyTheTimeToLiveCounts) {
    Proxy proxy(SystemTest::config().set("cache.coherence", "ttl").set("cache.ttl", "500ms"));
    auto http = proxy.httpClient();
    redis().ask({"SET", "k", "old"});
    cache(http, "k", "old");
    redis().ask({"SET", "k", "new"});
    EXPECT_EQ(http.get("k").body, "old");
    EXPECT_TRUE(becomes(http, "k", "new"));
}

TEST_F(CoherenceTest, RedisIsToldOfKeysThatAreReadHere) {
    RedisServer own;
    own.ask({"SET", "k", "v"});
    Proxy proxy(SystemTest::config(own.address()));
    auto client = proxy.respClient();
    EXPECT_TRUE(test::eventually([&] {
        for (int i = 0; i < 100; ++i)
            client.ask({"GET", "k"});
        return own.calls("touch") > 0;
    }));
    EXPECT_EQ(own.calls("get"), 1);
}

TEST_F(CoherenceTest, ItIsNotWhereThatIsNotWanted) {
    RedisServer own;
    own.ask({"SET", "k", "v"});
    Proxy proxy(SystemTest::config(own.address()).set("cache.touch", "false"));
    auto client = proxy.respClient();
    const auto begun = Clock::now();
    while (since(begun) < 300ms)
        client.ask({"GET", "k"});
    EXPECT_EQ(own.calls("touch"), 0);
}

TEST_F(CoherenceTest, ALinkThatWasCutIsBackAndFreshWithinASecond) {
    RedisServer own(RedisServer::Transport::Tcp);
    Proxy proxy(SystemTest::config(own.address()).set("cache.ttl", "1h"));
    auto http = proxy.httpClient();
    own.ask({"SET", "k", "0"});
    cache(http, "k", "0");
    for (int i = 1; i <= 3; ++i) {
        own.stop();
        own.start();
        own.ask({"SET", "k", std::to_string(i)});
        const auto reachable = Clock::now();
        EXPECT_TRUE(becomes(http, "k", std::to_string(i)));
        EXPECT_LT(since(reachable), 1s * slack);
    }
}

TEST_F(CoherenceTest, StatusSaysHowItIsKept) {
    Proxy proxy(config());
    auto http = proxy.httpClient();
    auto resp = proxy.respClient();
    redis().ask({"SET", "k", "v"});
    cache(http, "k", "v");
    redis().ask({"SET", "k", "w"});
    EXPECT_TRUE(becomes(http, "k", "w"));
    const auto info = resp.ask({"INFO", "nearcache"}).text;
    EXPECT_NE(info.find("mode:tracking"), std::string::npos) << info;
    const auto page = http.request("GET", "/status");
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.field("Content-Type"), "application/json");
    EXPECT_NE(page.body.find("tracking"), std::string::npos) << page.body;
}

} // namespace nearcache::blackbox
