#include "Driver.h"

#include "nearcache/Resp.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace nearcache::respfront {
namespace {

using namespace std::string_view_literals;
using Action = Request::Action;

std::string encoded(std::initializer_list<std::string_view> words) {
    std::string text;
    resp::appendCommand(text, words);
    return text;
}

Seen only(std::string_view bytes) {
    Driver driver;
    const std::vector<Seen> requests = driver.feed(bytes);
    EXPECT_EQ(requests.size(), 1U);
    return requests.empty() ? Seen{} : requests[0];
}

TEST(KeyCommandsTest, getAsksForItsKey) {
    for (const char* name : {"GET", "get", "gEt"}) {
        const Seen request = only(encoded({name, "a\0\r\n"sv}));
        EXPECT_EQ(request, (Seen{Action::Get, false, std::string("a\0\r\n"sv), ""}));
    }
    EXPECT_EQ(only("GET \"a b\"\r\n"), (Seen{Action::Get, false, "a b", ""}));
    EXPECT_EQ(only(encoded({"GET", ""})).action, Action::Get);
}

TEST(KeyCommandsTest, getInPiecesAsWhole) {
    const std::string bytes = encoded({"GET", std::string(300, 'k')});
    Driver driver;
    EXPECT_EQ(driver.feedInPieces(bytes, 1), Driver().feed(bytes));
    EXPECT_EQ(driver.pending(), 0U);
}

TEST(KeyCommandsTest, setGoesOnAsItCame) {
    const std::string command = encoded({"set", "key", "a\0b"sv, "EX", "10", "NX", "GET"});
    EXPECT_EQ(only(command), (Seen{Action::Forward, false, "", command, {"key"}, true}));
}

TEST(KeyCommandsTest, aTypedCommandIsWrittenAnew) {
    const Seen request = only("  SET \"a b\" 'c'  \r\n");
    EXPECT_EQ(request, (Seen{Action::Forward, false, "", encoded({"SET", "a b", "c"}), {"a b"}, true}));
}

TEST(KeyCommandsTest, allKeysThatAreDeletedAreWritten) {
    const std::string command = encoded({"DEL", "1", "2", "3", "4", "5", "6", "7", "8", "9"});
    EXPECT_EQ(only(command).payload, command);
    EXPECT_EQ(only(command).keys, (std::vector<std::string>{"1", "2", "3", "4", "5", "6", "7", "8", "9"}));
    EXPECT_EQ(only("UNLINK a b\r\n").keys, (std::vector<std::string>{"a", "b"}));
}

TEST(KeyCommandsTest, writesOfOneKey) {
    for (const char* command : {"SET k v", "GETDEL k", "INCR k", "INCRBY k 2", "DECR k", "DECRBY k 2", "EXPIRE k 1 NX"})
        EXPECT_EQ(only(std::string(command) + "\r\n").keys, std::vector<std::string>{"k"}) << command;
}

TEST(KeyCommandsTest, readsWriteNothing) {
    for (const char* command : {"EXISTS a b", "TTL k", "PTTL k"}) {
        const Seen request = only(std::string(command) + "\r\n");
        EXPECT_EQ(request.action, Action::Forward) << command;
        EXPECT_FALSE(request.writes) << command;
    }
}

TEST(KeyCommandsTest, mgetAsksForItsKeys) {
    const Seen request = only("mget a b a\r\n");
    EXPECT_EQ(request.action, Action::GetMany);
    EXPECT_EQ(request.keys, (std::vector<std::string>{"a", "b", "a"}));
    EXPECT_EQ(Tag::unpack(request.tag).kind, Tag::Kind::Many);
    EXPECT_EQ(only("MGET\r\n").payload, "-ERR wrong number of arguments for 'mget' command\r\n");
}

TEST(KeyCommandsTest, pipelineKeepsItsOrder) {
    const std::string bytes = encoded({"GET", "a"}) + encoded({"SET", "a", "1"}) + encoded({"PING"}) + "GET b\r\n";
    Driver driver;
    const auto requests = driver.feed(bytes);
    ASSERT_EQ(requests.size(), 4U);
    EXPECT_EQ(requests[0].key, "a");
    EXPECT_EQ(requests[1].action, Action::Forward);
    EXPECT_EQ(requests[2].payload, "+PONG\r\n");
    EXPECT_EQ(requests[3].key, "b");
    EXPECT_EQ(Driver().feedInPieces(bytes, 1), requests);
}

} // namespace
} // namespace nearcache::respfront
