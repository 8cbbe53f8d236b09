/// What two servers could read differently is refused, and the connection closed: request smuggling lives on that.

#include "Checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nearcache::http::test {

using namespace std::string_literals;

namespace {

std::string withFields(std::string_view fields, std::string_view body = {}) {
    return "POST /get?key=a HTTP/1.1\r\nHost: h\r\n" + std::string(fields) + "\r\n" + std::string(body);
}

std::string chunked(std::string_view body) {
    return withFields("Transfer-Encoding: chunked\r\n", body);
}

} // namespace

class HttpMalformed : public ::testing::TestWithParam<std::string> {};

TEST_P(HttpMalformed, isRefusedAndClosed) {
    expectFatal(GetParam(), 400);
}

INSTANTIATE_TEST_SUITE_P(
    RequestLines, HttpMalformed,
    ::testing::Values("GET /get?key=a\r\n", "GET\r\n", "GET /get?key=a HTTP/1.1\n", "GET /get?key=a HTTP/1.1 \r\n",
                      "GET  /get?key=a HTTP/1.1\r\n", "GET /get?key=a  HTTP/1.1\r\n", "GET /get?key=a b HTTP/1.1\r\n",
                      " GET /get?key=a HTTP/1.1\r\n", "GET\t/get?key=a\tHTTP/1.1\r\n", "(GET /get?key=a HTTP/2.0\r\n",
                      "GET /get?key=a http/1.1\r\n", "GET /get?key=a HTTP/1\r\n", "GET /get?key=a HTTP/1.1.1\r\n",
                      "GET /get?key=a HTTP/01.1\r\n", "GET /get?key=a HTTP/11\r\n", "GET /get?key=a HTT\r\n",
                      "GET /get?key=a HTTP/1.1\rX\r\n", "GET /get?key=a HTTP/1.1 HTTP/1.1\r\n",
                      "G(T /get?key=a HTTP/1.1\r\n", "\rGET / HTTP/1.1\r\n", "\nGET / HTTP/1.1\r\n", "\x16\x03\x01\x02",
                      "GET /get?key=\x7f HTTP/1.1\r\n", "GET /get?key=a\x01 HTTP/1.1\r\n",
                      "GET /get?key=\0 HTTP/1.1\r\n"s, "\0"s));

INSTANTIATE_TEST_SUITE_P(
    HeaderLines, HttpMalformed,
    ::testing::Values("GET /get?key=a HTTP/1.1\r\n\r\n", withFields("Host: h\r\n"), withFields("Host: i\r\n"),
                      withFields("host:\r\n"), "GET /get?key=a HTTP/1.0\r\nHost: h\r\nHost: h\r\n\r\n",
                      "GET /get?key=a HTTP/1.1\r\nHost: a b\r\n\r\n", "GET /get?key=a HTTP/1.1\r\nHost: h/x\r\n\r\n",
                      "GET /get?key=a HTTP/1.1\r\nHost: u@h\r\n\r\n", "GET /get?key=a HTTP/1.1\r\n Host: h\r\n\r\n",
                      withFields("X : a\r\n"), withFields("X\t: a\r\n"), withFields(": a\r\n"), withFields("X\r\n"),
                      withFields("X: a\n"), withFields("X: a\r\r\n"), withFields("X: a\rY: b\r\n"), withFields("\n"),
                      withFields("X: a\r\n b\r\n"), withFields("X: a\r\n\tb\r\n"), withFields("X:\r\n b\r\n"),
                      withFields("X: a\r\n \r\n"), withFields("X\x01: a\r\n"), withFields("X: \x01\r\n"),
                      withFields("X: \0\r\n"s), withFields("X\0: a\r\n"s), withFields("X\xc3\xa9: a\r\n"),
                      withFields("X: \x7f\r\n"), withFields("\rX: a\r\n")));

