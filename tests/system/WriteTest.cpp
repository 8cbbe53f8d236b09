/// Writes go to Redis and the cached entry goes with them: who reads next, over either front-end, sees the write.

#include "system/harness/ScriptedBackend.h"
#include "system/harness/SystemTest.h"

#include <utility>

namespace nearcache::blackbox {

using namespace std::string_literals;

class WriteTest : public SystemTest {
  protected:
    Proxy proxy{config()};
    HttpClient http = proxy.httpClient();
    RespClient writer = proxy.respClient();
    RespClient reader = proxy.respClient();
};

TEST_F(WriteTest, SetIsSeenByWhoReadsNext) {
    for (int i = 0; i < 200; ++i) {
        const auto value = std::to_string(i);
        ASSERT_EQ(writer.ask({"SET", "counter", value}), status("OK"));
        ASSERT_EQ(redis().ask({"GET", "counter"}), bulk(value));
        if (i % 2 == 0) {
            ASSERT_EQ(http.get("counter").body, value);
            ASSERT_EQ(reader.ask({"GET", "counter"}), bulk(value));
        } else {
            ASSERT_EQ(reader.ask({"GET", "counter"}), bulk(value));
            ASSERT_EQ(http.get("counter").body, value);
        }
        ASSERT_EQ(http.get("counter").status, 200) << "and it is cached again";
    }
}

TEST_F(WriteTest, DelIsSeenByWhoReadsNext) {
    for (int i = 0; i < 100; ++i) {
        redis().ask({"SET", "name", "Ada"});
        redis().ask({"SET", "other", "Grace"});
        ASSERT_EQ(http.get("name").status, 201);
        ASSERT_EQ(reader.ask({"GET", "other"}), bulk("Grace"));
        ASSERT_EQ(writer.ask({"DEL", "name", "absent", "other"}), integer(2));
        ASSERT_EQ(http.get("name").status, 404);
        ASSERT_EQ(http.get("other").status, 404);
        ASSERT_EQ(reader.ask({"GET", "name"}), nil());
    }
}

TEST_F(WriteTest, AWriteLeavesOtherEntriesInTheCache) {
    redis().ask({"SET", "name", "Ada"});
    http.get("name");
    ASSERT_EQ(writer.ask({"SET", "other", "x"}), status("OK"));
    ASSERT_EQ(writer.ask({"DEL", "other"}), integer(1));
    EXPECT_EQ(http.get("name").status, 200);
}

TEST_F(WriteTest, AGetBehindASetInOnePipelineReturnsWhatWasSet) {
    for (int i = 0; i < 300; ++i) {
        const auto value = "v" + std::to_string(i);
        writer.send({"GET", "key"});
        writer.send({"SET", "key", value});
        writer.send({"GET", "key"});
        writer.send({"DEL", "key"});
        writer.send({"GET", "key"});
        writer.send({"SET", "key", value});
        EXPECT_EQ(writer.receive(), i == 0 ? nil() : bulk("v" + std::to_string(i - 1)));
        EXPECT_EQ(writer.receive(), status("OK"));
        ASSERT_EQ(writer.receive(), bulk(value));
        ASSERT_EQ(writer.receive(), integer(1));
        ASSERT_EQ(writer.receive(), nil());
        ASSERT_EQ(writer.receive(), status("OK"));
    }
}

TEST_F(WriteTest, WritesOfOneConnectionReachRedisInOrder) {
    constexpr int count = 1'000;
    for (int i = 0; i < count; ++i)
        writer.send({"SET", "key" + std::to_string(i % 3), std::to_string(i), "GET"});
    for (int i = 0; i < count; ++i)
        ASSERT_EQ(writer.receive(), i < 3 ? nil() : bulk(std::to_string(i - 3)));
}

TEST_F(WriteTest, AWriteThatChangedNothingLeavesTheRightValue) {
    redis().ask({"SET", "name", "Ada"});
    http.get("name");
    EXPECT_EQ(writer.ask({"SET", "name", "Grace", "NX"}), nil());
    EXPECT_EQ(http.get("name").body, "Ada");
    EXPECT_TRUE(writer.ask({"SET", "name", "Grace", "OFTEN"}).isError());
    EXPECT_EQ(http.get("name").body, "Ada");
}

TEST_F(WriteTest, ReadersUnderWayNeverBringBackAnOldValue) {
    constexpr int readers = 20;
    std::vector<RespClient> crowd;
    for (int i = 0; i < readers; ++i)
        crowd.push_back(proxy.respClient());
    for (int round = 0; round < 200; ++round) {
        const auto value = std::to_string(round);
        for (auto& client : crowd) {
            client.send({"GET", "contended"});
            client.flush();
        }
        ASSERT_EQ(writer.ask({"SET", "contended", value}), status("OK"));
        ASSERT_EQ(http.get("contended").body, value);
        ASSERT_EQ(reader.ask({"GET", "contended"}), bulk(value));
        for (auto& client : crowd)
            client.receive();
        ASSERT_EQ(reader.ask({"GET", "contended"}), bulk(value)) << "what the crowd fetched before was stored";
    }
}

TEST_F(WriteTest, BinaryKeysAreDroppedToo) {
    const auto key = "a\0b\r\n"s;
    redis().ask({"SET", key, "old"});
    EXPECT_EQ(http.get(key).body, "old");
    EXPECT_EQ(writer.ask({"SET", key, "new"}), status("OK"));
    EXPECT_EQ(http.get(key).body, "new");
    EXPECT_EQ(writer.ask({"DEL", key}), integer(1));
    EXPECT_EQ(http.get(key).status, 404);
}

/// The same races, in an order that the backing Redis decides.
class WriteRaceTest : public SystemTest {
  protected:
    using Reaction = ScriptedBackend::Reaction;

