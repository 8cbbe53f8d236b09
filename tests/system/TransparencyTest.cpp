/// Whatever Redis can do, clients can have done through the proxy, in RESP2 and RESP3.

#include "system/harness/Memory.h"
#include "system/harness/SystemTest.h"

namespace nearcache::blackbox {

using namespace std::chrono_literals;

class TransparencyTest : public SystemTest {
  protected:
    static void expectNext(RawClient& client, const std::string& bytes) {
        EXPECT_EQ(client.receive(bytes.size()), bytes);
    }

    static void hello3(RawClient& client) {
        client.send("HELLO 3\r\n");
        expectNext(client, "%7\r\n");
        client.receiveUntil("modules\r\n*0\r\n");
    }
};

TEST_F(TransparencyTest, CommandsOfAllKindsWork) {
    Proxy proxy(config());
    auto client = proxy.respClient();
    auto direct = redis().connect();
    const std::vector<Words> commands{
        {"RPUSH", "l", "a", "b", "c"},
        {"LRANGE", "l", "0", "-1"},
        {"HSET", "h", "f", "v"},
        {"HGETALL", "h"},
        {"SADD", "s", "m"},
        {"SMEMBERS", "s"},
        {"ZADD", "z", "1.5", "m"},
        {"ZRANGE", "z", "0", "-1", "WITHSCORES"},
        {"XADD", "x", "1-1", "f", "v"},
        {"XRANGE", "x", "-", "+"},
        {"XREAD", "STREAMS", "x", "0"},
        {"TYPE", "l"},
        {"SETBIT", "bits", "7", "1"},
        {"BITCOUNT", "bits"},
        {"PFADD", "p", "a"},
        {"PFCOUNT", "p"},
        {"GEOADD", "g", "13.361389", "38.115556", "Palermo"},
        {"GEOPOS", "g", "Palermo"},
        {"DBSIZE"},
        {"OBJECT", "ENCODING", "l"},
        {"SORT", "l", "ALPHA", "STORE", "sorted"},
        {"EVAL", "return {1,'a'}", "0"},
        {"MSET", "a", "1", "b", "2"},
        {"MGET", "a", "l", "none", "b", "a"},
        {"SCAN", "0", "COUNT", "1000", "TYPE", "list"},
        {"STRLEN", "a"},
        {"GETRANGE", "a", "0", "-1"},
        {"EXPIRE", "a", "100"},
        {"TTL", "a"},
        {"COMMAND", "COUNT"},
        {"CONFIG", "GET", "maxmemory-policy"},
        {"NOSUCHCOMMAND", "x"},
        {"LPUSH", "a", "x"},
        {"GET", "l"},
        {"DEL"},
    };
    for (const auto& words : commands) {
        const auto through = client.ask(words);
        if (words[0] == "SCAN" || words[0] == "MGET" || words[0] == "GET" ||
            words[0].find("RANGE") != std::string::npos || words[0] == "CONFIG" || words[0] == "COMMAND" ||
            through.isError()) {
            EXPECT_EQ(through, direct.ask(words)) << words[0];
        } else {
            EXPECT_FALSE(through.isError()) << words[0] << through;
        }
    }
}

TEST_F(TransparencyTest, Resp3IsSpokenAsRedisSpeaksIt) {
    Proxy proxy(config());
    redis().ask({"HSET", "h", "f", "v"});
    redis().ask({"SET", "k", "v"});
    RawClient client(proxy.resp());
    hello3(client);
    client.send(encoded({"HGETALL", "h"}));
    expectNext(client, "%1\r\n$1\r\nf\r\n$1\r\nv\r\n");
    client.send(encoded({"GET", "none"}) + encoded({"GET", "k"}) + encoded({"MGET", "none", "k"}));
    expectNext(client, "_\r\n$1\r\nv\r\n*2\r\n_\r\n$1\r\nv\r\n");
    client.send(encoded({"ZADD", "z", "1.5", "m"}) + encoded({"ZSCORE", "z", "m"}));
    expectNext(client, ":1\r\n,1.5\r\n");
    client.send(encoded({"HELLO", "2"}));
    expectNext(client, "*14\r\n");
    client.receiveUntil("modules\r\n*0\r\n");
    client.send(encoded({"HGETALL", "h"}));
    expectNext(client, "*2\r\n$1\r\nf\r\n$1\r\nv\r\n");
}

TEST_F(TransparencyTest, PushesReachAResp3Client) {
    Proxy proxy(config());
    RawClient client(proxy.resp());
    hello3(client);
    client.send(encoded({"SUBSCRIBE", "c"}));
    expectNext(client, ">3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n");
    redis().ask({"PUBLISH", "c", "hi"});
    expectNext(client, ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n");
    client.send(encoded({"GET", "none"}));
    expectNext(client, "_\r\n");
    client.send(encoded({"UNSUBSCRIBE"}) + encoded({"GET", "none"}));
    expectNext(client, ">3\r\n$11\r\nunsubscribe\r\n$1\r\nc\r\n:0\r\n_\r\n");
}

TEST_F(TransparencyTest, ASubscriptionThatRedisRefusesShiftsNoReply) {
    RedisServer own;
    own.ask({"ACL", "SETUSER", "guest", "on", ">guest", "~*", "resetchannels", "+@all"});
    Proxy proxy(config(own.address()));
    RawClient client(proxy.resp());
    hello3(client);
    client.send(encoded({"AUTH", "guest", "guest"}) + encoded({"SUBSCRIBE", "c"}) + encoded({"SET", "k", "v"}) +
                encoded({"GET", "k"}));
    expectNext(client, "+OK\r\n-NOPERM");
    client.receiveUntil("\r\n");
    expectNext(client, "+OK\r\n$1\r\nv\r\n");
}

TEST_F(TransparencyTest, AnOwnTrackingClientIsServedOrRefused) {
    Proxy proxy(config());
    EXPECT_TRUE(proxy.respClient().ask({"CLIENT", "TRACKING", "ON"}).isError());
    RawClient client(proxy.resp());
    hello3(client);
    redis().ask({"SET", "k", "v"});
    client.send(encoded({"CLIENT", "TRACKING", "ON"}) + encoded({"GET", "k"}));
    expectNext(client, "+OK\r\n$1\r\nv\r\n");
    redis().ask({"SET", "k", "w"});
    expectNext(client, ">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n");
}

TEST_F(TransparencyTest, ManyKeysAreServedFromTheCache) {
    Proxy proxy(config());
    auto client = proxy.respClient();
    redis().ask({"MSET", "a", "1", "b", "2"});
    EXPECT_EQ(client.ask({"MGET", "a", "b", "none"}), array({bulk("1"), bulk("2"), nil()}));
    const auto before = redis().calls("mget");
    EXPECT_EQ(client.ask({"MGET", "a", "b"}), array({bulk("1"), bulk("2")}));
    EXPECT_EQ(client.ask({"GET", "a"}), bulk("1"));
    EXPECT_EQ(redis().calls("mget"), before);
    EXPECT_EQ(redis().calls("get"), 0);
}

TEST_F(TransparencyTest, ASlowReaderStallsNobodyAndTakesNoMemory) {
    Proxy proxy(config().set("backend.request_timeout", "1s"));
    redis().ask({"SETRANGE", "big", "104857600", "x"});
    RawClient slow(proxy.resp());
    const auto before = memoryOf(proxy.process().id()).resident;
    slow.send(encoded({"GETRANGE", "big", "0", "-1"}));
    EXPECT_TRUE(test::eventually([&] { return slow.readable(); }));
    const auto begun = Clock::now();
    auto other = proxy.respClient();
    for (int i = 0; i < 100; ++i)
        ASSERT_EQ(other.ask({"SET", "k", std::to_string(i)}), status("OK"));
    EXPECT_LT(since(begun), 900ms * slack);
    EXPECT_LT(memoryOf(proxy.process().id()).resident - before, 30'000'000U * slack);
    EXPECT_TRUE(test::eventually([&] {
        return other.ask({"INFO", "nearcache"}).text.find("connected_clients:1\r") != std::string::npos;
    })) << "the slow one is closed";
}

TEST_F(TransparencyTest, ALongReplyIsPassedOnAsItComes) {
    Proxy proxy(config());
    redis().ask({"SETRANGE", "big", "104857599", "x"});
    const auto before = memoryOf(proxy.process().id()).resident;
    auto client = proxy.respClient();
    EXPECT_EQ(client.ask({"GETRANGE", "big", "0", "-1"}).text.size(), 104857600U);
    EXPECT_LT(memoryOf(proxy.process().id()).peak - before, 40'000'000U * slack);
}

} // namespace nearcache::blackbox
