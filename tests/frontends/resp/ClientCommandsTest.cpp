#include "Driver.h"

#include <gtest/gtest.h>

namespace nearcache::respfront {
namespace {

std::string answer(std::string_view lines) {
    Driver driver;
    return driver.answers(std::string(lines) + "\r\n");
}

TEST(ClientCommandsTest, nameOfTheConnection) {
    EXPECT_EQ(answer("CLIENT GETNAME"), "$-1\r\n");
    EXPECT_EQ(answer("CLIENT SETNAME bob\r\nclient getname"), "+OK\r\n$3\r\nbob\r\n");
    EXPECT_EQ(answer("CLIENT SETNAME bob\r\nCLIENT SETNAME \"\"\r\nCLIENT GETNAME"), "+OK\r\n+OK\r\n$-1\r\n");
}

TEST(ClientCommandsTest, namesThatCannotBe) {
    for (const char* name : {"\"a b\"", "\"a\\n\"", "\"\\x7f\"", "\"\\x80\"", "\"\\x00\""})
        EXPECT_EQ(answer(std::string("CLIENT SETNAME ") + name),
                  "-ERR Client names cannot contain spaces, newlines or special characters.\r\n");
}

TEST(ClientCommandsTest, number) {
    EXPECT_EQ(answer("CLIENT ID"), ":42\r\n");
}

TEST(ClientCommandsTest, library) {
    EXPECT_EQ(answer("CLIENT SETINFO LIB-NAME redis-py"), "+OK\r\n");
    EXPECT_EQ(answer("client setinfo lib-ver 5.0"), "+OK\r\n");
    EXPECT_EQ(answer("CLIENT SETINFO lib-ver \"\""), "+OK\r\n");
    EXPECT_EQ(answer("CLIENT SETINFO LIB-NAME \"a b\""),
              "-ERR LIB-NAME cannot contain spaces, newlines or special characters.\r\n");
    EXPECT_EQ(answer("CLIENT SETINFO foo bar"), "-ERR Unrecognized option 'foo'\r\n");
    EXPECT_EQ(answer("CLIENT SETINFO \"f\\no\" bar"), "-ERR Unrecognized option 'f o'\r\n");
}

TEST(ClientCommandsTest, wrongUse) {
    EXPECT_EQ(answer("CLIENT"), "-ERR wrong number of arguments for 'client' command\r\n");
    EXPECT_EQ(answer("CLIENT SETNAME"), "-ERR wrong number of arguments for 'client|setname' command\r\n");
    EXPECT_EQ(answer("CLIENT GETNAME x"), "-ERR wrong number of arguments for 'client|getname' command\r\n");
    EXPECT_EQ(answer("CLIENT SETINFO lib-name"), "-ERR wrong number of arguments for 'client|setinfo' command\r\n");
    EXPECT_EQ(answer("client foo a"), "-ERR unknown subcommand 'foo'. Try CLIENT HELP.\r\n");
    EXPECT_EQ(answer("CLIENT \"a\\r\\nb\""), "-ERR unknown subcommand 'a  b'. Try CLIENT HELP.\r\n");
}

TEST(ClientCommandsTest, help) {
    const std::string text = answer("CLIENT HELP");
    EXPECT_TRUE(text.starts_with("*11\r\n+CLIENT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:\r\n"))
        << text;
    EXPECT_NE(text.find("+SETNAME <name>\r\n+    Names this connection.\r\n"), text.npos) << text;
    EXPECT_TRUE(text.ends_with("\r\n")) << text;
}

} // namespace
} // namespace nearcache::respfront