INSTANTIATE_TEST_SUITE_P(
    Smuggling, HttpMalformed,
    ::testing::Values(
        withFields("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
        withFields("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"),
        withFields("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"),
        withFields("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"),
        withFields("Content-Length: 5, 5\r\n", "hello"), withFields("Content-Length: 5, 6\r\n", "hello"),
        withFields("Content-Length: +5\r\n", "hello"), withFields("Content-Length: -5\r\n", "hello"),
        withFields("Content-Length: 0x5\r\n", "hello"), withFields("Content-Length: 5 5\r\n", "hello"),
        withFields("Content-Length: 5;\r\n", "hello"), withFields("Content-Length: 5,\r\n", "hello"),
        withFields("Content-Length:\r\n"), withFields("Content-Length: five\r\n"),
        withFields("Content-Length: 18446744073709551617\r\n"), withFields("Content-Length : 5\r\n", "hello"),
        withFields("Content-Length: 5\r\n\t0\r\n", "hello"), withFields("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
        withFields("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"),
        withFields("Transfer-Encoding: identity, chunked\r\n", "0\r\n\r\n"),
        withFields("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"),
        withFields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
        withFields("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n"),
        withFields("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
        withFields("Transfer-Encoding: gzip\r\n"), withFields("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n"),
        withFields("Transfer-Encoding: \x0b"
                   "chunked\r\n",
                   "0\r\n\r\n"),
        withFields("Transfer-Encoding:\r\n", "0\r\n\r\n"),
        withFields("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"),
        withFields("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"),
        withFields("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"),
        withFields("X: a\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
        "GET /get?key=a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));

INSTANTIATE_TEST_SUITE_P(
    Chunks, HttpMalformed,
    ::testing::Values(chunked("x\r\n\r\n"), chunked("\r\n0\r\n\r\n"), chunked("0x1\r\na\r\n0\r\n\r\n"),
                      chunked("-1\r\na\r\n0\r\n\r\n"), chunked(" 1\r\na\r\n0\r\n\r\n"), chunked("1 \r\na\r\n0\r\n\r\n"),
                      chunked("1\na\r\n0\r\n\r\n"), chunked("1\r\nab\r\n0\r\n\r\n"), chunked("1\r\na0\r\n\r\n"),
                      chunked("1\r\na\n0\r\n\r\n"), chunked("1\r\na\r0\r\n\r\n"),
                      chunked("10000000000000001\r\na\r\n0\r\n\r\n"), chunked("1;\r\na\r\n0\r\n\r\n"),
                      chunked("1;a\nb\r\na\r\n0\r\n\r\n"), chunked("1;a=\"\n\"\r\na\r\n0\r\n\r\n"), chunked("0\r\n\n"),
                      chunked("0\n\n"), chunked("0\r\nX : a\r\n\r\n"), chunked("0\r\nX: a\r\n b\r\n\r\n"),
                      chunked("0\r\nContent-Length: 1\r\n\r\n"), chunked("0\r\nTransfer-Encoding: chunked\r\n\r\n"),
                      chunked("0\r\n\r\r\n")));

class HttpBody : public ::testing::TestWithParam<std::string> {};

TEST_P(HttpBody, isSkipped) {
    const auto seen = parseAll(GetParam() + getRequest("/get?key=next"));
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_FALSE(seen[0].isGet);
    EXPECT_EQ(seen[0].payload.substr(0, 12), "HTTP/1.1 405");
    EXPECT_EQ(seen[1].key, "next");
}

INSTANTIATE_TEST_SUITE_P(All, HttpBody,
                         ::testing::Values(withFields("Content-Length: 0\r\n"),
                                           withFields("Content-Length: 5\r\n", "hello"),
                                           withFields("Content-Length: 0005\r\n", "hello"),
                                           withFields("Content-Length: 28\r\n", "GET /get?key=x HTTP/1.1\r\n\r\n\n"),
                                           chunked("0\r\n\r\n"), chunked("5\r\nhello\r\n0\r\n\r\n"),
                                           chunked("000a\r\n0123456789\r\n00\r\n\r\n"),
                                           chunked("A\r\n\r\n0\r\n\r\n\r\n\n\r\n0\r\n\r\n"),
                                           chunked("1;a;b=c;d=\"e f\"\r\nx\r\n0;z\r\n\r\n"),
                                           chunked("1\r\na\r\n2\r\nbc\r\n0\r\nX: a\r\nHost: i\r\nY:\r\n\r\n"),
                                           withFields("transfer-encoding:CHUNKED\r\n", "1\r\na\r\n0\r\n\r\n")));

TEST(HttpFraming, bodyOfAGet) {
    const auto seen = parseAll(getRequest("/get?key=a%20b", "Content-Length: 3\r\n") + "abc" +
                               getRequest("/get?key=c", "Transfer-Encoding: chunked\r\n") + "1\r\na\r\n0\r\n\r\n");
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_EQ(seen[0].key, "a b");
    EXPECT_EQ(seen[1].key, "c");
}

TEST(HttpFraming, trailerFieldsMeanNothing) {
    const auto seen =
        parseAll(getRequest("/get?key=a", "Transfer-Encoding: chunked\r\n") +
                 "0\r\nExpect: x\r\nHost: i\r\nConnection: close\r\nX: y\r\n\r\n" + getRequest("/get?key=b"));
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_EQ(seen[0].key, "a");
    EXPECT_FALSE(seen[0].close);
}

/// Without waiting for what comes behind the line.
TEST(HttpFraming, bareLineFeedIsRefusedAtOnce) {
    EXPECT_EQ(statusOf("GET /get?key=a HTTP/1.1\n"), 400);
    EXPECT_EQ(statusOf("GET /get?key=a HTTP/1.1\r\nHost: h\n"), 400);
    EXPECT_EQ(statusOf("GET /get?key=a HTTP/1.1\r\nHost: h\r\n\n"), 400);
}

TEST(HttpFraming, foldingIsNamed) {
    const Seen seen = parseOnly("GET /get?key=a HTTP/1.1\r\nHost: h\r\n h");
    EXPECT_NE(seen.payload.find("a folded header line"), std::string::npos) << seen.payload;
}

TEST(HttpFraming, otherVersions) {
    for (const std::string_view request : {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET /get?key=a HTTP/0.9\r\n",
                                           "GET /get?key=a HTTP/3.0\r\n", "GET /get?key=a HTTP/1.2\r\n"})
        expectFatal(request, 505);
}

TEST(HttpFraming, continueIsSaidBeforeTheBody) {
    const std::string head = getRequest("/get?key=a", "Expect: 100-Continue\r\nContent-Length: 3\r\n");
    const Seen asked = parseOnly(head);
    EXPECT_EQ(asked.payload, "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_FALSE(asked.close);

    const auto seen = parseAll(head + "abc" + getRequest("/get?key=b"));
    ASSERT_EQ(seen.size(), 3U);
    EXPECT_EQ(seen[0].payload, "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_EQ(seen[1].key, "a");
    EXPECT_EQ(seen[2].key, "b");
}

TEST(HttpFraming, continueBeforeChunks) {
    const auto seen = parseAll(getRequest("/get?key=a", "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n") +
                               "1\r\na\r\n0\r\n\r\n");
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_EQ(seen[1].key, "a");
}

TEST(HttpFraming, continueIsNotSaidForNothing) {
    EXPECT_TRUE(parseOnly(getRequest("/get?key=a", "Expect: 100-continue\r\n")).isGet);
    EXPECT_TRUE(parseOnly("GET /get?key=a HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\na").isGet);
    EXPECT_EQ(statusOf(getRequest("/get?key=a", "Expect: 100-continue\r\nExpect: x\r\n")), 417);
    EXPECT_EQ(statusOf(getRequest("/get?key=a", "Expect: x\r\nExpect: 100-continue\r\n")), 417);
    EXPECT_EQ(statusOf(getRequest("/get?key=a", "Expect: 100-continue\r\nExpect: 100-continue\r\n")), 0);
}

TEST(HttpFraming, continueIsSaidForEachRequest) {
    const std::string head = getRequest("/get?key=a", "Expect: 100-continue\r\nContent-Length: 1\r\n");
    EXPECT_EQ(parseAll(head + "a" + head + "b").size(), 4U);
}

TEST(HttpFraming, refusedBodyIsNotAwaited) {
    expectFatal(withFields("Expect: 100-continue\r\nContent-Length: 3\r\n"), 405);
    expectFatal(getRequest("/get", "Expect: 100-continue\r\nContent-Length: 3\r\n"), 400);
}

} // namespace nearcache::http::test
