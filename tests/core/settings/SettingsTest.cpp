#include "settings/Settings.h"

#include "Yaml.h"

#include <gtest/gtest.h>

#include <cstdlib>

using namespace std::chrono_literals;

namespace nearcache::test {

namespace {

TEST(Settings, hasADefaultForEverythingButFrontEnds) {
    const Settings settings = loadWithFrontEnd("");
    const Settings defaults;

    EXPECT_EQ(settings.backend.address, defaults.backend.address);
    EXPECT_EQ(settings.backend.host, defaults.backend.host);
    EXPECT_EQ(settings.backend.port, defaults.backend.port);
    EXPECT_EQ(settings.backend.unixPath, defaults.backend.unixPath);
    EXPECT_EQ(settings.backend.username, defaults.backend.username);
    EXPECT_EQ(settings.backend.password, defaults.backend.password);
    EXPECT_EQ(settings.backend.database, defaults.backend.database);
    EXPECT_EQ(settings.backend.links, defaults.backend.links);
    EXPECT_EQ(settings.backend.connectTimeout, defaults.backend.connectTimeout);
    EXPECT_EQ(settings.backend.dedicatedLinks, defaults.backend.dedicatedLinks);
    EXPECT_EQ(settings.backend.requestTimeout, defaults.backend.requestTimeout);
    EXPECT_EQ(settings.backend.heartbeat, defaults.backend.heartbeat);
    EXPECT_EQ(settings.cache.policy.name, defaults.cache.policy.name);
    EXPECT_EQ(settings.cache.policy.path, defaults.cache.policy.path);
    EXPECT_EQ(settings.cache.capacity, defaults.cache.capacity);
    EXPECT_EQ(settings.cache.ttl, defaults.cache.ttl);
    EXPECT_EQ(settings.cache.coherence, defaults.cache.coherence);
    EXPECT_EQ(settings.cache.onDisconnect, defaults.cache.onDisconnect);
    EXPECT_EQ(settings.cache.touch, defaults.cache.touch);
    EXPECT_EQ(settings.limits.connections, defaults.limits.connections);
    EXPECT_EQ(settings.limits.parallel, defaults.limits.parallel);
    EXPECT_EQ(settings.pluginsPath, defaults.pluginsPath);
    EXPECT_EQ(settings.logLevel, defaults.logLevel);
}

TEST(Settings, hasTheDefaultsThatArePromised) {
    const Settings settings = loadWithFrontEnd("");

    EXPECT_EQ(settings.backend.host, "127.0.0.1");
    EXPECT_EQ(settings.backend.port, 6379);
    EXPECT_EQ(settings.backend.database, 0U);
    EXPECT_EQ(settings.backend.links, 0U);
    EXPECT_EQ(settings.backend.connectTimeout, 1s);
    EXPECT_EQ(settings.backend.dedicatedLinks, 128U);
    EXPECT_EQ(settings.backend.requestTimeout, 1s);
    EXPECT_EQ(settings.backend.heartbeat, 1s);
    EXPECT_EQ(settings.cache.policy.name, "lru");
    EXPECT_EQ(settings.cache.capacity, 100'000U);
    EXPECT_EQ(settings.cache.ttl, 60s);
    EXPECT_EQ(settings.cache.coherence, CacheSettings::Coherence::Auto);
    EXPECT_EQ(settings.cache.onDisconnect, CacheSettings::OnDisconnect::Serve);
    EXPECT_TRUE(settings.cache.touch);
    EXPECT_TRUE(settings.frontends[0].users.empty());
    EXPECT_EQ(settings.limits.connections, 10'000U);
    EXPECT_EQ(settings.limits.parallel, 512U);
    EXPECT_EQ(settings.pluginsPath, "");
    EXPECT_EQ(settings.logLevel, "information");
}

TEST(Settings, readsEveryOptionOfTheBackend) {
    const BackendSettings backend = loadWithFrontEnd(R"(
backend:
  address: redis.example:7000
  username: reader
  password: 0123 # not a number
  database: 3
  links: 12
  dedicated_links: 65536
  connect_timeout: 250ms
  request_timeout: 1h
  heartbeat: 10ms
)")
                                        .backend;

    EXPECT_EQ(backend.address, "redis.example:7000");
    EXPECT_EQ(backend.host, "redis.example");
    EXPECT_EQ(backend.port, 7000);
    EXPECT_EQ(backend.username, "reader");
    EXPECT_EQ(backend.password, "0123");
    EXPECT_EQ(backend.database, 3U);
    EXPECT_EQ(backend.links, 12U);
    EXPECT_EQ(backend.dedicatedLinks, 65'536U);
    EXPECT_EQ(backend.heartbeat, 10ms);
    EXPECT_EQ(backend.connectTimeout, 250ms);
    EXPECT_EQ(backend.requestTimeout, 1h);
}

TEST(Settings, takesAUnixSocket) {
    for (const char* address : {"unix:/run/redis.sock", "/run/redis.sock"}) {
        const BackendSettings backend =
            loadWithFrontEnd("backend: {address: \"" + std::string(address) + "\"}").backend;
        EXPECT_EQ(backend.unixPath, "/run/redis.sock");
        EXPECT_EQ(backend.host, "");
        EXPECT_EQ(backend.address, address);
    }
}

TEST(Settings, readsTheOtherSections) {
    const Settings settings = loadWithFrontEnd(R"(
cache: {policy: sieve, capacity: 1, ttl: 1ms}
limits:
  connections: 5
  parallel: 1
plugins:
  path: /usr/lib/nearcache
log: {level: debug}
)");

    EXPECT_EQ(settings.cache.policy.name, "sieve");
    EXPECT_EQ(settings.cache.policy.where.line, 2);
    EXPECT_TRUE(settings.cache.policy.options.empty());
    EXPECT_EQ(settings.cache.capacity, 1U);
    EXPECT_EQ(settings.cache.ttl, 1ms);
    EXPECT_EQ(settings.limits.connections, 5U);
    EXPECT_EQ(settings.limits.parallel, 1U);
    EXPECT_EQ(settings.pluginsPath, "/usr/lib/nearcache");
    EXPECT_EQ(settings.pluginsPathWhere.line, 7);
    EXPECT_EQ(settings.logLevel, "debug");
}

TEST(Settings, readsHowTheCacheIsKeptCoherent) {
    const auto coherence = [](const std::string& word) {
        return loadWithFrontEnd("cache: {coherence: " + word + "}").cache.coherence;
    };
    EXPECT_EQ(coherence("auto"), CacheSettings::Coherence::Auto);
    EXPECT_EQ(coherence("tracking"), CacheSettings::Coherence::Tracking);
    EXPECT_EQ(coherence("ttl"), CacheSettings::Coherence::Ttl);

    const auto cache = loadWithFrontEnd("cache: {on_disconnect: drop, touch: false}").cache;
    EXPECT_EQ(cache.onDisconnect, CacheSettings::OnDisconnect::Drop);
    EXPECT_FALSE(cache.touch);
    EXPECT_EQ(loadWithFrontEnd("cache: {on_disconnect: serve}").cache.onDisconnect, CacheSettings::OnDisconnect::Serve);
}

TEST(Settings, takesSectionsThatAreEmpty) {
    const Settings settings = loadWithFrontEnd("cache:\n  # ttl: 5s\nlimits: {}\nbackend: ~");

    EXPECT_EQ(settings.cache.ttl, 60s);
    EXPECT_EQ(settings.cache.policy.where.line, 1);
    EXPECT_EQ(settings.limits.parallel, 512U);
}

TEST(Settings, takesAnEmptyPassword) {
    EXPECT_EQ(loadWithFrontEnd("backend: {password: }").backend.password, "");
    EXPECT_EQ(loadWithFrontEnd("backend: {password: ''}").backend.password, "");
    EXPECT_EQ(loadWithFrontEnd("backend:\n  password: ${UNSET:-}").backend.password, "");
}

TEST(Settings, keepsAPolicysOwnOptionsForThePolicy) {
    const PluginChoice policy =
        loadWithFrontEnd("cache:\n  policy:\n    plugin: s3fifo\n    small: 0.1\n    ghosts: [1]\n    more:\n")
            .cache.policy;

    EXPECT_EQ(policy.name, "s3fifo");
    EXPECT_EQ(policy.where.line, 3);
    EXPECT_EQ(policy.path, "cache.policy");
    ASSERT_EQ(policy.options.size(), 3U);
    EXPECT_EQ(policy.options[0].name, "small");
    EXPECT_EQ(policy.options[0].text, "0.1");
    EXPECT_EQ(policy.options[0].where.line, 4);
    EXPECT_EQ(policy.options[1].kind, RawOption::Kind::List);
    EXPECT_EQ(policy.options[2].kind, RawOption::Kind::Nothing);
}

TEST(Settings, readsFrontEnds) {
    const auto frontends = load(R"(
frontends:
  - plugin: http
    listen: "[::1]:0"
    max_key: 1KiB
  - {plugin: http, listen: 6000}
  - plugin: resp
    listen: "[::1]:0"
)")
                               .frontends;

    ASSERT_EQ(frontends.size(), 3U);
    EXPECT_EQ(frontends[0].plugin.name, "http");
    EXPECT_EQ(frontends[0].plugin.where.line, 3);
    EXPECT_EQ(frontends[0].plugin.path, "frontends[0]");
    ASSERT_EQ(frontends[0].plugin.options.size(), 1U);
    EXPECT_EQ(frontends[0].plugin.options[0].name, "max_key");
    EXPECT_EQ(frontends[0].listenHost, "::1");
    EXPECT_EQ(frontends[0].listenPort, 0);
    EXPECT_EQ(frontends[0].where.line, 4);
    EXPECT_EQ(frontends[1].listenHost, "0.0.0.0");
    EXPECT_EQ(frontends[1].listenPort, 6000);
    EXPECT_EQ(frontends[1].where.line, 6);
    EXPECT_EQ(frontends[2].plugin.name, "resp");
    EXPECT_EQ(frontends[2].plugin.path, "frontends[2]");
}

TEST(Settings, replacesVariablesInEveryScalar) {
    const Settings settings =
        load(R"(
backend:
  address: ${HOST}:${PORT:-6379}
  password: "${SECRET}"
cache:
  policy: ${POLICY:-sieve}
  ttl: '${TTL}'
frontends:
  - plugin: ${KIND}
    listen: 127.0.0.1:${LISTEN}
    greeting: $${KIND}
)",
             {{"HOST", "redis"}, {"SECRET", "a: [b"}, {"TTL", "5m"}, {"KIND", "http"}, {"LISTEN", "8080"}});

    EXPECT_EQ(settings.backend.host, "redis");
    EXPECT_EQ(settings.backend.port, 6379);
    EXPECT_EQ(settings.backend.password, "a: [b");
    EXPECT_EQ(settings.cache.policy.name, "sieve");
    EXPECT_EQ(settings.cache.ttl, 5min);
    EXPECT_EQ(settings.frontends[0].plugin.name, "http");
    EXPECT_EQ(settings.frontends[0].listenPort, 8080);
    EXPECT_EQ(settings.frontends[0].plugin.options[0].text, "${KIND}");
}

TEST(Settings, canInjectNoYamlThroughAVariable) {
    EXPECT_EQ(errorOf("cache:\n  ttl: ${TTL}\n", {{"TTL", "5s\n  capacity: 1"}}),
              "2: cache.ttl: expected a duration such as 500ms or 60s, from 1ms to 8760h, got '5s?  capacity: 1'");
}

TEST(Settings, takesLinesThatEndInCrLf) {
    EXPECT_EQ(load("cache:\r\n  ttl: 5s\r\nfrontends:\r\n  - plugin: http\r\n    listen: 6000\r\n").cache.ttl, 5s);
}

TEST(Settings, followsAliases) {
    const Settings settings = loadWithFrontEnd("backend:\n  connect_timeout: &wait 2s\n  request_timeout: *wait");

    EXPECT_EQ(settings.backend.requestTimeout, 2s);
}

TEST(Settings, readsTheProcesssEnvironment) {
    ASSERT_EQ(setenv("NEARCACHE_TEST_VARIABLE", "of the process", 1), 0);

    EXPECT_EQ(processEnvironment()("NEARCACHE_TEST_VARIABLE"), "of the process");
    ASSERT_EQ(unsetenv("NEARCACHE_TEST_VARIABLE"), 0);
    EXPECT_EQ(processEnvironment()("NEARCACHE_TEST_VARIABLE"), std::nullopt);
}

} // namespace

} // namespace nearcache::test
