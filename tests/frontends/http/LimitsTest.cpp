/// Every limit at its edge, and what is long at a bounded cost.

#include "Checks.h"

#include <gtest/gtest.h>

namespace nearcache::http::test {

namespace {

constexpr Limits small{.target = 20, .header = 100, .body = 10};

std::string repeated(std::size_t count, std::string_view text = "x") {
    std::string result;
    while (count-- > 0)
        result.append(text);
    return result;
}

/// Fields of exactly so many bytes, Host and the empty line included.
std::string headerOf(std::size_t size) {
    const std::string_view rest = "Host: h\r\nX: \r\n\r\n";
    return "GET /get?key=a HTTP/1.1\r\nHost: h\r\nX: " + repeated(size - rest.size()) + "\r\n\r\n";
}

std::string bodyOf(std::size_t size) {
    return getRequest("/get?key=a", "Content-Length: " + std::to_string(size) + "\r\n") + repeated(size);
}

std::string chunkedRequest(std::string_view body) {
    return getRequest("/get?key=a", "Transfer-Encoding: chunked\r\n") + std::string(body);
}

/// Feeds ever longer prefixes of one buffer, byte by byte, so that only the parser's own work counts.
std::size_t requestsByteByByte(const std::string& input, const Limits& limits) {
    const FakeHost host;
    const FakeCredentials credentials;
    Parse parse(limits, host, credentials);
    std::pmr::monotonic_buffer_resource scratch;
    std::size_t done = 0;
    std::size_t requests = 0;
    for (std::size_t end = 1; end <= input.size(); ++end) {
        Request request;
        const Parsed parsed = parse.next(std::string_view(input).substr(done, end - done), scratch, request);
        done += parsed.consumed;
        requests += parsed.status == Parsed::Status::Complete ? 1 : 0;
    }
    return requests;
}

} // namespace

TEST(HttpLimits, target) {
    EXPECT_EQ(parseOnly(getRequest("/get?key=" + repeated(11)), small).key, repeated(11));
    expectFatal(getRequest("/get?key=" + repeated(12)), 414, small);
    expectFatal("GET /get?key=" + repeated(1000), 414, small);
    expectFatal(repeated(1000), 414, small);
    expectFatal("\xff" + repeated(1000), 400, small);
}

TEST(HttpLimits, header) {
    EXPECT_TRUE(parseOnly(headerOf(100), small).isGet);
    expectFatal(headerOf(101), 431, small);
    expectFatal("GET /get?key=a HTTP/1.1\r\nHost: h\r\n" + repeated(30, "X: \r\n"), 431, small);
    expectFatal("GET /get?key=a HTTP/1.1\r\nHost: h\r\n" + repeated(1000), 431, small);
}

TEST(HttpLimits, body) {
    EXPECT_TRUE(parseOnly(bodyOf(10), small).isGet);
    expectFatal(bodyOf(11), 413, small);
    expectFatal(getRequest("/get?key=a", "Content-Length: 18446744073709551615\r\n"), 413, small);
}

TEST(HttpLimits, chunkedBody) {
    EXPECT_TRUE(parseOnly(chunkedRequest("a\r\n0123456789\r\n0\r\n\r\n"), small).isGet);
    EXPECT_TRUE(parseOnly(chunkedRequest(repeated(10, "1\r\na\r\n") + "0\r\n\r\n"), small).isGet);
    expectFatal(chunkedRequest("b\r\n"), 413, small);
    expectFatal(chunkedRequest(repeated(11, "1\r\na\r\n") + "0\r\n\r\n"), 413, small);
    expectFatal(chunkedRequest("ffffffffffffffff\r\n"), 413, small);
}

TEST(HttpLimits, noBodyAllowed) {
    constexpr Limits limits{.target = 20, .header = 100, .body = 0};
    EXPECT_TRUE(parseOnly(bodyOf(0), limits).isGet);
    EXPECT_TRUE(parseOnly(chunkedRequest("0\r\n\r\n"), limits).isGet);
    expectFatal(bodyOf(1), 413, limits);
    expectFatal(chunkedRequest("1\r\n"), 413, limits);
}

TEST(HttpLimits, chunkLine) {
    const std::string_view rest = "1;\r\n";
    EXPECT_TRUE(parseOnly(chunkedRequest("1;" + repeated(chunkLineLimit - rest.size()) + "\r\na\r\n0\r\n\r\n")).isGet);
    expectFatal(chunkedRequest("1;" + repeated(chunkLineLimit - rest.size() + 1) + "\r\na\r\n0\r\n\r\n"), 400);
    expectFatal(chunkedRequest(repeated(2 * chunkLineLimit, "0")), 400);
}

TEST(HttpLimits, trailer) {
    const std::string line = "X: " + repeated(27) + "\r\n";
    const std::size_t lines = trailerLimit / line.size();
    EXPECT_TRUE(parseOnly(chunkedRequest("0\r\n" + repeated(lines - 1, line) + "\r\n")).isGet);
    expectFatal(chunkedRequest("0\r\n" + repeated(lines, line) + "\r\n"), 431);
    EXPECT_TRUE(parseOnly(chunkedRequest("1\r\na\r\n0\r\n" + repeated(lines - 1, line) + "\r\n")).isGet);
}

TEST(HttpLimits, defaultsBearLongKeys) {
    Feed feed;
    const std::string key = repeated(60000);
    feed.give(getRequest("/get?key=" + key));
    ASSERT_EQ(feed.seen().size(), 1U);
    EXPECT_EQ(feed.seen()[0].key, key);
}

/// Where a byte's cost depended on the bytes before it, these would take minutes.
TEST(HttpLimits, longInputByteByByte) {
    constexpr std::size_t size = std::size_t{4} << 20;
    const Limits limits{.target = 2 * size, .header = 2 * size, .body = 2 * size};
    EXPECT_EQ(requestsByteByByte(getRequest("/get?key=" + repeated(size)), limits), 1U);
    EXPECT_EQ(requestsByteByByte(getRequest("/get?key=a", "X: " + repeated(size) + "\r\n"), limits), 1U);
    EXPECT_EQ(requestsByteByByte(getRequest("/get?key=a", repeated(size / 5, "X: \r\n")), limits), 1U);
    EXPECT_EQ(requestsByteByByte(bodyOf(size), limits), 1U);
    EXPECT_EQ(requestsByteByByte(chunkedRequest(repeated(size / 6, "1\r\na\r\n") + "0\r\n\r\n"), limits), 1U);
}

TEST(HttpLimits, bodyIsNotHeld) {
    Feed feed;
    feed.give(getRequest("/get?key=a", "Content-Length: 100000\r\n"));
    for (int i = 0; i < 99; ++i) {
        feed.give(repeated(1000));
        EXPECT_EQ(feed.unread(), 0U);
    }
    feed.give(repeated(1000));
    EXPECT_EQ(feed.seen().size(), 1U);
}

} // namespace nearcache::http::test
