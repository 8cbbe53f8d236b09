#include "Driver.h"

#include <gtest/gtest.h>

namespace nearcache::respfront {
namespace {

using namespace std::string_view_literals;
using Kind = Reply::Kind;

std::string encoded(const Reply& reply, Tag tag = {}) {
    return Driver().encoded(reply, tag.pack());
}

Reply error(ErrorCode code, std::string_view text) {
    Reply reply;
    reply.kind = Kind::Error;
    reply.error = code;
    reply.bytes = text;
    return reply;
}

Reply value(std::string_view bytes) {
    Reply reply;
    reply.kind = Kind::Value;
    reply.bytes = bytes;
    return reply;
}

TEST(ReplyTest, values) {
    EXPECT_EQ(encoded(value("hello")), "$5\r\nhello\r\n");
    EXPECT_EQ(encoded(value("")), "$0\r\n\r\n");
    EXPECT_EQ(encoded(value("a\0\r\n"sv)), "$4\r\na\0\r\n\r\n"sv);
    const std::string big(100'000, 'x');
    EXPECT_EQ(encoded(value(big)), "$100000\r\n" + big + "\r\n");
}

TEST(ReplyTest, whereAValueComesFromMakesNoDifference) {
    Reply reply = value("v");
    reply.source = Reply::Source::Fetched;
    reply.stored = true;
    EXPECT_EQ(encoded(reply), "$1\r\nv\r\n");
}

TEST(ReplyTest, absent) {
    EXPECT_EQ(encoded(Reply{}), "$-1\r\n");
}

TEST(ReplyTest, absentInResp3) {
    EXPECT_EQ(encoded(Reply{}, {.resp3 = true}), "_\r\n");
}

Reply element(Reply reply, std::uint32_t index, std::uint32_t count) {
    reply.index = index;
    reply.count = count;
    return reply;
}

TEST(ReplyTest, manyValuesAreAnArray) {
    const Tag many{.kind = Tag::Kind::Many};
    EXPECT_EQ(encoded(element(value("a"), 0, 3), many) + encoded(element(Reply{}, 1, 3), many) +
                  encoded(element(value("c"), 2, 3), many),
              "*3\r\n$1\r\na\r\n$-1\r\n$1\r\nc\r\n");
    EXPECT_EQ(encoded(element(Reply{}, 0, 1), {.kind = Tag::Kind::Many, .resp3 = true}), "*1\r\n_\r\n");
}

TEST(ReplyTest, manyValuesMayFailTogether) {
    EXPECT_EQ(encoded(error(ErrorCode::TimedOut, "after 1s"), {.kind = Tag::Kind::Many}),
              "-ERR backend timed out: after 1s\r\n");
}

TEST(ReplyTest, whatComesUnaskedStaysAsItIs) {
    Reply push;
    push.kind = Kind::Unasked;
    push.bytes = ">3\r\n$7\r\nmes";
    EXPECT_EQ(encoded(push), ">3\r\n$7\r\nmes");
}

TEST(ReplyTest, relayedPiecesStayAsTheyAre) {
    Reply piece;
    piece.kind = Kind::Relayed;
    piece.last = false;
    piece.bytes = "*2\r\n$3\r\na\r";
    EXPECT_EQ(encoded(piece), "*2\r\n$3\r\na\r");
}

TEST(ReplyTest, errorsOfRedisKeepTheirWords) {
    const std::string text = "WRONGTYPE Operation against a key holding the wrong kind of value";
    EXPECT_EQ(encoded(error(ErrorCode::WrongType, text)), "-" + text + "\r\n");
    EXPECT_EQ(encoded(error(ErrorCode::Backend, "LOADING Redis is loading the dataset in memory")),
              "-LOADING Redis is loading the dataset in memory\r\n");
}

TEST(ReplyTest, errorsOfOurOwn) {
    EXPECT_EQ(encoded(error(ErrorCode::Unavailable, "no connection")), "-ERR backend unavailable: no connection\r\n");
    EXPECT_EQ(encoded(error(ErrorCode::TimedOut, "after 1s")), "-ERR backend timed out: after 1s\r\n");
}

TEST(ReplyTest, errorsStayOnTheirLine) {
    EXPECT_EQ(encoded(error(ErrorCode::Backend, "ERR a\r\n+OK\nb\r")), "-ERR a  +OK b \r\n");
}

} // namespace
} // namespace nearcache::respfront
