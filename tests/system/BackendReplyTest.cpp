/// Replies of Redis that are errors, come in small pieces, break off, or make no sense.

#include "system/harness/ScriptedBackend.h"
#include "system/harness/SystemTest.h"

#include <algorithm>

namespace nearcache::blackbox {

using namespace std::string_literals;

using Reaction = ScriptedBackend::Reaction;

class BackendReplyTest : public SystemTest {
  protected:
    static ScriptedBackend::Script always(Reaction::Kind kind, const std::string& bytes) {
        return [kind, bytes](const Words&) { return Reaction{kind, bytes}; };
    }

    static ProxyConfig on(const ScriptedBackend& backend) {
        return config(backend.address()).set("backend.links", "1");
    }
};

TEST_F(BackendReplyTest, ErrorsArePassedOnInTheWordsOfRedis) {
    for (const auto& [words, code] :
         {std::pair("LOADING Redis is loading the dataset in memory", 503),
          std::pair("MASTERDOWN Link with MASTER is down", 503), std::pair("NOPERM this user has no permissions", 502),
          std::pair("ERR something odd", 502), std::pair("WRONGTYPE Operation against a key", 409)}) {
        ScriptedBackend backend(always(Reaction::Kind::Reply, "-" + std::string(words) + "\r\n"));
        Proxy proxy(on(backend));
        for (int i = 0; i < 2; ++i) {
            const auto answer = proxy.httpClient().get("name");
            EXPECT_EQ(answer.status, code) << words;
            EXPECT_EQ(answer.body, words);
            EXPECT_EQ(proxy.respClient().ask({"GET", "name"}), error(words));
            EXPECT_EQ(proxy.respClient().ask({"SET", "name", "Ada"}), error(words));
        }
        EXPECT_EQ(backend.commands().size(), 6U) << "an error is not cached";
    }
}

TEST_F(BackendReplyTest, RepliesMayComeByteByByte) {
    const auto value = "a\0\r\n$5\r\n-ERR\r\n"s;
    ScriptedBackend backend(
        always(Reaction::Kind::ByteByByte, "$" + std::to_string(value.size()) + "\r\n" + value + "\r\n"));
    Proxy proxy(on(backend));
    auto client = proxy.respClient();
    for (int i = 0; i < 5; ++i) {
        const auto key = "k" + std::to_string(i);
        EXPECT_EQ(proxy.httpClient().get(key).body, value);
        EXPECT_EQ(client.ask({"SET", key, "x", "GET"}), bulk(value));
        EXPECT_EQ(client.ask({"GET", key}), bulk(value));
    }
}

TEST_F(BackendReplyTest, AValueThatBreaksOffIsAskedForOnceMore) {
    std::atomic<int> gets = 0;
    ScriptedBackend backend([&gets](const Words&) {
        if (++gets == 1)
            return Reaction{Reaction::Kind::Cut, "$3\r\nA"};
        return Reaction{Reaction::Kind::Reply, "$3\r\nAda\r\n"};
    });
    Proxy proxy(on(backend));
    const auto answer = proxy.httpClient().get("name");
    EXPECT_EQ(answer.status, 201);
    EXPECT_EQ(answer.body, "Ada");
    EXPECT_EQ(gets, 2);
}

TEST_F(BackendReplyTest, AValueThatAlwaysBreaksOffIsAnError) {
    ScriptedBackend backend(always(Reaction::Kind::Cut, "$100\r\nonly the beginning"));
    Proxy proxy(on(backend).set("backend.request_timeout", "1s"));
    for (std::size_t i = 1; i <= 5; ++i) {
        EXPECT_GE(proxy.httpClient().get("name").status, 502);
        EXPECT_LE(backend.commands().size(), 2 * i) << "not asked for over and over";
    }
    EXPECT_TRUE(proxy.respClient().ask({"GET", "name"}).isError());
}

TEST_F(BackendReplyTest, AValueThatDoesNotEndTimesOut) {
    ScriptedBackend backend(always(Reaction::Kind::Reply, "$100\r\nonly the beginning"));
    Proxy proxy(on(backend).set("backend.request_timeout", "300ms"));
    EXPECT_EQ(proxy.httpClient().get("name").status, 504);
    EXPECT_TRUE(proxy.respClient().ask({"GET", "name"}).isError());
}

TEST_F(BackendReplyTest, HalfAReplyThatWasPassedOnEndsTheConnection) {
    ScriptedBackend backend(always(Reaction::Kind::Cut, "$100\r\nonly the beginning"));
    Proxy proxy(on(backend));
    RawClient client(proxy.resp());
    client.send(encoded({"SET", "name", "x", "GET"}) + encoded({"PING"}));
    const auto all = client.receiveAll();
    EXPECT_TRUE(all == "$100\r\nonly the beginning" || all.rfind("-ERR ", 0) == 0)
        << "an error within a value would be taken for the value: " << all;
    EXPECT_EQ(proxy.respClient().ask({"PING"}), status("PONG"));
}

TEST_F(BackendReplyTest, NonsenseIsNeverTakenForAValue) {
    for (const auto* nonsense :
         {"HTTP/1.1 400 Bad Request\r\n\r\n", "$x\r\n", "$-5\r\n", "\r\n", "hello\r\n", "$99999999999999999999\r\n"}) {
        ScriptedBackend backend(always(Reaction::Kind::Reply, nonsense));
        Proxy proxy(on(backend).set("backend.request_timeout", "300ms"));
        auto client = proxy.respClient();
        EXPECT_GE(proxy.httpClient().get("name").status, 502) << nonsense;
        EXPECT_TRUE(client.ask({"GET", "name"}).isError()) << nonsense;
        EXPECT_EQ(client.ask({"PING"}), status("PONG")) << nonsense;
        EXPECT_TRUE(proxy.process().running());
    }
}

TEST_F(BackendReplyTest, AnAnswerOfAnotherTypeIsNeverTakenForAValue) {
    for (const auto* other : {":5\r\n", "+Ada\r\n", "*1\r\n$3\r\nAda\r\n", "*0\r\n"}) {
        ScriptedBackend backend(always(Reaction::Kind::Reply, other));
        Proxy proxy(on(backend).set("backend.request_timeout", "300ms"));
        EXPECT_GE(proxy.httpClient().get("name").status, 502) << other;
    }
}

} // namespace nearcache::blackbox
