// What a command does to the cache, by what is known of its keys.

#include "PipelineFixture.h"

namespace nearcache::test {

namespace {

class ScopeTest : public PipelineTest {
  protected:
    ScopeTest() { start(); }
};

TEST_F(ScopeTest, aCommandThatReadsAKeyLeavesNoOlderValueBehind) {
    cache("k", "old");
    auto client = connectAndSend("on k do STRLEN k\n");
    EXPECT_EQ(forwards().command(), "STRLEN k");
    EXPECT_TRUE(isCached("k")) << "nothing is known to have changed yet";
    forwards().send(":7\r\n");

    EXPECT_EQ(client.receiveLine(), ":7");
    EXPECT_FALSE(isCached("k"));
}

TEST_F(ScopeTest, aGetBehindACommandThatReadsItsKeyWaits) {
    cache("k", "old");
    auto client = connectAndSend("on k do STRLEN k\nget k\n");
    EXPECT_EQ(forwards().command(), "STRLEN k");
    forwards().send(":3\r\n");
    EXPECT_EQ(fetches().command(), "GET k");
    answerValue("new");

    EXPECT_EQ(client.receiveLine(), ":3");
    EXPECT_EQ(client.receiveLine(), "value new fetched stored");
}

TEST_F(ScopeTest, aFetchThatWasSentBeforeAReadsReplyIsNotStored) {
    auto reader = connectAndSend("get k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    auto client = connectAndSend("on k do STRLEN k\n");
    EXPECT_EQ(forwards().command(), "STRLEN k");
    forwards().send(":7\r\n");
    EXPECT_EQ(client.receiveLine(), ":7");
    answerValue("old");

    EXPECT_EQ(reader.receiveLine(), "value old fetched");
    EXPECT_FALSE(isCached("k"));
}

TEST_F(ScopeTest, theReplyOfAScriptWaitsForInvalidations) {
    cache("k", "old");
    auto client = connectAndSend("some write do EVAL\n");
    EXPECT_EQ(forwards().command(), "EVAL");
    forwards().send(":1\r\n");
    EXPECT_EQ(fetches().command(), "PING");
    settle();
    EXPECT_TRUE(client.quiet());
    fetches().send("+PONG\r\n");

    EXPECT_EQ(client.receiveLine(), ":1");
}

TEST_F(ScopeTest, withoutTrackingAScriptClearsTheCache) {
    cache("k", "old");
    auto client = connectAndSend("some write do EVAL\n");
    EXPECT_EQ(forwards().command(), "EVAL");
    forwards().send(":1\r\n");
    EXPECT_EQ(fetches().command(), "PING");
    fetches().send("+PONG\r\n");

    EXPECT_EQ(client.receiveLine(), ":1");
    EXPECT_FALSE(isCached("k"));
}

TEST_F(ScopeTest, whatTellsOfKeysKeepsTheCacheWhereRedisTellsNothing) {
    cache("k", "old");
    auto client = connectAndSend("listing do DBSIZE\n");
    EXPECT_EQ(forwards().command(), "DBSIZE");
    forwards().send(":1\r\n");
    EXPECT_EQ(fetches().command(), "PING");
    fetches().send("+PONG\r\n");

    EXPECT_EQ(client.receiveLine(), ":1");
    EXPECT_TRUE(isCached("k"));
}

TEST_F(ScopeTest, aScriptsReplyComesWithALinkLostToo) {
    cache("k", "old");
    auto client = connectAndSend("some write do EVAL\n");
    EXPECT_EQ(forwards().command(), "EVAL");
    forwards().send(":1\r\n");
    EXPECT_EQ(fetches().command(), "PING");
    redis.goAway();
    fetches().close();

    EXPECT_EQ(client.receiveLine(), ":1");
    EXPECT_FALSE(isCached("k"));
}

TEST_F(ScopeTest, getsBehindAScriptWait) {
    cache("k", "old");
    auto client = connectAndSend("some write do EVAL\nget k\n");
    EXPECT_EQ(forwards().command(), "EVAL");
    settle();
    EXPECT_TRUE(client.quiet());
    forwards().send(":1\r\n");
    EXPECT_EQ(fetches().command(), "PING");
    fetches().send("+PONG\r\n");
    EXPECT_EQ(fetches().command(), "GET k");
    answerValue("new");

    EXPECT_EQ(client.receiveLine(), ":1");
    EXPECT_EQ(client.receiveLine(), "value new fetched stored");
}

TEST_F(ScopeTest, aCommandThatChangesAllKeysClearsTheCacheBeforeAndAfter) {
    cache("k", "old");
    auto client = connectAndSend("all write do FLUSHALL\n");
    EXPECT_EQ(forwards().command(), "FLUSHALL");
    EXPECT_FALSE(isCached("k"));
    auto reader = connectAndSend("get k\n");
    EXPECT_EQ(fetches().command(), "GET k");
    answerValue("old");
    EXPECT_EQ(reader.receiveLine(), "value old fetched stored");
    forwards().send("+OK\r\n");

    EXPECT_EQ(client.receiveLine(), "+OK");
    EXPECT_FALSE(isCached("k"));
}

} // namespace

} // namespace nearcache::test
