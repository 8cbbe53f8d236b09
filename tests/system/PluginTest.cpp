/// Plugins by name: several front-ends of one kind, each policy, and plugins that were built elsewhere.

#include "system/harness/SystemTest.h"

#include <filesystem>

namespace nearcache::blackbox {

namespace {

namespace fs = std::filesystem;

/// Builds it by its own Makefile from a copy, against the plugin headers alone, and puts the library into the folder.
void buildExample(const std::string& name, const fs::path& into) {
    const auto plugins = fs::path(NEARCACHE_SOURCE_DIR) / "plugins";
    const TemporaryFolder workshop;
    fs::copy(plugins / "examples" / name, workshop.path());
    Launch launch;
    launch.arguments = {"make",
                        "-C",
                        workshop.path().string(),
                        "API=" + (plugins / "api").string(),
                        "CXX=" NEARCACHE_CXX,
                        "CXXFLAGS=" NEARCACHE_CXX_FLAGS};
    const auto ended = run(launch);
    ASSERT_EQ(ended.code, 0) << ended.errors;
    fs::copy_file(workshop.path() / (name + ".so"), into / (name + ".so"));
}

} // namespace

class PluginTest : public SystemTest {
  protected:
    static std::string key(int number) { return "k" + std::to_string(number); }

    static void fill(int count) {
        for (int i = 0; i < count; ++i)
            redis().ask({"SET", key(i), "v"});
    }

