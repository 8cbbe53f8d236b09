#include "Driver.h"

#include "nearcache/Resp.h"

#include <gtest/gtest.h>

namespace nearcache::respfront {
namespace {

std::string bulk(std::string_view text) {
    std::string reply;
    resp::appendBulk(reply, text);
    return reply;
}

class InfoCommandTest : public testing::Test {
  protected:
    InfoCommandTest() {
        _driver.host.factList = {
            {"server", "version", "9.8.7"},
            {"server", "uptime_in_seconds", "5"},
            {"cache", "hits", "12"},
        };
    }

    std::string answer(std::string_view line) { return _driver.answers(std::string(line) + "\r\n"); }

    Driver _driver;
    const std::string _server = "# Server\r\nversion:9.8.7\r\nuptime_in_seconds:5\r\n";
    const std::string _cache = "# Cache\r\nhits:12\r\n";
};

TEST_F(InfoCommandTest, everything) {
    for (const char* line :
         {"INFO nearcache", "info NEARCACHE all", "INFO nearcache default", "INFO nearcache cache SERVER"})
        EXPECT_EQ(answer(line), bulk(_server + "\r\n" + _cache)) << line;
}

TEST_F(InfoCommandTest, someSections) {
    EXPECT_EQ(answer("INFO nearcache Cache"), bulk(_cache));
    EXPECT_EQ(answer("INFO nearcache server nosuch"), bulk(_server));
    EXPECT_EQ(answer("INFO nearcache nosuch"), bulk(""));
}

TEST_F(InfoCommandTest, otherwiseItIsRediss) {
    for (const char* line : {"INFO", "INFO all", "INFO server nearcache"})
        EXPECT_EQ(_driver.line(line).action, Request::Action::Forward) << line;
}

TEST_F(InfoCommandTest, inResp3ItIsAText) {
    (void)answer("HELLO 3");
    EXPECT_EQ(answer("INFO nearcache cache"), "=" + std::to_string(_cache.size() + 4) + "\r\ntxt:" + _cache + "\r\n");
}

TEST_F(InfoCommandTest, aFactStaysOnItsLine) {
    _driver.host.factList = {{"server", "name", "a\r\nb\nc"}};
    EXPECT_EQ(answer("INFO nearcache"), bulk("# Server\r\nname:a  b c\r\n"));
}

} // namespace
} // namespace nearcache::respfront
