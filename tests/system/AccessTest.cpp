/// Who may use a front-end, and how Redis's own users are kept apart.

#include "system/harness/SystemTest.h"

namespace nearcache::blackbox {

class AccessTest : public SystemTest {
  protected:
    static ProxyConfig guarded() {
        auto config = ProxyConfig();
        config.set("backend.address", redis().address());
        config.frontEnd("resp",
                        {{"password", "${NEARCACHE_TEST_PASSWORD:-open sesame}"}, {"users", "{ada: lovelace}"}});
        config.frontEnd("http", {{"password", "open sesame"}, {"users", "{ada: lovelace}"}});
        return config;
    }
};

TEST_F(AccessTest, NothingIsSaidBeforeThePassword) {
    Proxy proxy(guarded());
    auto client = proxy.respClient();
    const auto refusal = error("NOAUTH Authentication required.");
    for (const Words& words : {Words{"GET", "k"}, Words{"SET", "k", "v"}, Words{"PING"}, Words{"INFO"}, Words{"MULTI"},
                               Words{"SUBSCRIBE", "c"}})
        EXPECT_EQ(client.ask(words), refusal) << words[0];
    EXPECT_EQ(client.ask({"AUTH", "wrong"}), error("WRONGPASS invalid username-password pair or user is disabled."));
    EXPECT_EQ(client.ask({"GET", "k"}), refusal);
    EXPECT_EQ(client.ask({"AUTH", "open sesame"}), status("OK"));
    EXPECT_EQ(client.ask({"SET", "k", "v"}), status("OK"));
    EXPECT_EQ(client.ask({"GET", "k"}), bulk("v"));
}

TEST_F(AccessTest, UsersHaveTheirOwnPasswords) {
    Proxy proxy(guarded());
    auto client = proxy.respClient();
    EXPECT_TRUE(client.ask({"AUTH", "ada", "open sesame"}).isError());
    EXPECT_TRUE(client.ask({"AUTH", "nobody", "lovelace"}).isError());
    EXPECT_EQ(client.ask({"AUTH", "ada", "lovelace"}), status("OK"));
    EXPECT_EQ(client.ask({"PING"}), status("PONG"));
    auto other = proxy.respClient();
    EXPECT_TRUE(other.ask({"HELLO", "2", "AUTH", "ada", "wrong"}).isError());
    EXPECT_FALSE(other.ask({"HELLO", "2", "AUTH", "ada", "lovelace"}).isError());
    EXPECT_EQ(other.ask({"PING"}), status("PONG"));
}

TEST_F(AccessTest, HttpTakesBasicAndBearer) {
    Proxy proxy(guarded());
    redis().ask({"SET", "k", "v"});
    auto http = proxy.httpClient();
    const auto refused = http.get("k");
    EXPECT_EQ(refused.status, 401);
    EXPECT_NE(refused.field("WWW-Authenticate"), "");
    EXPECT_EQ(http.request("GET", target("k"), {{"Authorization", "Basic YWRhOmxvdmVsYWNl"}}).body, "v");
    EXPECT_EQ(http.request("GET", target("k"), {{"Authorization", "Bearer open sesame"}}).body, "v");
    EXPECT_EQ(http.request("GET", target("k"), {{"Authorization", "Bearer wrong"}}).status, 401);
    EXPECT_EQ(http.request("GET", "/status").status, 401);
}

TEST_F(AccessTest, AnotherUserOfRedisIsNeverAnsweredFromTheCache) {
    RedisServer own;
    own.ask({"SET", "secret", "v"});
    own.ask({"ACL", "SETUSER", "guest", "on", ">guest", "~public*", "+@all"});
    Proxy proxy(SystemTest::config(own.address()));
    auto client = proxy.respClient();
    EXPECT_EQ(client.ask({"GET", "secret"}), bulk("v"));
    EXPECT_EQ(client.ask({"GET", "secret"}), bulk("v"));
    EXPECT_EQ(client.ask({"AUTH", "guest", "guest"}), status("OK"));
    EXPECT_EQ(client.ask({"GET", "secret"}).text.substr(0, 6), "NOPERM");
    EXPECT_EQ(client.ask({"SET", "public1", "p"}), status("OK"));
    EXPECT_EQ(client.ask({"GET", "public1"}), bulk("p"));
}

TEST_F(AccessTest, NoSecretReachesTheLogOrTheStatus) {
    Proxy proxy(guarded().set("log.level", "trace"));
    auto client = proxy.respClient();
    (void)client.ask({"AUTH", "open sesame"});
    const auto info = client.ask({"INFO", "nearcache"}).text;
    EXPECT_EQ(info.find("sesame"), std::string::npos);
    proxy.stop();
    EXPECT_EQ(proxy.process().everything().find("sesame"), std::string::npos);
}

} // namespace nearcache::blackbox
