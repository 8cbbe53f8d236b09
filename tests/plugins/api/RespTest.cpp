#include "nearcache/Resp.h"
#include "nearcache/ReplyFramer.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <string>
#include <tuple>
#include <vector>

namespace nearcache::resp {
namespace {

using namespace std::string_view_literals;
using State = ReplyFramer::State;
using Fault = ReplyFramer::Fault;

std::string repeated(std::string_view text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i)
        all += text;
    return all;
}

struct Framed {
    State state;
    std::size_t consumed;
    Fault fault;
    char type;

    bool operator==(const Framed&) const = default;
};

void PrintTo(const Framed& framed, std::ostream* out) {
    *out << "state " << static_cast<int>(framed.state) << ", consumed " << framed.consumed << ", fault "
         << static_cast<int>(framed.fault) << ", type " << framed.type;
}

// Feeds pieces of the given size until the reply is over, one way or another. Each is an allocation of its own, so that
// AddressSanitizer sees a look beyond it.
Framed frame(std::string_view bytes, std::size_t piece) {
    ReplyFramer framer;
    ReplyFramer::Step step{State::More, 0};
    std::size_t consumed = 0;
    while (step.state == State::More && consumed < bytes.size()) {
        const std::string_view next = bytes.substr(consumed, piece);
        const std::vector<char> alone(next.begin(), next.end());
        step = framer.feed({alone.data(), alone.size()});
        consumed += step.consumed;
    }
    return {step.state, consumed, framer.fault(), framer.type()};
}

TEST(RespIntegerTest, readsWhatRedisWrites) {
    EXPECT_EQ(parseInteger("0"), 0);
    EXPECT_EQ(parseInteger("-1"), -1);
    EXPECT_EQ(parseInteger("1024"), 1024);
    EXPECT_EQ(parseInteger("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(parseInteger("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
}

TEST(RespIntegerTest, refusesAllOtherSpellings) {
    for (const char* text : {"", "-", "+1", "01", "-0", "-01", " 1", "1 ", "1a", "0x1", "--1", "1.0",
                             "9223372036854775808", "-9223372036854775809", "99999999999999999999"})
        EXPECT_EQ(parseInteger(text), std::nullopt) << text;
    EXPECT_EQ(parseInteger("1\0"sv), std::nullopt);
}

TEST(RespShortTest, numbers) {
    const auto read = [](std::string_view text, std::int64_t expected) {
        std::uint32_t number = 0;
        const char* const end = readShortNumber(text.data(), text.data() + text.size(), '*', number);
        EXPECT_EQ(end == nullptr ? -1 : std::int64_t{number}, expected) << text;
        EXPECT_TRUE(end == nullptr || end == text.data() + text.find('\n') + 1) << text;
    };
    read("*0\r\n", 0);
    read("*7\r\n$", 7);
    read("*10\r\n", 10);
    read("*999999\r\n", 999'999);
    for (const char* text : {"", "*", "*1", "*1\r", "$1\r\n", "*\r\n", "*01\r\n", "*-1\r\n", "*1000000\r\n", "*1x\r\n",
                             "*1\rx", "*12\r", "*12", "*12\n\n", "*x\r\n"})
        read(text, -1);
}

TEST(RespShortTest, bulkStrings) {
    const auto read = [](std::string_view text) {
        std::string_view bytes = "none";
        const char* const end = readShortBulk(text.data(), text.data() + text.size(), bytes);
        return end == nullptr ? std::string("none") : std::string(bytes);
    };
    EXPECT_EQ(read("$3\r\na\r\n\r\n"), "a\r\n");
    EXPECT_EQ(read("$0\r\n\r\n+"), "");
    for (const char* text : {"$3\r\nabc\r", "$3\r\nab", "$3\r\nabcd\r\n", "$3\r\nabc\r\r", "$-1\r\n", "*1\r\na\r\n"})
        EXPECT_EQ(read(text), "none") << text;
}

TEST(RespComposeTest, commandIsAnArrayOfBulkStrings) {
    std::string command;
    appendCommand(command, {"SET", "a\0b"sv, ""});
    EXPECT_EQ(command, "*3\r\n$3\r\nSET\r\n$3\r\na\0b\r\n$0\r\n\r\n"sv);
}

TEST(RespComposeTest, numbersOfEveryLength) {
    std::string text;
    appendNumber(text, ':', std::numeric_limits<std::int64_t>::min());
    appendNumber(text, '*', 0);
    EXPECT_EQ(text, ":-9223372036854775808\r\n*0\r\n");
}

template <class Case> std::string nameOf(const testing::TestParamInfo<Case>& info) {
    return info.param.name;
}

struct Reply {
    const char* name;
    std::string bytes;
    char type;
};

const Reply replies[] = {
    {"status", "+OK\r\n", '+'},
    {"emptyStatus", "+\r\n", '+'},
    {"error", "-ERR no\r\n", '-'},
    {"integer", ":-12\r\n", ':'},
    {"bulk", "$5\r\nhello\r\n", '$'},
    {"bulkOfLineEnds", "$4\r\n\r\n\r\n\r\n", '$'},
    {"emptyBulk", "$0\r\n\r\n", '$'},
    {"nullBulk", "$-1\r\n", '$'},
    {"array", "*2\r\n:1\r\n$1\r\na\r\n", '*'},
    {"arrayOfBulks", "*6\r\n$1\r\na\r\n$0\r\n\r\n$-1\r\n$12\r\n0123456789\r\n\r\n:1\r\n$1\r\nb\r\n", '*'},
    {"bulksOnTwoLevels", "*3\r\n$1\r\na\r\n*2\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n", '*'},
    {"mapOfBulks", "%2\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n", '%'},
    {"attributeOfBulks", "|1\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n", '$'},
    {"longBulkInArray", "*2\r\n$1000001\r\n" + std::string(1'000'001, 'x') + "\r\n:1\r\n", '*'},
    {"emptyArray", "*0\r\n", '*'},
    {"nullArray", "*-1\r\n", '*'},
    {"arrayOfNulls", "*3\r\n$-1\r\n*-1\r\n_\r\n", '*'},
    {"nested", "*2\r\n*2\r\n:1\r\n*1\r\n+a\r\n*0\r\n", '*'},
    {"null", "_\r\n", '_'},
    {"boolean", "#t\r\n", '#'},
    {"real", ",1.5e300\r\n", ','},
    {"bigNumber", "(3492890328409238509324850943850943825024385\r\n", '('},
    {"bulkError", "!21\r\nSYNTAX invalid syntax\r\n", '!'},
    {"verbatim", "=8\r\ntxt:text\r\n", '='},
    {"map", "%2\r\n+a\r\n:1\r\n+b\r\n*1\r\n:2\r\n", '%'},
    {"emptyMap", "%0\r\n", '%'},
    {"set", "~2\r\n+a\r\n+b\r\n", '~'},
    {"push", ">2\r\n+invalidate\r\n*1\r\n$1\r\nk\r\n", '>'},
    {"attribute", "|1\r\n+ttl\r\n:3600\r\n+OK\r\n", '+'},
    {"emptyAttribute", "|0\r\n:1\r\n", ':'},
    {"attributeWithAggregate", "|1\r\n+a\r\n*1\r\n%1\r\n+b\r\n+c\r\n*1\r\n:7\r\n", '*'},
    {"attributeInside", "*2\r\n:1\r\n|1\r\n+a\r\n+b\r\n:2\r\n", '*'},
    {"attributeBeforePush", "|1\r\n+a\r\n+b\r\n>1\r\n+c\r\n", '>'},
    {"pushInside", "*2\r\n:1\r\n>2\r\n+invalidate\r\n*-1\r\n:2\r\n", '*'},
    {"pushInsideOfLastElement", "*1\r\n*1\r\n>1\r\n+a\r\n:2\r\n", '*'},
    {"deepButLast", repeated("*1\r\n", 5000) + ":1\r\n", '*'},
    {"asDeepAsMayBe", repeated("*2\r\n", maxDepth + 1) + repeated(":1\r\n", maxDepth + 2), '*'},
};

class RespReplyTest : public testing::TestWithParam<Reply> {};

TEST_P(RespReplyTest, endsAtItsLastByteHoweverItIsCut) {
    const Reply& reply = GetParam();
    const std::string stream = reply.bytes + "+next\r\n";
    const Framed whole{State::Complete, reply.bytes.size(), Fault::None, reply.type};
    for (const std::size_t piece : {stream.size(), std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}})
        EXPECT_EQ(frame(stream, piece), whole) << "in pieces of " << piece;
}

TEST_P(RespReplyTest, isUnfinishedWithoutItsLastByte) {
    const std::string_view bytes = GetParam().bytes;
    const Framed framed = frame(bytes.substr(0, bytes.size() - 1), bytes.size());
    EXPECT_EQ(framed.state, State::More);
    EXPECT_EQ(framed.consumed, bytes.size() - 1);
}

INSTANTIATE_TEST_SUITE_P(All, RespReplyTest, testing::ValuesIn(replies), nameOf<Reply>);

struct BrokenReply {
    const char* name;
    std::string bytes; ///< broken by its last byte
    Fault fault;
};

const BrokenReply brokenReplies[] = {
    {"unknownType", "x", Fault::Type},
    {"lineEndAsType", "\r", Fault::Type},
    {"streamedBulk", "$?", Fault::Length},
    {"noLength", "$\r", Fault::Length},
    {"lengthWithLetter", "$1a", Fault::Length},
    {"lengthWithPlus", "*+", Fault::Length},
    {"lengthWithLeadingZero", "$01", Fault::Length},
    {"lengthMinusTwo", "$-2", Fault::Length},
    {"lengthMinusZero", "$-0", Fault::Length},
    {"lengthMinusTen", "*-10", Fault::Length},
    {"lengthMinusOnly", "$-\r", Fault::Length},
    {"lengthMinusTwice", "$--", Fault::Length},
    {"lengthWithoutLf", "$1\r1", Fault::Length},
    {"nullPush", ">-", Fault::Length},
    {"bulkTooLong", "$536870913\r\n", Fault::Length},
    {"arrayTooLong", "*4294967296", Fault::Length},
    {"overflow", "*9999999999", Fault::Length},
    {"strayLf", "+a\n", Fault::Line},
    {"strayCr", "+a\r+", Fault::Line},
    {"nullWithoutLf", "_\r\r", Fault::Line},
    {"bulkLongerThanSaid", "$1\r\nab", Fault::BulkEnd},
    {"bulkWithoutLf", "$1\r\na\r\r", Fault::BulkEnd},
    {"tooDeep", repeated("*2\r\n", maxDepth + 2), Fault::Depth},
    {"bulkInArrayLongerThanSaid", "*3\r\n$1\r\na\r\n$1\r\nbc", Fault::BulkEnd},
    {"bulkInArrayWithLeadingZero", "*3\r\n$1\r\na\r\n$01", Fault::Length},
    {"insideArray", "*3\r\n:1\r\n?", Fault::Type},
};

class RespBrokenReplyTest : public testing::TestWithParam<BrokenReply> {};

TEST_P(RespBrokenReplyTest, isFoundAtOnce) {
    const BrokenReply& reply = GetParam();
    for (const std::size_t piece : {reply.bytes.size(), std::size_t{1}}) {
        const Framed framed = frame(reply.bytes, piece);
        EXPECT_EQ(framed.state, State::Broken);
        EXPECT_EQ(framed.fault, reply.fault);
        EXPECT_GE(framed.consumed + 1, reply.bytes.size());
    }
    EXPECT_EQ(frame(reply.bytes.substr(0, reply.bytes.size() - 1), reply.bytes.size()).state, State::More);
}

INSTANTIATE_TEST_SUITE_P(All, RespBrokenReplyTest, testing::ValuesIn(brokenReplies), nameOf<BrokenReply>);

// Lengths of all numbers of digits, elements of one length in a row and not, and contents that look like heads.
TEST(ReplyFramerTest, listsOfAnyElements) {
    std::mt19937 random(1);
    const auto any = [&](std::size_t least, std::size_t most) {
        return std::uniform_int_distribution<std::size_t>(least, most)(random);
    };
    for (int round = 0; round < 3'000; ++round) {
        const std::size_t count = any(1, 12);
        std::string bytes = "*" + std::to_string(count) + "\r\n";
        for (std::size_t i = 0, length = 0; i < count; ++i) {
            if (i == 0 || any(0, 2) == 0)
                length = any(0, any(0, 1) == 0 ? 14 : 1'200);
            std::string content(length, ' ');
            for (char& byte : content)
                byte = "$10\r\n"[any(0, 4)];
            bytes += "$" + std::to_string(length) + "\r\n" + content + "\r\n";
        }
        const Framed whole{State::Complete, bytes.size(), Fault::None, '*'};
        EXPECT_EQ(frame(bytes + "$10", bytes.size() + 3), whole);
        EXPECT_EQ(frame(bytes, any(1, bytes.size())), whole);
        bytes[any(0, bytes.size() - 1)] = 'x'; // whatever that makes of it, it is the same by single bytes
        const Framed broken = frame(bytes, bytes.size());
        const Framed bytewise = frame(bytes, 1);
        EXPECT_EQ(broken.state, bytewise.state);
        EXPECT_EQ(broken.fault, bytewise.fault);
    }
}

TEST(ReplyFramerTest, oneStepAReply) {
    const std::string_view stream = "+a\r\n$1\r\nb\r\n*0\r\n";
    ReplyFramer framer;
    std::string types;
    std::size_t at = 0;
    while (at < stream.size()) {
        const auto step = framer.feed(stream.substr(at));
        ASSERT_EQ(step.state, State::Complete);
        at += step.consumed;
        types += framer.type();
    }
    EXPECT_EQ(types, "+$*");
    EXPECT_EQ(at, stream.size());
}

TEST(ReplyFramerTest, idleBetweenReplies) {
    ReplyFramer framer;
    EXPECT_TRUE(framer.idle());
    (void)framer.feed("+");
    EXPECT_FALSE(framer.idle());
    (void)framer.feed("a\r\n");
    EXPECT_TRUE(framer.idle());
    EXPECT_EQ(framer.feed("").state, State::More);
    EXPECT_TRUE(framer.idle());
    (void)framer.feed("*1\r\n");
    EXPECT_FALSE(framer.idle());
}

TEST(ReplyFramerTest, emptyPiecesChangeNothing) {
    ReplyFramer framer;
    EXPECT_EQ(framer.feed("").consumed, 0U);
    EXPECT_EQ(framer.feed("$1\r\n").state, State::More);
    EXPECT_EQ(framer.feed("").state, State::More);
    EXPECT_EQ(framer.feed("a\r\n").state, State::Complete);
}

TEST(ReplyFramerTest, brokenUntilReset) {
    ReplyFramer framer;
    EXPECT_EQ(framer.feed("x").state, State::Broken);
    EXPECT_EQ(framer.feed("").state, State::Broken);
    EXPECT_EQ(framer.feed("+OK\r\n").state, State::Broken);
    framer.reset();
    EXPECT_EQ(framer.feed("+OK\r\n").state, State::Complete);
    EXPECT_EQ(framer.fault(), Fault::None);
}

TEST(ReplyFramerTest, typeOfAnAttributeUntilItsReplyBegins) {
    ReplyFramer framer;
    (void)framer.feed("|1\r\n+a\r\n*1\r\n:1\r\n");
    EXPECT_EQ(framer.type(), '|');
    (void)framer.feed("$1\r\n");
    EXPECT_EQ(framer.type(), '$');
}

TEST(ReplyFramerTest, longestBulk) {
    ReplyFramer framer;
    const std::string piece(1 << 20, '\r');
    ASSERT_EQ(framer.feed("$536870912\r\n").state, State::More);
    for (std::uint64_t fed = 0; fed < maxBulk; fed += piece.size()) {
        const auto step = framer.feed(piece);
        ASSERT_EQ(std::tuple(step.state, step.consumed), std::tuple(State::More, piece.size()));
    }
    EXPECT_EQ(framer.feed("\r\n").state, State::Complete);
}

TEST(ReplyFramerTest, longestLine) {
    ReplyFramer framer;
    const std::string piece(1 << 20, 'x');
    ASSERT_EQ(framer.feed("+").state, State::More);
    for (std::uint64_t fed = piece.size(); fed < maxReplyLine; fed += piece.size())
        ASSERT_EQ(framer.feed(piece).state, State::More);
    EXPECT_EQ(framer.feed(piece).state, State::Broken);
    EXPECT_EQ(framer.fault(), Fault::Line);
}

} // namespace
} // namespace nearcache::resp
