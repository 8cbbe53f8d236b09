/// How the backing Redis is reached: transports, credentials, database, and the number of links.

#include "system/harness/SystemTest.h"

namespace nearcache::blackbox {

class BackendTest : public SystemTest {
  protected:
    /// It serves reads and writes through both front-ends.
    static void expectServes(const ProxyConfig& config) {
        Proxy proxy(config);
        EXPECT_EQ(proxy.respClient().ask({"SET", "name", "Ada"}), status("OK"));
        EXPECT_EQ(proxy.httpClient().get("name").body, "Ada");
        EXPECT_EQ(proxy.process().count("Redis is away"), 0U);
    }

    /// It starts, and tells its clients and its log what Redis said.
    static void expectRefused(const ProxyConfig& config, const std::string& words) {
        Proxy proxy(config);
        EXPECT_EQ(proxy.httpClient().get("name").status, 503);
        EXPECT_TRUE(proxy.respClient().ask({"GET", "name"}).isError());
        EXPECT_TRUE(proxy.respClient().ask({"SET", "name", "Ada"}).isError());
        EXPECT_TRUE(proxy.process().waitForText("Redis is away"));
        EXPECT_TRUE(proxy.process().waitForText(words));
        EXPECT_EQ(proxy.process().count("secret"), 0U) << "a password in the log";
    }
};

TEST_F(BackendTest, ByUnixSocket) {
    expectServes(config(redis().endpoint().path));
    expectServes(config("unix:" + redis().endpoint().path));
}

TEST_F(BackendTest, ByTcp) {
    RedisServer server(RedisServer::Transport::Tcp);
    expectServes(config(server.address()));
    expectServes(config("localhost:" + std::to_string(server.endpoint().port)));
}

TEST_F(BackendTest, WithAPassword) {
    RedisServer server(RedisServer::Transport::UnixSocket, {"--requirepass", "secret word"});
    expectServes(config(server.address()).set("backend.password", "secret word"));
    expectRefused(config(server.address()).set("backend.password", "secret mistake"), "WRONGPASS");
    expectRefused(config(server.address()), "NOAUTH");
}

TEST_F(BackendTest, WithAUserAndAPassword) {
    RedisServer server;
    server.ask({"ACL", "SETUSER", "proxy", "on", ">secret", "~*", "+@all"});
    server.ask({"ACL", "SETUSER", "default", "-@all", "+ping"});
    const auto user = config(server.address()).set("backend.username", "proxy");
    expectServes(ProxyConfig(user).set("backend.password", "secret"));
    expectRefused(ProxyConfig(user).set("backend.password", "secret mistake"), "WRONGPASS");
}

TEST_F(BackendTest, WithTheSecretFromTheEnvironment) {
    RedisServer server(RedisServer::Transport::UnixSocket, {"--requirepass", "secret word"});
    Launch launch;
    launch.environment = {{"WHERE", server.address()}, {"SECRET", "secret word"}};
    Proxy proxy(
        config("${WHERE}").set("backend.password", "\"${SECRET}\"").set("backend.username", "\"${USER_OF_IT:-}\""),
        launch);
    EXPECT_EQ(proxy.respClient().ask({"SET", "name", "Ada"}), status("OK"));
    EXPECT_EQ(proxy.process().count("secret word"), 0U);
}

TEST_F(BackendTest, WithAnotherDatabase) {
    auto direct = redis().connect();
    direct.ask({"SELECT", "3"});
    direct.ask({"SET", "name", "in three"});
    redis().ask({"SET", "name", "in zero"});
    Proxy proxy(config().set("backend.database", "3"));
    EXPECT_EQ(proxy.httpClient().get("name").body, "in three");
    auto client = proxy.respClient();
    EXPECT_EQ(client.ask({"SELECT", "3"}), status("OK"));
    EXPECT_EQ(client.ask({"SELECT", "0"}), status("OK"));
    EXPECT_EQ(client.ask({"GET", "name"}), bulk("in zero"));
    EXPECT_EQ(client.ask({"SELECT", "3"}), status("OK"));
    EXPECT_EQ(client.ask({"SET", "name", "changed"}), status("OK"));
    EXPECT_EQ(direct.ask({"GET", "name"}), bulk("changed"));
    EXPECT_EQ(redis().ask({"GET", "name"}), bulk("in zero"));
}

TEST_F(BackendTest, WithADatabaseThatRedisDoesNotHave) {
    expectRefused(config().set("backend.database", "99"), "DB index is out of range");
}

TEST_F(BackendTest, OpensAsManyLinksAsConfigured) {
    for (const int links : {1, 2, 5}) {
        RedisServer server;
        Proxy proxy(config(server.address()).set("backend.links", std::to_string(links)).set("limits.parallel", "1"));
        const int all = 2 * links + 1;
        EXPECT_TRUE(eventually([&] { return server.clients() == all; }))
            << "as many for fetching as for commands, and one more; got " << server.clients() << " for " << links;
        for (int i = 0; i < 50; ++i) {
            proxy.httpClient().get("k" + std::to_string(i));
            proxy.respClient().ask({"SET", "k" + std::to_string(i), "v"});
        }
        EXPECT_EQ(server.clients(), all);
    }
}

TEST_F(BackendTest, WhatItsUserMayNotDoIsToldInTheWordsOfRedis) {
    RedisServer server;
    server.ask({"ACL", "SETUSER", "reader", "on", ">secret", "~public:*", "+get", "+ping", "+client", "+select"});
    Proxy proxy(config(server.address()).set("backend.username", "reader").set("backend.password", "secret"));
    auto client = proxy.respClient();
    EXPECT_EQ(client.ask({"GET", "public:name"}), nil());
    EXPECT_EQ(client.ask({"GET", "private:name"}).text.rfind("NOPERM ", 0), 0U);
    EXPECT_EQ(client.ask({"SET", "public:name", "Ada"}).text.rfind("NOPERM ", 0), 0U);
    const auto answer = proxy.httpClient().get("private:name");
    EXPECT_EQ(answer.status, 502);
    EXPECT_EQ(answer.body.rfind("NOPERM ", 0), 0U) << answer.body;
}

} // namespace nearcache::blackbox
