/// What belongs to a connection: transactions, subscriptions, blocking commands, databases.

#include "system/harness/SystemTest.h"

namespace nearcache::blackbox {

using namespace std::chrono_literals;

class OwnLinkTest : public SystemTest {
  protected:
    /// The links that clients have to themselves.
    static long long dedicated(RespClient& client) {
        const auto info = client.ask({"INFO", "nearcache"}).text;
        const auto at = info.find("dedicated_links:");
        return at == std::string::npos ? -1 : std::stoll(info.substr(at + 16));
    }

    /// Whether Redis has so many clients that block.
    static bool areBlocked(RespClient& client, int count) {
        return client.ask({"INFO", "clients"}).text.find("blocked_clients:" + std::to_string(count) + "\r") !=
               std::string::npos;
    }
};

TEST_F(OwnLinkTest, ATransactionIsOne) {
    Proxy proxy(config());
    auto client = proxy.respClient();
    for (const Words& words :
         {Words{"MULTI"}, Words{"SET", "a", "1"}, Words{"INCR", "a"}, Words{"GET", "a"}, Words{"EXEC"}})
        client.send(words);
    EXPECT_EQ(client.receive(), status("OK"));
    EXPECT_EQ(client.receive(), status("QUEUED"));
    EXPECT_EQ(client.receive(), status("QUEUED"));
    EXPECT_EQ(client.receive(), status("QUEUED"));
    EXPECT_EQ(client.receive(), array({status("OK"), integer(2), bulk("2")}));
    EXPECT_EQ(client.ask({"GET", "a"}), bulk("2"));
}

TEST_F(OwnLinkTest, AWatchedKeyThatChangesStopsATransaction) {
    Proxy proxy(config());
    auto client = proxy.respClient();
    auto other = proxy.respClient();
    EXPECT_EQ(client.ask({"WATCH", "a"}), status("OK"));
    EXPECT_EQ(other.ask({"SET", "a", "1"}), status("OK"));
    EXPECT_EQ(client.ask({"MULTI"}), status("OK"));
    EXPECT_EQ(client.ask({"SET", "a", "2"}), status("QUEUED"));
    EXPECT_EQ(client.ask({"EXEC"}), nil());
    EXPECT_EQ(client.ask({"GET", "a"}), bulk("1"));
}

TEST_F(OwnLinkTest, ADiscardedTransactionChangesNothing) {
    Proxy proxy(config());
    auto client = proxy.respClient();
    client.ask({"MULTI"});
    client.ask({"SET", "a", "1"});
    EXPECT_EQ(client.ask({"DISCARD"}), status("OK"));
    EXPECT_EQ(client.ask({"GET", "a"}), nil());
    EXPECT_EQ(client.ask({"EXEC"}), error("ERR EXEC without MULTI"));
}

TEST_F(OwnLinkTest, ABlockedClientHoldsUpNobody) {
    Proxy proxy(config().set("limits.parallel", "1").set("backend.request_timeout", "300ms"));
    RawClient blocked(proxy.resp());
    auto other = proxy.respClient();
    blocked.send(encoded({"BLPOP", "list", "0"}) + encoded({"GET", "behind"}));
    EXPECT_TRUE(test::eventually([&] { return dedicated(other) == 1; }));
    EXPECT_EQ(other.ask({"SET", "behind", "it"}), status("OK"));
    EXPECT_TRUE(blocked.silentFor(400ms)) << "longer than other requests may take";
    EXPECT_EQ(other.ask({"RPUSH", "list", "x"}), integer(1));
    EXPECT_EQ(blocked.receive(29), "*2\r\n$4\r\nlist\r\n$1\r\nx\r\n$2\r\nit\r\n");
}

TEST_F(OwnLinkTest, AClientThatVanishesWhileItBlocksLeavesNothing) {
    Proxy proxy(config());
    auto other = proxy.respClient();
    {
        auto blocked = proxy.respClient();
        blocked.send({"BLPOP", "list", "0"});
        blocked.flush();
        EXPECT_TRUE(test::eventually([&] { return areBlocked(other, 1); }));
    }
    EXPECT_TRUE(test::eventually([&] { return areBlocked(other, 0); })); // Redis has heard of it
    EXPECT_TRUE(test::eventually([&] { return dedicated(other) == 0; }));
    EXPECT_EQ(other.ask({"RPUSH", "list", "x"}), integer(1));
    EXPECT_EQ(other.ask({"LLEN", "list"}), integer(1));
}

TEST_F(OwnLinkTest, MessagesArePassedOn) {
    Proxy proxy(config());
    auto subscriber = proxy.respClient();
    auto publisher = proxy.respClient();
    subscriber.send({"SUBSCRIBE", "a", "b"});
    EXPECT_EQ(subscriber.receive(), array({bulk("subscribe"), bulk("a"), integer(1)}));
    EXPECT_EQ(subscriber.receive(), array({bulk("subscribe"), bulk("b"), integer(2)}));
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(publisher.ask({"PUBLISH", i % 2 == 0 ? "a" : "b", std::to_string(i)}), integer(1));
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(subscriber.receive(),
                  array({bulk("message"), bulk(i % 2 == 0 ? "a" : "b"), bulk(std::to_string(i))}));
    subscriber.send({"UNSUBSCRIBE"});
    EXPECT_EQ(subscriber.receive().elements.at(0), bulk("unsubscribe"));
    EXPECT_EQ(subscriber.receive().elements.at(0), bulk("unsubscribe"));
    EXPECT_EQ(subscriber.ask({"SET", "k", "v"}), status("OK"));
    EXPECT_EQ(subscriber.ask({"GET", "k"}), bulk("v"));
}

TEST_F(OwnLinkTest, AnotherDatabaseIsAnother) {
    Proxy proxy(config());
    auto client = proxy.respClient();
    EXPECT_EQ(client.ask({"SET", "k", "zero"}), status("OK"));
    EXPECT_EQ(client.ask({"GET", "k"}), bulk("zero"));
    EXPECT_EQ(client.ask({"SELECT", "3"}), status("OK"));
    EXPECT_EQ(client.ask({"GET", "k"}), nil());
    EXPECT_EQ(client.ask({"SET", "k", "three"}), status("OK"));
    EXPECT_EQ(client.ask({"GET", "k"}), bulk("three"));
    EXPECT_EQ(client.ask({"SELECT", "0"}), status("OK"));
    EXPECT_EQ(client.ask({"GET", "k"}), bulk("zero"));
}

TEST_F(OwnLinkTest, LinksAreBoundedWithAClearError) {
    Proxy proxy(config().set("backend.dedicated_links", "2"));
    std::vector<RespClient> clients;
    for (int i = 0; i < 3; ++i)
        clients.push_back(proxy.respClient());
    EXPECT_EQ(clients[0].ask({"MULTI"}), status("OK"));
    EXPECT_EQ(clients[1].ask({"MULTI"}), status("OK"));
    const auto refused = clients[2].ask({"MULTI"});
    EXPECT_TRUE(refused.isError());
    EXPECT_NE(refused.text.find("backend.dedicated_links"), std::string::npos) << refused.text;
    EXPECT_EQ(clients[0].ask({"DISCARD"}), status("OK"));
    auto next = proxy.respClient();
    EXPECT_EQ(next.ask({"MULTI"}), status("OK")) << "the refused one's connection is closed";
}

TEST_F(OwnLinkTest, ManyIdleClientsNeedNoMoreLinks) {
    Proxy proxy(config());
    std::vector<RespClient> clients;
    clients.push_back(proxy.respClient());
    EXPECT_EQ(clients[0].ask({"PING"}), status("PONG"));
    const auto before = redis().clients();
    for (int i = 0; i < 300; ++i) {
        clients.push_back(proxy.respClient());
        EXPECT_EQ(clients.back().ask({"SET", "k", "v"}), status("OK"));
    }
    EXPECT_EQ(redis().clients(), before);
}

} // namespace nearcache::blackbox
