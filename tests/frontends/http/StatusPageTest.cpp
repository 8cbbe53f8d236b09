#include "http/StatusPage.h"

#include "Checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nearcache::http::test {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

namespace {

std::string told(std::string value) {
    const std::vector<Fact> facts{{"a", "b", std::move(value)}};
    return composeStatus(facts);
}

} // namespace

TEST(HttpStatusPage, sectionsAreObjects) {
    const std::vector<Fact> facts{{"server", "version", "1.0"}, {"server", "uptime", "5"}, {"cache", "hits", "12"}};
    EXPECT_EQ(composeStatus(facts), R"({"server":{"version":"1.0","uptime":5},"cache":{"hits":12}})");
    EXPECT_EQ(composeStatus({}), "{}");
}

TEST(HttpStatusPage, wholeNumbersAreNumbers) {
    EXPECT_EQ(told("-7"), R"({"a":{"b":-7}})");
    EXPECT_EQ(told("0"), R"({"a":{"b":0}})");
    for (const std::string value : {"", "007", "1.5", "1e3", "+1", "12 ", "99999999999999999999"})
        EXPECT_EQ(told(value), R"({"a":{"b":")" + value + R"("}})");
}

TEST(HttpStatusPage, textsAreEscaped) {
    EXPECT_EQ(told("a\"b\\c\n\x01"), R"({"a":{"b":"a\"b\\c\u000a\u0001"}})");
    EXPECT_EQ(told("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"),
              "{\"a\":{\"b\":\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"}}");
    EXPECT_EQ(told("\xff\xc3\x28\xe2\x82"), R"({"a":{"b":"\u00ff\u00c3(\u00e2\u0082"}})");
    EXPECT_EQ(told("\xc0\xaf"), R"({"a":{"b":"\u00c0\u00af"}})");
}

TEST(HttpStatusPage, isAPath) {
    const Seen seen = parseOnly(getRequest("/status"));
    EXPECT_THAT(seen.payload, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(seen.payload, HasSubstr("\r\nContent-Type: application/json\r\n"));
    EXPECT_THAT(seen.payload, HasSubstr("\r\nCache-Control: no-store\r\n"));
    EXPECT_THAT(seen.payload, EndsWith("\r\n\r\n{\"cache\":{\"hits\":12,\"mode\":\"ttl\"}}"));
}

TEST(HttpStatusPage, headAndOtherMethods) {
    EXPECT_THAT(parseOnly("HEAD /status HTTP/1.1\r\nHost: h\r\n\r\n").payload, EndsWith("\r\n\r\n"));
    EXPECT_EQ(statusOf("POST /status HTTP/1.1\r\nHost: h\r\n\r\n"), 405);
    EXPECT_EQ(statusOf(getRequest("/status/")), 404);
}

} // namespace nearcache::http::test
