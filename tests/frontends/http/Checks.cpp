#include "Checks.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace nearcache::http::test {

namespace {

std::vector<Seen> parseInPieces(std::string_view input, const Limits& limits, const Users& users, std::size_t piece) {
    Feed feed(limits, users);
    for (std::size_t at = 0; at < input.size(); at += piece)
        feed.give(input.substr(at, piece));
    return feed.seen();
}

std::vector<Seen> parseCutAt(std::string_view input, const Limits& limits, const Users& users, std::size_t cut) {
    Feed feed(limits, users);
    feed.give(input.substr(0, cut));
    feed.give(input.substr(cut));
    return feed.seen();
}

} // namespace

std::vector<Seen> parseAll(std::string_view input, const Limits& limits, const Users& users) {
    auto whole = parseInPieces(input, limits, users, input.size());
    for (const std::size_t piece : {1, 2, 3, 7})
        EXPECT_EQ(whole, parseInPieces(input, limits, users, piece)) << "in pieces of " << piece << ": " << input;
    for (std::size_t cut = 1; cut < std::min<std::size_t>(input.size(), 600); ++cut)
        EXPECT_EQ(whole, parseCutAt(input, limits, users, cut)) << "cut at " << cut << ": " << input;
    return whole;
}

Seen parseOnly(std::string_view input, const Limits& limits, const Users& users) {
    const auto seen = parseAll(input, limits, users);
    EXPECT_EQ(seen.size(), 1U) << input;
    return seen.empty() ? Seen{} : seen.front();
}

std::string getRequest(std::string_view target, std::string_view fields) {
    return std::string("GET ").append(target).append(" HTTP/1.1\r\nHost: localhost\r\n").append(fields).append("\r\n");
}

int statusOf(std::string_view input, const Limits& limits) {
    const Seen seen = parseOnly(input, limits);
    return seen.isGet ? 0 : std::atoi(seen.payload.substr(std::string_view("HTTP/1.1 ").size()).c_str());
}

void expectFatal(std::string_view input, int status, const Limits& limits) {
    const std::string next = getRequest("/get?key=smuggled");
    EXPECT_EQ(statusOf(std::string(input) + next, limits), status) << input;
    const Seen seen = parseOnly(std::string(input) + next, limits);
    EXPECT_TRUE(seen.close) << input;
    EXPECT_NE(seen.payload.find("\r\nConnection: close\r\n"), std::string::npos) << input;
}

} // namespace nearcache::http::test
