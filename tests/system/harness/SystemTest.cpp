#include "system/harness/SystemTest.h"

#include <csignal>
#include <sys/resource.h>

namespace nearcache::blackbox {

namespace {

/// What the tests' own process needs: many sockets, and no death by one that the peer has closed.
class TestProcess : public ::testing::Environment {
    void SetUp() override {
        ::signal(SIGPIPE, SIG_IGN);
        rlimit limit{};
        ::getrlimit(RLIMIT_NOFILE, &limit);
        limit.rlim_cur = limit.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
};

[[maybe_unused]] const auto* const registered = ::testing::AddGlobalTestEnvironment(new TestProcess);

} // namespace

RedisServer& SystemTest::redis() {
    static RedisServer server;
    return server;
}

void SystemTest::SetUp() {
    ASSERT_EQ(redis().ask({"FLUSHALL"}), status("OK"));
    ASSERT_EQ(redis().ask({"CONFIG", "RESETSTAT"}), status("OK"));
}

ProxyConfig SystemTest::config(const std::string& backendAddress) {
    ProxyConfig config;
    config.set("backend.address", backendAddress)
        .set("backend.request_timeout", std::to_string(patience.count()) + "s")
        .frontEnd("http")
        .frontEnd("resp");
    return config;
}

} // namespace nearcache::blackbox
