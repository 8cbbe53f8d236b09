#include "app/HostFacts.h"

#include "cache/KeyHash.h"
#include "core/cache/RecordingPolicy.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace nearcache::test {

namespace {

class HostFactsTest : public testing::Test {
  protected:
    /// `cache.hits` -> its value; `(none)` where there is no such fact.
    [[nodiscard]] std::string valueOf(std::string_view section, std::string_view name) const {
        for (const auto& fact : host.facts()) {
            if (fact.section == section && fact.name == name)
                return fact.value;
        }
        return "(none)";
    }

    static Settings makeSettings() {
        Settings settings;
        settings.backend.address = "redis.example:6379";
        settings.backend.database = 7;
        settings.backend.password = "secret";
        settings.limits.parallel = 5;
        settings.cache.capacity = 100;
        return settings;
    }

    struct NoWaiter : GateWaiter {
        void onSlotsGranted(unsigned /*count*/) override {}
        [[nodiscard]] bool forget(std::uint64_t /*number*/) override { return false; }
    };

    const Settings settings = makeSettings();
    Store store{{.capacity = 100, .ttl = std::chrono::hours(1)}, std::make_unique<FifoPolicy>()};
    Gate gate{2};
    ConnectionLimit connections{300};
    Health health{"redis.example:6379"};
    Clients clients;
    LinkBudget dedicated{20};
    Coherence coherence{settings.cache};
    BackendFacts backend;
    const HostFacts host{{settings, store, gate, connections, clients, dedicated, health, coherence, backend, 4, 3}};
};

TEST_F(HostFactsTest, tellTheReleaseAndTheDatabase) {
    EXPECT_EQ(valueOf("server", "nearcache_version"), host.version());
    EXPECT_NE(host.version(), "");
    EXPECT_EQ(host.database(), 7U);
    EXPECT_EQ(valueOf("backend", "database"), "7");
    EXPECT_EQ(valueOf("server", "workers"), "4");
}

TEST_F(HostFactsTest, tellHowManyClientsThereAre) {
    EXPECT_TRUE(connections.tryEnter());
    EXPECT_TRUE(connections.tryEnter());

    EXPECT_EQ(valueOf("clients", "connected_clients"), "2");
    EXPECT_EQ(valueOf("clients", "maxclients"), "300");
}

TEST_F(HostFactsTest, tellWhatIsExecutedAndWhatWaits) {
    NoWaiter waiter;
    EXPECT_TRUE(gate.tryEnter());
    EXPECT_TRUE(gate.tryEnter());
    gate.wait(waiter, 3, 3);

    EXPECT_EQ(valueOf("clients", "parallel_executing"), "2");
    EXPECT_EQ(valueOf("clients", "parallel_waiting"), "3");
}

TEST_F(HostFactsTest, tellWhatTheCacheDoes) {
    const auto hash = hashKey("k");
    const auto now = Clock::now();
    EXPECT_TRUE(store.fill({.key = "k", .hash = hash, .value = "v", .token = store.token(hash)}, now));
    std::array<Lookup, 2> lookups{Lookup{.key = "k", .hash = hash}, Lookup{.key = "absent", .hash = hashKey("absent")}};
    LookupBuffer buffer;
    store.find(lookups, buffer, now);

    EXPECT_EQ(valueOf("cache", "keys"), "1");
    EXPECT_EQ(valueOf("cache", "hits"), "1");
    EXPECT_EQ(valueOf("cache", "misses"), "1");
    EXPECT_EQ(valueOf("cache", "capacity"), "100");
    EXPECT_EQ(valueOf("cache", "policy"), "lru");
}

TEST_F(HostFactsTest, tellWhetherRedisIsThere) {
    EXPECT_EQ(valueOf("backend", "state"), "connecting");
    health.linkReady();

    EXPECT_EQ(valueOf("backend", "state"), "up");
    EXPECT_EQ(valueOf("backend", "links"), "3") << "those that fetch";
    EXPECT_EQ(valueOf("backend", "links_ready"), "1");
    EXPECT_EQ(valueOf("backend", "address"), "redis.example:6379");
}

TEST_F(HostFactsTest, tellOfTheLinksOfSingleClients) {
    EXPECT_TRUE(dedicated.take());

    EXPECT_EQ(valueOf("backend", "dedicated_links"), "1");
    EXPECT_EQ(valueOf("backend", "dedicated_links_limit"), "20");
}

TEST_F(HostFactsTest, tellWhatKeepsTheCacheCoherent) {
    const auto inEffect = coherence.facts();

    ASSERT_FALSE(inEffect.empty());
    for (const auto& fact : inEffect)
        EXPECT_EQ(valueOf("coherence", fact.name), fact.value);
}

TEST_F(HostFactsTest, tellWhatRedisSaysOfItself) {
    EXPECT_EQ(host.commands(), nullptr);
    EXPECT_EQ(host.commandsVersion(), 0U);
    EXPECT_EQ(host.backend().server, "");
    const auto table = std::make_shared<const CommandTable>(std::vector<CommandInfo>());
    backend.commands(table);
    backend.identity({.server = "redis", .version = "7.0.15", .mode = "standalone", .role = "master"});

    EXPECT_EQ(host.commands(), table);
    const auto version = host.commandsVersion();
    EXPECT_GT(version, 0U);
    EXPECT_EQ(host.commandsVersion(), version);
    backend.commands(table);
    EXPECT_GT(host.commandsVersion(), version);
    EXPECT_EQ(host.backend().server, "redis");
    EXPECT_EQ(host.backend().version, "7.0.15");
}

TEST_F(HostFactsTest, knowNoClientThatDoesNotExist) {
    const std::array<std::uint64_t, 2> ids{1, 2};

    EXPECT_TRUE(host.clients().empty());
    EXPECT_EQ(host.endClients(ids), 0U);
}

TEST_F(HostFactsTest, tellEachThingOnceAndNoSecret) {
    std::set<std::pair<std::string_view, std::string_view>> seen;
    for (const auto& fact : host.facts()) {
        EXPECT_TRUE(seen.emplace(fact.section, fact.name).second) << fact.section << '.' << fact.name;
        EXPECT_EQ(fact.value.find("secret"), std::string::npos) << fact.name;
    }
}

} // namespace

} // namespace nearcache::test
