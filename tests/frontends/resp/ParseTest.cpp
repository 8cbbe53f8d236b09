#include "Parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace nearcache::respfront {
namespace {

using namespace std::string_view_literals;
using testing::ElementsAre;
using testing::ElementsAreArray;
using Status = CommandParser::Status;

constexpr ParseLimits small{.line = 100, .words = 12, .bulk = 1000, .request = 3000};

struct Command {
    std::vector<std::string> words;
    std::string raw;

    bool operator==(const Command&) const = default;
};

struct Outcome {
    std::vector<Command> commands;
    std::string error;
    std::size_t left = 0; ///< bytes not consumed

    bool operator==(const Outcome&) const = default;
};

void PrintTo(const Outcome& outcome, std::ostream* out) {
    *out << outcome.commands.size() << " commands, error '" << outcome.error << "', left " << outcome.left;
}

// A parser, and the bytes that it has not consumed.
class Reader {
  public:
    explicit Reader(const ParseLimits& limits) : _parser(limits) {}

    void feed(std::string_view bytes) {
        if (!outcome.error.empty())
            return;
        _input.append(bytes);
        while (next() == Status::Complete) {
        }
        outcome.left = _input.size();
    }

    Outcome outcome;

  private:
    Status next() {
        CommandParser::ShortWords buffer;
        std::pmr::monotonic_buffer_resource scratch;
        const auto result = _parser.next(_input, buffer, scratch);
        if (result.status == Status::Complete)
            outcome.commands.push_back({{result.words.begin(), result.words.end()}, std::string(result.raw)});
        outcome.error = result.error;
        _input.erase(0, result.consumed);
        return result.status;
    }

