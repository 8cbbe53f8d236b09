#include "Checks.h"
#include "http/Tag.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nearcache::http::test {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(HttpParse, get) {
    const Seen seen = parseOnly(getRequest("/get?key=user:1000"));
    EXPECT_TRUE(seen.isGet);
    EXPECT_EQ(seen.key, "user:1000");
    EXPECT_FALSE(seen.close);
    EXPECT_FALSE(Tag::unpack(seen.tag).head);
    EXPECT_FALSE(Tag::unpack(seen.tag).close);
}

TEST(HttpParse, keysAreDecoded) {
    EXPECT_EQ(parseOnly(getRequest("/get?key=a%26b+c%00%ff")).key, std::string("a&b c\0\xff", 7));
}

TEST(HttpParse, emptyKeyIsAKey) {
    const Seen seen = parseOnly(getRequest("/get?key="));
    EXPECT_TRUE(seen.isGet);
    EXPECT_EQ(seen.key, "");
}

TEST(HttpParse, otherParametersAreIgnored) {
    EXPECT_EQ(parseOnly(getRequest("/get?v=%zz&key=a&_=1")).key, "a");
}

TEST(HttpParse, absoluteForm) {
    EXPECT_EQ(parseOnly(getRequest("http://elsewhere:80/get?key=a")).key, "a");
}

