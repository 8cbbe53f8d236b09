/// The cache as clients see it: what is a hit, who is evicted, and when an entry expires.

#include "system/harness/SystemTest.h"

#include <algorithm>
#include <list>
#include <random>

namespace nearcache::blackbox {

using namespace std::chrono_literals;

class CacheTest : public SystemTest {
  protected:
    static constexpr int hit = 200;
    static constexpr int fetched = 201;

    /// Keys a, b, c … with values of their own.
    static void fill(int count) {
        for (int i = 0; i < count; ++i)
            redis().ask({"SET", key(i), "value of " + key(i)});
    }

    static std::string key(int number) { return "k" + std::to_string(number); }
};

TEST_F(CacheTest, BothFrontEndsShareIt) {
    fill(2);
    Proxy proxy(config());
    EXPECT_EQ(proxy.httpClient().get(key(0)).status, fetched);
    EXPECT_EQ(proxy.respClient().ask({"GET", key(0)}), bulk("value of k0"));
    EXPECT_EQ(proxy.respClient().ask({"GET", key(1)}), bulk("value of k1"));
    EXPECT_EQ(proxy.httpClient().get(key(1)).status, hit);
    EXPECT_EQ(proxy.httpClient().get(key(0)).status, hit);
    EXPECT_EQ(redis().calls("get"), 2);
}

TEST_F(CacheTest, HitsDoNotReachRedis) {
    fill(1);
    Proxy proxy(config());
    auto http = proxy.httpClient();
    auto resp = proxy.respClient();
    for (int i = 0; i < 50; ++i) {
        ASSERT_EQ(http.get(key(0)).body, "value of k0");
        ASSERT_EQ(resp.ask({"GET", key(0)}), bulk("value of k0"));
    }
    EXPECT_EQ(redis().calls("get"), 1);
}

TEST_F(CacheTest, AbsenceIsNotCached) {
    Proxy proxy(config());
    auto http = proxy.httpClient();
    auto resp = proxy.respClient();
    EXPECT_EQ(http.get("late").status, 404);
    EXPECT_EQ(resp.ask({"GET", "late"}), nil());
    redis().ask({"SET", "late", "here"});
    EXPECT_EQ(resp.ask({"GET", "late"}), bulk("here"));
    EXPECT_EQ(http.get("later").status, 404);
    redis().ask({"SET", "later", "here too"});
    EXPECT_EQ(http.get("later").status, fetched);
}

TEST_F(CacheTest, CapacityOneHoldsTheLastKey) {
    fill(2);
    Proxy proxy(config().set("cache.capacity", "1"));
    auto http = proxy.httpClient();
    EXPECT_EQ(http.get(key(0)).status, fetched);
    EXPECT_EQ(http.get(key(0)).status, hit);
    EXPECT_EQ(http.get(key(1)).status, fetched);
    EXPECT_EQ(http.get(key(1)).status, hit);
    EXPECT_EQ(http.get(key(0)).status, fetched);
}

TEST_F(CacheTest, TheKeyReadLongestAgoIsEvicted) {
    fill(4);
    Proxy proxy(config().set("cache.capacity", "3"));
    auto http = proxy.httpClient();
    for (const int number : {0, 1, 2})
        ASSERT_EQ(http.get(key(number)).status, fetched);
    EXPECT_EQ(http.get(key(0)).status, hit);
    EXPECT_EQ(http.get(key(3)).status, fetched) << "takes the place of 1";
    EXPECT_EQ(http.get(key(2)).status, hit);
    EXPECT_EQ(http.get(key(0)).status, hit);
    EXPECT_EQ(http.get(key(3)).status, hit);
    EXPECT_EQ(http.get(key(1)).status, fetched);
}

namespace {

/// The reference: the keys held, the one read last in front.
class LruModel {
  public:
    explicit LruModel(std::size_t capacity) : _capacity(capacity) {}

    /// Whether it is a hit.
    bool read(int key) {
        const auto found = std::find(_keys.begin(), _keys.end(), key);
        const bool hit = found != _keys.end();
        if (hit)
            _keys.erase(found);
        _keys.push_front(key);
        if (_keys.size() > _capacity)
            _keys.pop_back();
        return hit;
    }

