#include "settings/Address.h"

#include <gtest/gtest.h>

namespace nearcache::test {

namespace {

// `host|port|path`, or `refused`.
std::string shown(const std::optional<Address>& address) {
    return address ? address->host + "|" + std::to_string(address->port) + "|" + address->unixPath : "refused";
}

std::string backend(std::string_view text) {
    return shown(parseBackendAddress(text));
}

std::string listen(std::string_view text) {
    return shown(parseListenAddress(text));
}

TEST(BackendAddress, isHostAndPort) {
    EXPECT_EQ(backend("127.0.0.1:6379"), "127.0.0.1|6379|");
    EXPECT_EQ(backend("redis_1.example-net.org:1"), "redis_1.example-net.org|1|");
    EXPECT_EQ(backend("redis:65535"), "redis|65535|");
    EXPECT_EQ(backend("[::1]:7000"), "::1|7000|");
    EXPECT_EQ(backend("[fe80::1%eth0]:7000"), "fe80::1%eth0|7000|");
}

TEST(BackendAddress, hasRedissPortByDefault) {
    EXPECT_EQ(backend("redis"), "redis|6379|");
    EXPECT_EQ(backend("10.0.0.1"), "10.0.0.1|6379|");
    EXPECT_EQ(backend("[::1]"), "::1|6379|");
}

TEST(BackendAddress, isAUnixSocket) {
    EXPECT_EQ(backend("/run/redis:1.sock"), "|0|/run/redis:1.sock");
    EXPECT_EQ(backend("unix:/run/redis.sock"), "|0|/run/redis.sock");
    EXPECT_EQ(backend("/" + std::string(106, 'x')), "|0|/" + std::string(106, 'x'));
}

TEST(BackendAddress, isNothingElse) {
    for (const char* text : {"",
                             ":6379",
                             "redis:",
                             "redis:0",
                             "redis:65536",
                             "redis:-1",
                             "redis:63 79",
                             "redis:6379x",
                             "::1",
                             "::1:6379",
                             "[::1",
                             "[]:6379",
                             "[::1]6379",
                             "[::1]:",
                             "[redis]:6379",
                             "[::1/]:1",
                             "re dis:6379",
                             "redis://host:6379",
                             "-x:6379",
                             "unix:",
                             "unix:redis.sock",
                             "user@redis:6379"})
        EXPECT_EQ(backend(text), "refused") << text;
    EXPECT_EQ(backend("/" + std::string(107, 'x')), "refused") << "longer than a socket's address";
    EXPECT_EQ(backend(std::string("/run\0/x", 7)), "refused");
    EXPECT_EQ(backend(std::string(256, 'x') + ":1"), "refused");
}

TEST(ListenAddress, isHostAndPort) {
    EXPECT_EQ(listen("0.0.0.0:6000"), "0.0.0.0|6000|");
    EXPECT_EQ(listen("localhost:0"), "localhost|0|");
    EXPECT_EQ(listen("[::]:6000"), "::|6000|");
    EXPECT_EQ(listen("[::1]:65535"), "::1|65535|");
}

TEST(ListenAddress, isEveryIpv4AddressByDefault) {
    EXPECT_EQ(listen(":6000"), "0.0.0.0|6000|");
    EXPECT_EQ(listen("6000"), "0.0.0.0|6000|");
    EXPECT_EQ(listen("0"), "0.0.0.0|0|");
}

TEST(ListenAddress, isNothingElse) {
    for (const char* text : {"", ":", "localhost", "localhost:", "127.0.0.1", "[::1]", "::1:6000", "*:6000", "65536",
                             "-1", "6000 ", "http://localhost:6000", "/run/nearcache.sock", "unix:/x"})
        EXPECT_EQ(listen(text), "refused") << text;
}

} // namespace

} // namespace nearcache::test
