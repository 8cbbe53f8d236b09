/// `limits.connections`: as many clients as it says are served, one more is told so in its own protocol.

#include "system/harness/SystemTest.h"

#include <algorithm>
#include <list>

namespace nearcache::blackbox {

class ConnectionLimitTest : public SystemTest {
  protected:
    static constexpr int limit = 6;

    void SetUp() override {
        SystemTest::SetUp();
        redis().ask({"SET", "name", "Ada"});
    }

    /// As many clients as there may be, half of them over each front-end, each of them served.
    void fill() {
        for (int i = 0; i < limit / 2; ++i) {
            http.emplace_back(proxy.http());
            resp.emplace_back(proxy.resp());
        }
        expectAllServed();
    }

    void expectAllServed() {
        for (auto& client : http) {
            client.send(httpGet("name"));
            EXPECT_EQ(client.receiveHttp().body, "Ada");
        }
        for (auto& client : resp) {
            client.send(encoded({"GET", "name"}));
            EXPECT_EQ(client.receive(9), "$3\r\nAda\r\n");
        }
    }

    void expectRefusals() const {
        RawClient silent(proxy.resp());
        EXPECT_EQ(silent.receiveAll(), refusal);
        RawClient asking(proxy.resp());
        asking.trySend(encoded({"GET", "name"}));
        EXPECT_EQ(asking.receiveAll(), refusal);
        EXPECT_FALSE(asking.wasReset()) << "the refusal may get lost";
        RawClient web(proxy.http());
        web.trySend(httpGet("name"));
        const auto answer = web.receiveHttp();
        EXPECT_EQ(answer.status, 503);
        EXPECT_NE(answer.field("Retry-After"), "");
        EXPECT_EQ(answer.field("Connection"), "close");
        EXPECT_EQ(web.receiveAll(), "");
        EXPECT_FALSE(web.wasReset()) << "the refusal may get lost";
    }

    static constexpr auto refusal = "-ERR max number of clients reached\r\n";
    Proxy proxy{config().set("limits.connections", std::to_string(limit))};
    std::list<RawClient> http;
    std::list<RawClient> resp;
};

TEST_F(ConnectionLimitTest, OneTooManyIsRefusedAndTheOthersNeverNotice) {
    fill();
    expectRefusals();
    expectAllServed();
}

TEST_F(ConnectionLimitTest, TheRefusalAlwaysArrives) {
    fill();
    for (int i = 0; i < 200; ++i) {
        auto client = proxy.httpClient();
        ASSERT_EQ(client.get("name").status, 503) << i;
        RawClient other(proxy.resp());
        other.trySend(encoded({"GET", "name"}));
        ASSERT_EQ(other.receiveAll(), refusal) << i;
    }
    expectAllServed();
}

TEST_F(ConnectionLimitTest, WhenOneLeavesTheNextGetsIn) {
    fill();
    for (int round = 0; round < 5; ++round) {
        if (round % 2 == 0)
            http.pop_front();
        else
            resp.pop_front();
        ASSERT_TRUE(eventually([&] {
            RawClient client(proxy.resp());
            client.trySend(encoded({"PING"}));
            if (client.receiveUntil("\r\n") != "+PONG\r\n")
                return false;
            resp.push_back(std::move(client));
            return true;
        }));
        expectRefusals();
    }
    expectAllServed();
}

TEST_F(ConnectionLimitTest, ConnectionsThatWereResetCountNoMore) {
    const auto allServed = [this] {
        resp.clear();
        for (int i = 0; i < limit; ++i)
            resp.emplace_back(proxy.resp()).trySend(encoded({"PING"}));
        return std::all_of(resp.begin(), resp.end(),
                           [](RawClient& client) { return client.receiveUntil("\r\n") == "+PONG\r\n"; });
    };
    for (int round = 0; round < 20; ++round) {
        ASSERT_TRUE(eventually(allServed)) << round;
        for (auto& client : resp) {
            client.send(round % 2 == 0 ? "*2\r\n$3\r\nGET" : "");
            client.reset();
        }
    }
}

TEST_F(ConnectionLimitTest, ALimitOfOneServesOneAfterTheOther) {
    Proxy narrow(config().set("limits.connections", "1"));
    for (int i = 0; i < 20; ++i)
        ASSERT_TRUE(eventually([&] {
            RawClient client(narrow.http());
            client.trySend(httpGet("name", "Connection: close\r\n"));
            return client.receiveHttp().body == "Ada";
        }));
}

} // namespace nearcache::blackbox