    CommandParser _parser;
    std::string _input;
};

Outcome parse(std::string_view bytes, std::size_t piece, const ParseLimits& limits = small) {
    Reader reader(limits);
    for (std::size_t at = 0; at < bytes.size(); at += piece)
        reader.feed(bytes.substr(at, piece));
    return reader.outcome;
}

// Whole; having made sure that pieces of any size make no difference.
Outcome parse(std::string_view bytes, const ParseLimits& limits = small) {
    const Outcome whole = parse(bytes, bytes.size(), limits);
    for (const std::size_t piece : {1, 2, 3, 5, 64})
        EXPECT_EQ(parse(bytes, piece, limits), whole) << "in pieces of " << piece;
    return whole;
}

std::string encoded(const std::vector<std::string_view>& words) {
    std::string text;
    resp::appendCommand(text, words);
    return text;
}

std::string errorOf(std::string_view bytes) {
    const Outcome outcome = parse(bytes);
    EXPECT_EQ(outcome.left, 0U) << "an error consumes everything";
    return outcome.error;
}

TEST(ParseTest, oneCommand) {
    const std::string bytes = encoded({"SET", "key", "a\0\r\n"sv});
    const Outcome outcome = parse(bytes);
    ASSERT_EQ(outcome.commands.size(), 1U);
    EXPECT_THAT(outcome.commands[0].words, ElementsAre("SET", "key", "a\0\r\n"sv));
    EXPECT_EQ(outcome.commands[0].raw, bytes);
    EXPECT_EQ(outcome.left, 0U);
}

TEST(ParseTest, emptyWords) {
    EXPECT_THAT(parse(encoded({"", ""})).commands.at(0).words, ElementsAre("", ""));
}

TEST(ParseTest, moreWordsThanFitInAShortCommand) {
    for (const std::size_t count : {8, 9, 12}) {
        const std::vector<std::string_view> words(count, "word"sv);
        EXPECT_THAT(parse(encoded(words)).commands.at(0).words, ElementsAreArray(words));
    }
}

TEST(ParseTest, commandsFollowEachOther) {
    const Outcome outcome = parse(encoded({"GET", "a"}) + "PING\r\n" + encoded({"GET", "b"}) + "*1\r\n$3\r\nGE");
    ASSERT_EQ(outcome.commands.size(), 3U);
    EXPECT_THAT(outcome.commands[0].words, ElementsAre("GET", "a"));
    EXPECT_THAT(outcome.commands[1].words, ElementsAre("PING"));
    EXPECT_EQ(outcome.commands[1].raw, "");
    EXPECT_EQ(outcome.commands[2].raw, encoded({"GET", "b"}));
    EXPECT_EQ(outcome.left, 10U);
}

TEST(ParseTest, emptyCommandsArePassedOver) {
    const Outcome outcome = parse("\r\n*0\r\n\n*-1\r\n*-77\r\n  \t\r\n*1\r\n$1\r\na\r\n*0\r\n\r\n");
    ASSERT_EQ(outcome.commands.size(), 1U);
    EXPECT_EQ(outcome.commands[0].raw, "*1\r\n$1\r\na\r\n");
    EXPECT_EQ(outcome.left, 0U);
}

TEST(ParseTest, emptyCommandsBeforeAnUnfinishedOneAreConsumed) {
    EXPECT_EQ(parse("\r\n*0\r\n*1\r\n$1").left, 6U);
}

TEST(ParseTest, wordsOfAnyLengthUpToTheLimit) {
    for (const std::size_t length : {9, 10, 99, 100, 999, 1000}) {
        const std::string word(length, 'x');
        EXPECT_THAT(parse(encoded({"GET", word})).commands.at(0).words, ElementsAre("GET", word));
    }
    EXPECT_EQ(errorOf("*2\r\n$3\r\nGET\r\n$1001\r\n"), "invalid bulk length");
}

TEST(ParseTest, tooLongAWordIsRefusedBeforeItComes) {
    EXPECT_EQ(parse("*2\r\n$3\r\nSET\r\n$536870913\r\n", ParseLimits()).error, "invalid bulk length");
    EXPECT_EQ(parse("*2\r\n$3\r\nSET\r\n$536870912\r\n", ParseLimits()).error, "");
}

TEST(ParseTest, numberOfWordsUpToTheLimit) {
    EXPECT_EQ(parse("*12\r\n").error, "");
    EXPECT_EQ(errorOf("*13\r\n"), "invalid multibulk length");
    EXPECT_EQ(parse("*1048576\r\n", ParseLimits()).error, "");
    EXPECT_EQ(parse("*1048577\r\n", ParseLimits()).error, "invalid multibulk length");
}

TEST(ParseTest, wholeCommandUpToTheLimit) {
    // "*4\r\n", "$4\r\n", "$1000\r\n" and CRLFs leave this much for the last word.
    const std::string word(1000, 'x');
    const std::string begin = "*4\r\n$4\r\nMSET\r\n$1000\r\n" + word + "\r\n$1000\r\n" + word + "\r\n";
    const std::size_t room = small.request - begin.size() - "$967\r\n"sv.size() - 2;
    const std::string fits = begin + "$" + std::to_string(room) + "\r\n" + std::string(room, 'x') + "\r\n";
    ASSERT_EQ(fits.size(), small.request);
    EXPECT_EQ(parse(fits).commands.size(), 1U);
    EXPECT_EQ(errorOf(begin + "$" + std::to_string(room + 1) + "\r\n"), "too big request");
}

TEST(ParseTest, shortCommandsKeepToTheLimitsToo) {
    const ParseLimits tight{.line = 100, .words = 12, .bulk = 10, .request = 25};
    EXPECT_EQ(parse("*1\r\n$11\r\n01234567890\r\n", tight).error, "invalid bulk length");
    EXPECT_EQ(parse("*2\r\n$3\r\nGET\r\n$6\r\n012345\r\n", tight).commands.size(), 1U);
    EXPECT_EQ(parse("*2\r\n$3\r\nGET\r\n$7\r\n0123456\r\n", tight).error, "too big request");
}

std::size_t lengthOfGet(std::string_view bytes, const ParseLimits& limits = small) {
    std::string_view key;
    return CommandParser(limits).readGet(bytes, key);
}

TEST(ParseTest, getIsReadAtOnce) {
    const std::string bytes = encoded({"gEt", "key"}) + "PING\r\n";
    std::string_view key;
    EXPECT_EQ(CommandParser(small).readGet(bytes, key), bytes.size() - 6);
    EXPECT_EQ(key, "key");
}

TEST(ParseTest, whatIsNoWholeGetIsNotReadAtOnce) {
    const std::string get = encoded({"GET", "key"});
    for (std::size_t length = 0; length < get.size(); ++length)
        EXPECT_EQ(lengthOfGet({get.data(), length}), 0U);
    for (const std::string& other : {encoded({"SET", "key"}), encoded({"GET", "a", "b"}), encoded({"GETS", "a"}),
                                     encoded({"GET"}), std::string("*2\r\n$3\r\nGET$3\r\nkey\r\n"),
                                     std::string("*2\r\n$3\r\nGET\r\n$3\r\nkeys\r\n"), std::string("GET key\r\n")})
        EXPECT_EQ(lengthOfGet(other), 0U) << other;
}

TEST(ParseTest, getKeepsToTheLimitsToo) {
    const std::string bytes = encoded({"GET", "0123456789"});
    EXPECT_EQ(lengthOfGet(bytes, {.bulk = 10}), bytes.size());
    EXPECT_EQ(lengthOfGet(bytes, {.bulk = 9}), 0U);
    EXPECT_EQ(lengthOfGet(bytes, {.request = bytes.size()}), bytes.size());
    EXPECT_EQ(lengthOfGet(bytes, {.request = bytes.size() - 1}), 0U);
}

TEST(ParseTest, getIsNotReadAtOnceWhereItWasBegun) {
    const std::string bytes = encoded({"GET", "key"});
    CommandParser parser(small);
    CommandParser::ShortWords buffer;
    ASSERT_EQ(parser.next("*2", buffer, *std::pmr::null_memory_resource()).status, Status::Unfinished);
    std::string_view key;
    EXPECT_EQ(parser.readGet(bytes, key), 0U);
}

TEST(ParseTest, linesUpToTheLimit) {
    const std::string line = "PING " + std::string(small.line - 6, 'x') + "\r";
    ASSERT_EQ(line.size(), small.line);
    EXPECT_EQ(parse(line + "\n").commands.size(), 1U);
    EXPECT_EQ(parse(line).error, "");
    EXPECT_EQ(errorOf("x" + line + "\n"), "too big inline request");
    EXPECT_EQ(errorOf("x" + line), "too big inline request");
}

TEST(ParseTest, lengthsUpToTheLimitOfALine) {
    const std::string digits(small.line - 1, '1');
    EXPECT_EQ(parse("*" + digits).error, "");
    EXPECT_EQ(errorOf("*" + digits + "\r\n"), "invalid multibulk length");
    EXPECT_EQ(errorOf("*1" + digits), "too big mbulk count string");
    EXPECT_EQ(errorOf("*1" + digits + "\r\n"), "too big mbulk count string");
    EXPECT_EQ(parse("*1\r\n$" + digits).error, "");
    EXPECT_EQ(errorOf("*1\r\n$" + digits + "\r\n"), "invalid bulk length");
    EXPECT_EQ(errorOf("*1\r\n$1" + digits), "too big bulk count string");
}

struct BrokenInput {
    std::string bytes;
    std::string error;
};

TEST(ParseTest, errorsInRedisWords) {
    const BrokenInput inputs[] = {
        {"*x\r\n", "invalid multibulk length"},
        {"*\r\n", "invalid multibulk length"},
        {"*+1\r\n", "invalid multibulk length"},
        {"*01\r\n", "invalid multibulk length"},
        {"*-0\r\n", "invalid multibulk length"},
        {"* 1\r\n", "invalid multibulk length"},
        {"*1 \r\n", "invalid multibulk length"},
        {"*99999999999999999999\r\n", "invalid multibulk length"},
        {"*1\r$", "invalid multibulk length"},
        {"*1\r\n$x\r\n", "invalid bulk length"},
        {"*1\r\n$\r\n", "invalid bulk length"},
        {"*1\r\n$-1\r\n", "invalid bulk length"},
        {"*1\r\n$04\r\nPING\r\n", "invalid bulk length"},
        {"*1\r\n$99999999999999999999\r\n", "invalid bulk length"},
        {"*1\r\n$4\rP", "invalid bulk length"},
        {"*1\r\n:4\r\n", "expected '$', got ':'"},
        {"*1\r\nPING\r\n", "expected '$', got 'P'"},
        {"*1\r\n\r\n", "expected '$', got '\r'"},
        {"*2\r\n$4\r\nPING\r\n*1\r\n", "expected '$', got '*'"},
        {"*1\r\n$4\r\nPINGxx", "bulk string does not end with CRLF"},
        {"*1\r\n$4\r\nPING\rx", "bulk string does not end with CRLF"},
        {"*1\r\n$4\r\nPING!\r\n", "bulk string does not end with CRLF"},
        {"PING \"a\r\n", "unbalanced quotes in request"},
        {"PING 'a'b\r\n", "unbalanced quotes in request"},
    };
    for (const BrokenInput& input : inputs)
        EXPECT_EQ(errorOf(input.bytes), input.error) << input.bytes;
}

TEST(ParseTest, commandsBeforeAnErrorCount) {
    const Outcome outcome = parse(encoded({"GET", "a"}) + "*x\r\n" + encoded({"GET", "b"}));
    EXPECT_EQ(outcome.commands.size(), 1U);
    EXPECT_EQ(outcome.error, "invalid multibulk length");
}

TEST(ParseTest, deepPipeline) {
    std::string bytes;
    for (int i = 0; i < 20'000; ++i)
        bytes += encoded({"GET", std::to_string(i)});
    CommandParser parser(small);
    CommandParser::ShortWords buffer;
    std::string_view rest = bytes;
    for (int i = 0; i < 20'000; ++i) {
        const auto result = parser.next(rest, buffer, *std::pmr::null_memory_resource());
        ASSERT_EQ(result.status, Status::Complete);
        ASSERT_THAT(result.words, ElementsAre("GET", std::to_string(i)));
        rest.remove_prefix(result.consumed);
    }
    EXPECT_TRUE(rest.empty());
}

// Words that were read are read no more: they are overwritten with what would be an error.
TEST(ParseTest, wordsAreLookedAtOnce) {
    const ParseLimits limits;
    const std::string word = "$5\r\nvalue\r\n";
    std::string bytes = "*300\r\n";
    const std::size_t begin = bytes.size();
    for (int i = 0; i < 300; ++i)
        bytes += word;
    CommandParser parser(limits);
    CommandParser::ShortWords buffer;
    std::pmr::monotonic_buffer_resource scratch;
    for (std::size_t shown = 1; shown < bytes.size(); ++shown) {
        ASSERT_EQ(parser.next({bytes.data(), shown}, buffer, scratch).status, Status::Unfinished);
        if (shown >= begin && (shown - begin) % word.size() == 0)
            std::fill(bytes.begin() + 1, bytes.begin() + static_cast<std::ptrdiff_t>(shown), '\r');
    }
    const auto result = parser.next(bytes, buffer, scratch);
    ASSERT_EQ(result.status, Status::Complete);
    EXPECT_EQ(result.words.size(), 300U);
    EXPECT_EQ(result.consumed, bytes.size());
}

TEST(ParseTest, bytesOfALineAreSearchedOnce) {
    const ParseLimits limits;
    std::string line(60'000, 'x');
    CommandParser parser(limits);
    CommandParser::ShortWords buffer;
    std::pmr::monotonic_buffer_resource scratch;
    for (std::size_t shown = 1; shown <= line.size(); ++shown) {
        ASSERT_EQ(parser.next({line.data(), shown}, buffer, scratch).status, Status::Unfinished);
        line[shown - 1] = '\n';
    }
    std::fill(line.begin(), line.end(), 'x');
    line += "\n";
    EXPECT_EQ(parser.next(line, buffer, scratch).consumed, line.size());
}

TEST(ParseTest, aLongValueIsNotLookedAtUntilItIsWhole) {
    const ParseLimits limits;
    CommandParser parser(limits);
    CommandParser::ShortWords buffer;
    std::pmr::monotonic_buffer_resource scratch;
    const std::string begin = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$4194304\r\n";
    std::string bytes = begin + std::string(4'194'304, '\r') + "\r\n";
    for (std::size_t shown = begin.size(); shown < bytes.size(); shown += 65'536)
        ASSERT_EQ(parser.next({bytes.data(), shown}, buffer, scratch).status, Status::Unfinished);
    const auto result = parser.next(bytes, buffer, scratch);
    ASSERT_EQ(result.status, Status::Complete);
    EXPECT_EQ(result.words[2].size(), 4'194'304U);
    EXPECT_EQ(result.words[2].data(), bytes.data() + begin.size()) << "a view, not a copy";
}

} // namespace
} // namespace nearcache::respfront
