#include "http/Reply.h"
#include "http/Answer.h"
#include "http/Date.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory_resource>

namespace nearcache::http {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

namespace {

/// An Output with so much room at its cursor, which takes the rest the slow way.
class TextOutput : public Output {
  public:
    explicit TextOutput(std::size_t room) : _room(room, '\0') {
        _cursor = _room.data();
        _end = _cursor + room;
    }

    void appendValue(const Reply& reply) override { append(reply.bytes); }

    std::string text() {
        flush();
        return _text;
    }

  protected:
    void appendSlowly(std::string_view bytes) override {
        flush();
        _text.append(bytes);
    }

  private:
    void flush() {
        _text.append(_room.data(), static_cast<std::size_t>(_cursor - _room.data()));
        _cursor = _room.data();
    }

    std::string _room;
    std::string _text;
};

std::string write(const Reply& reply, Tag tag = {}) {
    TextOutput output(4096);
    writeReply(reply, tag, output);
    TextOutput cramped(3);
    writeReply(reply, tag, cramped);
    EXPECT_EQ(output.text().size(), cramped.text().size());
    return output.text();
}

/// The reply without its Date line, which must be there.
std::string withoutDate(std::string reply) {
    const std::size_t at = reply.find("\r\nDate: ");
    EXPECT_NE(at, std::string::npos);
    return reply.erase(at, std::string_view("\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT").size());
}

Reply hit(std::string_view value) {
    Reply reply;
    reply.kind = Reply::Kind::Value;
    reply.source = Reply::Source::Hit;
    reply.bytes = value;
    reply.age = std::chrono::milliseconds(12999);
    reply.remaining = std::chrono::milliseconds(47001);
    return reply;
}

Reply fetched(std::string_view value, bool stored) {
    Reply reply = hit(value);
    reply.source = Reply::Source::Fetched;
    reply.stored = stored;
    return reply;
}

Reply failure(ErrorCode error, std::string_view text) {
    Reply reply;
    reply.kind = Reply::Kind::Error;
    reply.error = error;
    reply.bytes = text;
    return reply;
}

} // namespace

TEST(HttpReply, hit) {
    EXPECT_EQ(withoutDate(write(hit("value"))), "HTTP/1.1 200 OK\r\n"
                                                "Content-Type: application/octet-stream\r\n"
                                                "Content-Length: 5\r\n"
                                                "Age: 12\r\n"
                                                "Cache-Status: nearcache; hit; ttl=47\r\n"
                                                "\r\n"
                                                "value");
}

TEST(HttpReply, hitWhileRedisIsAway) {
    Reply reply = hit("value");
    reply.disconnected = true;
    EXPECT_THAT(write(reply), HasSubstr("\r\nCache-Status: nearcache; hit; detail=disconnected; ttl=47\r\n"));
}

TEST(HttpReply, fetched) {
    const std::string reply = write(fetched("value", true));
    EXPECT_THAT(reply, StartsWith("HTTP/1.1 201 Created\r\n"));
    EXPECT_THAT(reply, HasSubstr("\r\nCache-Status: nearcache; fwd=uri-miss; stored; ttl=47\r\n"));
    EXPECT_THAT(reply, Not(HasSubstr("\r\nAge:")));
    EXPECT_THAT(reply, EndsWith("\r\n\r\nvalue"));
}

TEST(HttpReply, fetchedAndNotStored) {
    EXPECT_THAT(write(fetched("value", false)), HasSubstr("\r\nCache-Status: nearcache; fwd=uri-miss\r\n"));
}

TEST(HttpReply, collapsed) {
    Reply reply = fetched("value", true);
    reply.source = Reply::Source::Collapsed;
    EXPECT_THAT(write(reply), StartsWith("HTTP/1.1 201 Created\r\n"));
    EXPECT_THAT(write(reply), HasSubstr("\r\nCache-Status: nearcache; fwd=uri-miss; collapsed; stored; ttl=47\r\n"));
}

TEST(HttpReply, absent) {
    Reply reply;
    reply.kind = Reply::Kind::Absent;
    reply.source = Reply::Source::Fetched;
    EXPECT_EQ(withoutDate(write(reply)), "HTTP/1.1 404 Not Found\r\n"
                                         "Content-Type: text/plain; charset=utf-8\r\n"
                                         "Content-Length: 11\r\n"
                                         "Cache-Status: nearcache; fwd=uri-miss\r\n"
                                         "\r\n"
                                         "no such key");
}

TEST(HttpReply, valuesAreBinary) {
    const std::string value("\0\r\n\r\n\xff", 6);
    EXPECT_THAT(write(hit(value)), EndsWith("\r\n\r\n" + value));
    EXPECT_THAT(write(hit("")), HasSubstr("\r\nContent-Length: 0\r\n"));
}

TEST(HttpReply, headHasTheSameHeader) {
    for (const Reply& reply : {hit("value"), fetched("value", true), failure(ErrorCode::TimedOut, "no answer")}) {
        const std::string whole = withoutDate(write(reply));
        const std::string head = withoutDate(write(reply, {.head = true, .close = false, .http10 = false}));
        EXPECT_EQ(head, whole.substr(0, whole.find("\r\n\r\n") + 4));
    }
}

TEST(HttpReply, connection) {
    EXPECT_THAT(write(hit("v")), Not(HasSubstr("\r\nConnection:")));
    EXPECT_THAT(write(hit("v"), {.head = false, .close = true, .http10 = false}),
                HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_THAT(write(hit("v"), {.head = false, .close = true, .http10 = true}),
                HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_THAT(write(hit("v"), {.head = false, .close = false, .http10 = true}),
                HasSubstr("\r\nConnection: keep-alive\r\n"));
}

struct ErrorCase {
    ErrorCode error;
    std::string_view text;
    std::string_view status;
    std::string_view detail;
};

class HttpReplyError : public ::testing::TestWithParam<ErrorCase> {};

TEST_P(HttpReplyError, isTold) {
    const auto& [error, text, status, detail] = GetParam();
    const std::string reply = write(failure(error, text));
    EXPECT_THAT(reply, StartsWith("HTTP/1.1 " + std::string(status) + "\r\n"));
    EXPECT_THAT(reply, HasSubstr("\r\nCache-Status: nearcache; fwd=uri-miss; detail=" + std::string(detail) + "\r\n"));
    EXPECT_THAT(reply, HasSubstr("\r\nContent-Type: text/plain; charset=utf-8\r\n"));
    EXPECT_THAT(reply, EndsWith("\r\n\r\n" + std::string(text)));
    EXPECT_EQ(reply.find("\r\nRetry-After: 1\r\n") != std::string::npos, status.starts_with("503"));
}

INSTANTIATE_TEST_SUITE_P(
    All, HttpReplyError,
    ::testing::Values(ErrorCase{ErrorCode::Unavailable, "no connection", "503 Service Unavailable", "unavailable"},
                      ErrorCase{ErrorCode::TimedOut, "no answer", "504 Gateway Timeout", "timed-out"},
                      ErrorCase{ErrorCode::WrongType, "WRONGTYPE Operation against", "409 Conflict", "wrong-type"},
                      ErrorCase{ErrorCode::Backend, "LOADING Redis is", "503 Service Unavailable", "backend-error"},
                      ErrorCase{ErrorCode::Backend, "BUSY Redis is", "503 Service Unavailable", "backend-error"},
                      ErrorCase{ErrorCode::Backend, "MASTERDOWN Link", "503 Service Unavailable", "backend-error"},
                      ErrorCase{ErrorCode::Backend, "TRYAGAIN Multiple", "503 Service Unavailable", "backend-error"},
                      ErrorCase{ErrorCode::Backend, "CLUSTERDOWN", "503 Service Unavailable", "backend-error"},
                      ErrorCase{ErrorCode::Backend, "BUSYKEY Target", "502 Bad Gateway", "backend-error"},
                      ErrorCase{ErrorCode::Backend, "NOPERM no", "502 Bad Gateway", "backend-error"},
                      ErrorCase{ErrorCode::Backend, "", "502 Bad Gateway", "backend-error"}));

TEST(HttpReply, longestHeadFits) {
    Reply reply = fetched("v", true);
    reply.source = Reply::Source::Collapsed;
    reply.age = reply.remaining = std::chrono::milliseconds::max();
    EXPECT_THAT(write(reply, {.head = false, .close = false, .http10 = true}), EndsWith("\r\n\r\nv"));
}

TEST(HttpReply, timeRunningBackwards) {
    Reply reply = hit("v");
    reply.age = reply.remaining = std::chrono::milliseconds(-5000);
    EXPECT_THAT(write(reply), HasSubstr("\r\nAge: 0\r\nCache-Status: nearcache; hit; ttl=0\r\n"));
}

TEST(HttpReply, refusal) {
    EXPECT_EQ(withoutDate(composeRefusal()), "HTTP/1.1 503 Service Unavailable\r\n"
                                             "Content-Type: text/plain; charset=utf-8\r\n"
                                             "Content-Length: 20\r\n"
                                             "Connection: close\r\n"
                                             "Retry-After: 1\r\n"
                                             "\r\n"
                                             "too many connections");
}

TEST(HttpDate, format) {
    EXPECT_EQ(formatDate(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(formatDate(951782400), "Tue, 29 Feb 2000 00:00:00 GMT");
    EXPECT_EQ(formatDate(0), "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST(HttpDate, present) {
    const std::time_t before = std::time(nullptr);
    const std::string date(currentDate());
    const std::time_t after = std::time(nullptr);
    EXPECT_TRUE(date == formatDate(before) || date == formatDate(after)) << date;
}

} // namespace nearcache::http