    /// The first GET gets `old` when it is released, later ones `new`; every SET is done at once.
    static ScriptedBackend::Script oldThenNew() {
        return [first = true](const Words& command) mutable {
            if (command.at(0) == "SET")
                return Reaction{Reaction::Kind::Reply, "+OK\r\n"};
            if (std::exchange(first, false))
                return Reaction{Reaction::Kind::Hold, "$3\r\nold\r\n"};
            return Reaction{Reaction::Kind::Reply, "$3\r\nnew\r\n"};
        };
    }
};

TEST_F(WriteRaceTest, WhatWasAskedForBeforeAWriteIsNotStoredAfterIt) {
    ScriptedBackend backend(oldThenNew());
    Proxy proxy(config(backend.address()));
    RawClient early(proxy.http());
    early.send(httpGet("name"));
    ASSERT_TRUE(eventually([&] { return backend.held() == 1; }));
    ASSERT_EQ(proxy.respClient().ask({"SET", "name", "new"}), status("OK"));
    backend.releaseOne();
    EXPECT_EQ(early.receiveHttp().body, "old") << "it was asked for before";
    const auto late = proxy.httpClient().get("name");
    EXPECT_EQ(late.status, 201);
    EXPECT_EQ(late.body, "new");
}

TEST_F(WriteRaceTest, WhatWasAskedForBeforeAWriteIsNotJoinedAfterIt) {
    ScriptedBackend backend(oldThenNew());
    Proxy proxy(config(backend.address()));
    RawClient early(proxy.http());
    early.send(httpGet("name"));
    ASSERT_TRUE(eventually([&] { return backend.held() == 1; }));
    ASSERT_EQ(proxy.respClient().ask({"SET", "name", "new"}), status("OK"));
    RawClient late(proxy.http());
    late.send(httpGet("name"));
    ASSERT_TRUE(eventually([&] { return backend.commands().size() == 3; })) << "it is asked for again";
    backend.releaseAll();
    EXPECT_EQ(early.receiveHttp().body, "old");
    EXPECT_EQ(late.receiveHttp().body, "new");
    EXPECT_EQ(proxy.httpClient().get("name").body, "new");
}

TEST_F(WriteRaceTest, AGetBehindASetThatWaitsForItsTurnWaitsToo) {
    ScriptedBackend backend([written = false](const Words& command) mutable {
        if (command.at(1) != "hot")
            return Reaction{Reaction::Kind::Hold, "$-1\r\n"};
        if (command.at(0) == "GET")
            return Reaction{Reaction::Kind::Reply, written ? "$3\r\nnew\r\n" : "$3\r\nold\r\n"};
        written = true;
        return Reaction{Reaction::Kind::Reply, "+OK\r\n"};
    });
    Proxy proxy(config(backend.address()).set("limits.parallel", "2"));
    ASSERT_EQ(proxy.httpClient().get("hot").body, "old");
    RawClient busy(proxy.resp());
    busy.send(encoded({"GET", "a"}) + encoded({"GET", "b"}));
    ASSERT_TRUE(eventually([&] { return backend.held() == 2; }));
    auto client = proxy.respClient();
    client.send({"SET", "hot", "new"});
    client.send({"GET", "hot"});
    client.flush();
    auto observer = proxy.respClient();
    ASSERT_TRUE(eventually([&] {
        return observer.ask({"INFO", "nearcache"}).text.find("parallel_waiting:1\r\n") != std::string::npos;
    }));
    backend.releaseAll();
    EXPECT_EQ(client.receive(), status("OK"));
    EXPECT_EQ(client.receive(), bulk("new"));
}

} // namespace nearcache::blackbox