TEST(HttpParse, head) {
    const Seen seen = parseOnly("HEAD /get?key=a HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(seen.isGet);
    EXPECT_TRUE(Tag::unpack(seen.tag).head);
}

TEST(HttpParse, requestIsFilledInWhole) {
    const Limits limits;
    const FakeHost host;
    const FakeCredentials credentials;
    Parse parse(limits, host, credentials);
    Request request;
    request.silent = request.close = true;
    request.tag = ~0U;
    request.payload = "earlier";
    const std::string input = getRequest("/get?key=");
    const Parsed parsed = parse.next(input, *std::pmr::null_memory_resource(), request);
    EXPECT_EQ(parsed.status, Parsed::Status::Complete);
    EXPECT_FALSE(request.silent);
    EXPECT_FALSE(request.close);
    EXPECT_EQ(request.tag, Tag{}.pack());
    EXPECT_EQ(request.payload, "");
}

struct Case {
    std::string request;
    int status;
};

/// Refusals that leave the connection open: the request was understood.
class HttpRefusal : public ::testing::TestWithParam<Case> {};

TEST_P(HttpRefusal, keepsTheConnection) {
    const auto seen = parseAll(GetParam().request + getRequest("/get?key=next"));
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_THAT(seen[0].payload, StartsWith("HTTP/1.1 " + std::to_string(GetParam().status) + " "));
    EXPECT_THAT(seen[0].payload, Not(HasSubstr("\r\nConnection:")));
    EXPECT_FALSE(seen[0].close);
    EXPECT_EQ(seen[1].key, "next");
}

std::string otherMethod(const std::string& method, const std::string& target = "/get?key=a") {
    return method + " " + target + " HTTP/1.1\r\nHost: h\r\n\r\n";
}

INSTANTIATE_TEST_SUITE_P(All, HttpRefusal,
                         ::testing::Values(Case{getRequest("/get"), 400}, Case{getRequest("/get?"), 400},
                                           Case{getRequest("/get?key"), 400}, Case{getRequest("/get?kez=a"), 400},
                                           Case{getRequest("/get?key=a&key=b"), 400},
                                           Case{getRequest("/get?key=%"), 400}, Case{getRequest("/get?key=%4x"), 400},
                                           Case{getRequest("/get?key=a#b"), 400}, Case{getRequest("*"), 400},
                                           Case{getRequest("get?key=a"), 400}, Case{getRequest("ftp://h/get"), 400},
                                           Case{otherMethod("CONNECT", "h:80"), 400}, Case{getRequest("/"), 404},
                                           Case{getRequest("/get/?key=a"), 404}, Case{getRequest("/GET?key=a"), 404},
                                           Case{getRequest("/set?key=a"), 404}, Case{getRequest("http://h"), 404},
                                           Case{otherMethod("POST", "/"), 404}, Case{otherMethod("POST"), 405},
                                           Case{otherMethod("PUT"), 405}, Case{otherMethod("DELETE"), 405},
                                           Case{otherMethod("OPTIONS"), 405}, Case{otherMethod("get"), 405},
                                           Case{otherMethod("BREW"), 405}, Case{otherMethod("POST", "/get"), 405},
                                           Case{getRequest("/get?key=a", "Expect: tea\r\n"), 417},
                                           Case{otherMethod("OPTIONS", "*"), 200}));

TEST(HttpParse, methodsAllowed) {
    EXPECT_THAT(parseOnly(otherMethod("POST")).payload, HasSubstr("\r\nAllow: GET, HEAD\r\n"));
    EXPECT_THAT(parseOnly(otherMethod("OPTIONS", "*")).payload, HasSubstr("\r\nAllow: GET, HEAD, OPTIONS\r\n"));
    EXPECT_THAT(parseOnly(otherMethod("OPTIONS", "*")).payload, HasSubstr("\r\nContent-Length: 0\r\n"));
}

TEST(HttpParse, refusalIsAWholeReply) {
    EXPECT_EQ(parseOnly(getRequest("/nowhere")).payload, "HTTP/1.1 404 Not Found\r\n"
                                                         "Date: now\r\n"
                                                         "Content-Type: text/plain; charset=utf-8\r\n"
                                                         "Content-Length: 39\r\n"
                                                         "\r\n"
                                                         "no such path; keys are at /get?key=name");
}

TEST(HttpParse, refusalOfHeadHasNoBody) {
    const Seen seen = parseOnly("HEAD /nowhere HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(seen.payload, HasSubstr("\r\nContent-Length: 39\r\n"));
    EXPECT_THAT(seen.payload, EndsWith("\r\n\r\n"));
    EXPECT_THAT(parseOnly("HEAD / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n").payload, EndsWith("\r\n\r\n"));
}

TEST(HttpParse, pipeline) {
    const auto seen = parseAll(getRequest("/get?key=a") + otherMethod("POST") + getRequest("/get?key=b%20") +
                               "HEAD /get?key=c HTTP/1.1\r\nHost: h\r\n\r\n" + getRequest("/get?key=d"));
    ASSERT_EQ(seen.size(), 5U);
    EXPECT_EQ(seen[0].key, "a");
    EXPECT_FALSE(seen[1].isGet);
    EXPECT_EQ(seen[2].key, "b ");
    EXPECT_EQ(seen[3].key, "c");
    EXPECT_EQ(seen[4].key, "d");
    EXPECT_FALSE(Tag::unpack(seen[4].tag).head);
}

TEST(HttpParse, emptyLinesBeforeARequest) {
    EXPECT_EQ(parseAll("\r\n\r\n" + getRequest("/get?key=a") + "\r\n" + getRequest("/get?key=b")).size(), 2U);
}

TEST(HttpParse, whitespaceAroundValues) {
    EXPECT_TRUE(parseOnly("GET /get?key=a HTTP/1.1\r\nHost:\t h \t\r\nX:\r\nY: a\tb\r\n\r\n").isGet);
}

struct Persistence {
    std::string_view version;
    std::string_view connection;
    bool close;
};

class HttpPersistence : public ::testing::TestWithParam<Persistence> {};

TEST_P(HttpPersistence, followsVersionAndConnection) {
    const auto& [version, connection, close] = GetParam();
    std::string request = "GET /get?key=a HTTP/" + std::string(version) + "\r\nHost: h\r\n";
    if (!connection.empty())
        request.append("Connection: ").append(connection).append("\r\n");
    const Seen seen = parseOnly(request + "\r\n");
    EXPECT_TRUE(seen.isGet);
    EXPECT_EQ(seen.close, close);
    EXPECT_EQ(Tag::unpack(seen.tag).close, close);
    EXPECT_EQ(Tag::unpack(seen.tag).http10, version == "1.0");
}

INSTANTIATE_TEST_SUITE_P(All, HttpPersistence,
                         ::testing::Values(Persistence{"1.1", "", false}, Persistence{"1.1", "close", true},
                                           Persistence{"1.1", "Keep-Alive", false},
                                           Persistence{"1.1", "x, CLOSE", true},
                                           Persistence{"1.1", "keep-alive, close", true}, Persistence{"1.0", "", true},
                                           Persistence{"1.0", "close", true}, Persistence{"1.0", "x", true},
                                           Persistence{"1.0", "Keep-Alive", false},
                                           Persistence{"1.0", "keep-alive, close", true},
                                           Persistence{"1.1", "Upgrade, HTTP2-Settings", false}));

TEST(HttpParse, nothingIsReadBehindAClose) {
    const auto seen = parseAll(getRequest("/get?key=a", "Connection: close\r\n") + getRequest("/get?key=b"));
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_TRUE(seen[0].close);
}

TEST(HttpParse, http10NeedsNoHost) {
    EXPECT_TRUE(parseOnly("GET /get?key=a HTTP/1.0\r\n\r\n").isGet);
}

} // namespace nearcache::http::test