    /// Which of these keys are in the cache. Asks for them in this order, which changes it.
    static std::vector<int> held(HttpClient& client, const std::vector<int>& keys) {
        std::vector<int> found;
        for (const int number : keys)
            if (client.get(key(number)).status == 200)
                found.push_back(number);
        return found;
    }
};

TEST_F(PluginTest, SeveralFrontEndsOfOneKindWork) {
    redis().ask({"SET", "name", "Ada"});
    ProxyConfig several;
    several.set("backend.address", redis().address());
    for (const auto* plugin : {"http", "resp", "http", "resp"})
        several.frontEnd(plugin);
    Proxy proxy(several);
    ASSERT_EQ(proxy.ports("http").size(), 2U);
    ASSERT_EQ(proxy.ports("resp").size(), 2U);
    EXPECT_EQ(HttpClient(proxy.ports("http")[0]).get("name").status, 201);
    EXPECT_EQ(HttpClient(proxy.ports("http")[1]).get("name").status, 200);
    for (const auto port : proxy.ports("resp"))
        EXPECT_EQ(RespClient(port).ask({"GET", "name"}), bulk("Ada"));
}

TEST_F(PluginTest, OneFrontEndAloneWorks) {
    ProxyConfig alone;
    alone.set("backend.address", redis().address()).frontEnd("resp");
    Proxy proxy(alone);
    EXPECT_TRUE(proxy.ports("http").empty());
    EXPECT_EQ(proxy.respClient().ask({"PING"}), status("PONG"));
}

TEST_F(PluginTest, EachPolicyServes) {
    fill(50);
    for (const auto* policy : {"lru", "sieve", "s3fifo", "{plugin: lru}", "{plugin: sieve}"}) {
        SCOPED_TRACE(policy);
        Proxy proxy(config().set("cache.policy", policy).set("cache.capacity", "10"));
        auto client = proxy.httpClient();
        for (int i = 0; i < 300; ++i) {
            ASSERT_EQ(client.get(key(i * 7 % 50)).body, "v");
            ASSERT_EQ(client.get(key(i * 7 % 50)).status, 200) << "what was just read is still there";
        }
    }
}

TEST_F(PluginTest, LruAndSieveEvictDifferently) {
    fill(6);
    const auto leftAfter = [](const char* policy) {
        Proxy proxy(config().set("cache.policy", policy).set("cache.capacity", "3"));
        auto client = proxy.httpClient();
        for (const int number : {0, 1, 2, 0, 3, 4, 5})
            client.get(key(number));
        return held(client, {0}).size() + 10 * held(client, {5}).size();
    };
    EXPECT_EQ(leftAfter("lru"), 10U) << "0 was read longest ago";
    EXPECT_EQ(leftAfter("sieve"), 11U) << "0 was read twice";
}

TEST_F(PluginTest, S3FifoKeepsWhatIsReadOftenThroughAScan) {
    fill(200);
    const auto keptAfterScan = [](const char* policy) {
        Proxy proxy(config().set("cache.policy", policy).set("cache.capacity", "40"));
        auto client = proxy.httpClient();
        std::vector<int> hot;
        for (int i = 0; i < 10; ++i)
            hot.push_back(i);
        for (int round = 0; round < 4; ++round)
            held(client, hot);
        for (int i = 10; i < 200; ++i)
            client.get(key(i));
        return held(client, hot).size();
    };
    EXPECT_EQ(keptAfterScan("lru"), 0U);
    EXPECT_EQ(keptAfterScan("s3fifo"), 10U);
}

TEST_F(PluginTest, EachFrontEndHasItsOwnOptions) {
    ProxyConfig various;
    various.set("backend.address", redis().address())
        .frontEnd("http", {{"max_target", "256"}})
        .frontEnd("http", {{"max_target", "2KiB"}})
        .frontEnd("resp", {{"max_bulk", "1KiB"}})
        .frontEnd("resp");
    Proxy proxy(various);
    const std::string longKey(1'500, 'k');
    EXPECT_EQ(HttpClient(proxy.ports("http")[0]).get(longKey).status, 414);
    EXPECT_EQ(HttpClient(proxy.ports("http")[1]).get(longKey).status, 404);
    EXPECT_TRUE(RespClient(proxy.ports("resp")[0]).ask({"GET", longKey}).isError());
    EXPECT_EQ(RespClient(proxy.ports("resp")[1]).ask({"GET", longKey}), nil());
}

TEST_F(PluginTest, PluginsBuiltElsewhereWork) {
    const TemporaryFolder folder;
    for (const auto* example : {"frontend_line", "policy_random"})
        buildExample(example, folder.path());
    ProxyConfig elsewhere;
    elsewhere.set("backend.address", redis().address())
        .set("plugins.path", folder.path().string())
        .set("cache.policy", "{plugin: random, seed: 7}")
        .set("cache.capacity", "2")
        .frontEnd("line", {{"max_key", "10"}});
    fill(3);
    Proxy proxy(elsewhere);
    RawClient client(proxy.ports("line").at(0));
    client.send("k0\nabsent\nk1\nk0\n");
    EXPECT_EQ(client.receiveUntil("-\n"), "1 v\n-\n");
    EXPECT_EQ(client.receiveUntil("v\n"), "1 v\n");
    EXPECT_EQ(client.receiveUntil("v\n"), "1 v\n");
    EXPECT_EQ(redis().calls("get"), 3) << "k0 is asked for once";
    for (int i = 0; i < 30; ++i) {
        client.send(key(i % 3) + "\n");
        EXPECT_EQ(client.receiveUntil("\n"), "1 v\n");
    }
    EXPECT_GT(redis().calls("get"), 4) << "somebody is evicted";
    client.send("eleven characters\n");
    EXPECT_EQ(client.receiveAll(), "!the key is too long\n");
}

TEST_F(PluginTest, PluginsAreFoundInAnotherFolder) {
    TemporaryFolder folder;
    for (const auto* library : {"frontend_resp.so", "policy_sieve.so"})
        fs::copy_file(fs::path(NEARCACHE_PLUGIN_DIR) / library, folder.path() / library);
    ProxyConfig elsewhere;
    elsewhere.set("backend.address", redis().address())
        .set("plugins.path", folder.path().string())
        .set("cache.policy", "sieve")
        .frontEnd("resp");
    Proxy proxy(elsewhere);
    EXPECT_EQ(proxy.respClient().ask({"SET", "name", "Ada"}), status("OK"));
}

} // namespace nearcache::blackbox