  private:
    std::size_t _capacity;
    std::list<int> _keys;
};

} // namespace

TEST_F(CacheTest, LruIsStrictWhicheverConnectionReads) {
    constexpr int keys = 9;
    fill(keys);
    for (const std::size_t capacity : {1, 2, 3, 5}) {
        SCOPED_TRACE("capacity " + std::to_string(capacity));
        Proxy proxy(config().set("cache.capacity", std::to_string(capacity)));
        std::list<HttpClient> http;
        std::list<RespClient> resp;
        for (int i = 0; i < 4; ++i) {
            http.emplace_back(proxy.http());
            resp.emplace_back(proxy.resp());
        }
        LruModel model(capacity);
        std::mt19937 random(static_cast<unsigned>(capacity));
        for (int step = 0; step < 400; ++step) {
            const int number = static_cast<int>(random() % keys);
            const bool expected = model.read(number);
            if (const auto choice = random() % 8; choice < 4) {
                ASSERT_EQ(std::next(http.begin(), choice)->get(key(number)).status, expected ? hit : fetched) << step;
            } else {
                ASSERT_EQ(std::next(resp.begin(), choice - 4)->ask({"GET", key(number)}).text,
                          "value of " + key(number));
            }
        }
    }
}

TEST_F(CacheTest, AnEntryExpiresTheTtlAfterItWasStoredHoweverOftenItIsRead) {
    constexpr auto ttl = 700ms;
    constexpr auto clockStep = 20ms; // what the proxy's clock may lag by
    fill(1);
    Proxy proxy(config().set("cache.ttl", "700ms"));
    auto http = proxy.httpClient();
    for (int round = 0; round < 2; ++round) {
        const auto beforeStoring = Clock::now();
        ASSERT_EQ(http.get(key(0)).status, fetched);
        const auto afterStoring = Clock::now();
        ASSERT_TRUE(eventually([&] {
            const auto asked = Clock::now();
            if (http.get(key(0)).status == hit) {
                EXPECT_LT(asked, afterStoring + ttl + clockStep) << "served after its time";
                return false;
            }
            EXPECT_GE(Clock::now() + clockStep, beforeStoring + ttl) << "gone before its time";
            return true;
        }));
        ASSERT_EQ(proxy.respClient().ask({"DEL", key(0)}), integer(1));
        fill(1);
    }
}

TEST_F(CacheTest, WhatHasExpiredIsReclaimedThoughNobodyAsks) {
    fill(50);
    Proxy proxy(config().set("cache.ttl", "300ms"));
    auto client = proxy.respClient();
    for (int i = 0; i < 50; ++i)
        client.ask({"GET", key(i)});
    const auto holds = [&client](const std::string& fact) {
        return client.ask({"INFO", "nearcache"}).text.find(fact) != std::string::npos;
    };
    EXPECT_TRUE(eventually([&] { return holds("\nkeys:0\r\n"); }));
    EXPECT_TRUE(holds("\nbytes:0\r\n"));
}

TEST_F(CacheTest, AnExpiredEntryGoesBeforeALiveOne) {
    constexpr auto ttl = 1'000ms;
    fill(3);
    bool timely = false; // a machine that was held up for too long tells nothing
    for (int attempt = 0; attempt < 10 && !timely; ++attempt) {
        Proxy proxy(config().set("cache.ttl", "1s").set("cache.capacity", "2"));
        auto http = proxy.httpClient();
        const auto start = Clock::now();
        ASSERT_EQ(http.get(key(0)).status, fetched);
        ASSERT_TRUE(eventually([&] { return since(start) > ttl / 2; }));
        const auto second = Clock::now();
        ASSERT_EQ(http.get(key(1)).status, fetched);
        const auto first = http.get(key(0)).status; // now 1 is the one read longest ago
        timely = since(start) < ttl;
        ASSERT_TRUE(eventually([&] { return since(start) > ttl + 50ms; }));
        ASSERT_EQ(http.get(key(2)).status, fetched) << "takes the place of 0, which has expired";
        const auto last = http.get(key(1)).status;
        timely = timely && since(second) < ttl;
        if (timely) {
            EXPECT_EQ(first, hit);
            EXPECT_EQ(last, hit);
        }
    }
    EXPECT_TRUE(timely);
}

TEST_F(CacheTest, WhatWasEvictedIsFetchedAnew) {
    fill(2);
    Proxy proxy(config().set("cache.capacity", "1"));
    auto http = proxy.httpClient();
    http.get(key(0));
    http.get(key(1));
    redis().ask({"SET", key(0), "changed"});
    EXPECT_EQ(http.get(key(0)).body, "changed");
}

} // namespace nearcache::blackbox
