#include "backend/Handshake.h"

#include <hiredis/hiredis.h>

#include <gtest/gtest.h>

#include <memory>

namespace nearcache::test {

namespace {

constexpr const char* name = "*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$9\r\nnearcache\r\n"
                             "*2\r\n$6\r\nCLIENT\r\n$2\r\nID\r\n";
constexpr const char* ping = "*1\r\n$4\r\nPING\r\n";

/// Hands the handshake these replies. Returns what the last one was taken for.
std::string take(Handshake& handshake, std::string_view replies) {
    const std::unique_ptr<redisReader, void (*)(redisReader*)> reader(redisReaderCreate(), redisReaderFree);
    redisReaderFeed(reader.get(), replies.data(), replies.size());
    std::string refusal;
    void* read = nullptr;
    while (redisReaderGetReply(reader.get(), &read) == REDIS_OK && read != nullptr) {
        const std::unique_ptr<void, void (*)(void*)> reply(read, freeReplyObject);
        refusal = handshake.takeReply(*static_cast<redisReply*>(read));
    }
    return refusal;
}

TEST(Handshake, givesItsNameAndAsksWhetherRedisAnswers) {
    EXPECT_EQ(Handshake(BackendSettings()).commands(), std::string(name) + ping);
}

TEST(Handshake, logsInWithAPassword) {
    BackendSettings settings;
    settings.password = "secret";

    EXPECT_EQ(Handshake(settings).commands(), "*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n" + std::string(name) + ping);
}

TEST(Handshake, logsInAsAUser) {
    BackendSettings settings;
    settings.username = "me";
    settings.password = std::string("a\r\n\0b", 5);

    EXPECT_EQ(Handshake(settings).commands(),
              "*3\r\n$4\r\nAUTH\r\n$2\r\nme\r\n$5\r\n" + settings.password + "\r\n" + name + ping);
}

TEST(Handshake, logsInAsAUserWithoutAPassword) {
    BackendSettings settings;
    settings.username = "me";

    EXPECT_EQ(Handshake(settings).commands(), "*3\r\n$4\r\nAUTH\r\n$2\r\nme\r\n$0\r\n\r\n" + std::string(name) + ping);
}

TEST(Handshake, selectsADatabaseOtherThanTheFirst) {
    BackendSettings settings;
    settings.database = 12;

    EXPECT_EQ(Handshake(settings).commands(), "*2\r\n$6\r\nSELECT\r\n$2\r\n12\r\n" + std::string(name) + ping);
}

TEST(Handshake, logsInBeforeItSelects) {
    BackendSettings settings;
    settings.password = "secret";
    settings.database = 1;

    EXPECT_EQ(Handshake(settings).commands(),
              "*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n1\r\n" + std::string(name) + ping);
}

TEST(Handshake, isCompleteAfterTheLastReply) {
    BackendSettings settings;
    settings.password = "secret";
    settings.database = 1;
    Handshake handshake(settings);
    EXPECT_EQ(take(handshake, "+OK\r\n+OK\r\n+OK\r\n:5\r\n"), "");
    EXPECT_FALSE(handshake.complete());
    EXPECT_EQ(take(handshake, "+PONG\r\n"), "");

    EXPECT_TRUE(handshake.complete());
}

TEST(Handshake, doesWithoutTheName) {
    Handshake handshake{BackendSettings()};
    EXPECT_EQ(take(handshake, "-ERR unknown command 'CLIENT'\r\n-ERR unknown command 'CLIENT'\r\n"), "");
    EXPECT_EQ(handshake.id(), 0);
    EXPECT_EQ(take(handshake, "+PONG\r\n"), "");

    EXPECT_TRUE(handshake.complete());
}

TEST(Handshake, saysWhatWasRefused) {
    BackendSettings settings;
    settings.password = "secret";
    settings.database = 99;
    Handshake wrongPassword(settings);
    EXPECT_EQ(take(wrongPassword, "-WRONGPASS invalid username-password pair\r\n"),
              "Redis refused AUTH: WRONGPASS invalid username-password pair");

    Handshake wrongDatabase(settings);
    EXPECT_EQ(take(wrongDatabase, "+OK\r\n-ERR DB index is out of range\r\n"),
              "Redis refused SELECT: ERR DB index is out of range");
}

TEST(Handshake, neverSaysThePassword) {
    BackendSettings settings;
    settings.password = "secret";
    Handshake handshake(settings);

    EXPECT_EQ(take(handshake, "-ERR no\r\n").find("secret"), std::string::npos);
}

TEST(Handshake, learnsThatRedisIsNotReady) {
    Handshake unknown{BackendSettings()};
    EXPECT_EQ(take(unknown, "+OK\r\n:5\r\n-NOAUTH Authentication required.\r\n"),
              "Redis refused PING: NOAUTH Authentication required.");

    Handshake loading{BackendSettings()};
    EXPECT_EQ(take(loading, "+OK\r\n:5\r\n-LOADING Redis is loading the dataset in memory\r\n"),
              "Redis refused PING: LOADING Redis is loading the dataset in memory");
}

const std::string hello = "*4\r\n$5\r\nHELLO\r\n$1\r\n3\r\n$7\r\nSETNAME\r\n$9\r\nnearcache\r\n";
const std::string tracking = "*3\r\n$6\r\nCLIENT\r\n$8\r\nTRACKING\r\n$2\r\nON\r\n";
constexpr const char* helloReply = "%2\r\n$5\r\nproto\r\n:3\r\n$2\r\nid\r\n:77\r\n";

TEST(Handshake, isInResp3WhereTheRoleWantsIt) {
    EXPECT_EQ(Handshake(BackendSettings(), LinkRole::Relay3).commands(), hello + ping);
    EXPECT_EQ(Handshake(BackendSettings(), LinkRole::Fetch).commands(), hello + tracking + ping);
    for (const auto role : {LinkRole::Fetch2, LinkRole::Relay2, LinkRole::Control}) {
        EXPECT_EQ(Handshake(BackendSettings(), role).commands(), std::string(name) + ping);
        EXPECT_FALSE(Handshake(BackendSettings(), role).resp3());
    }
}

TEST(Handshake, logsInWithHello) {
    BackendSettings settings;
    settings.password = "secret";
    const auto helloAs = [](const std::string& user) {
        return "*7\r\n$5\r\nHELLO\r\n$1\r\n3\r\n$4\r\nAUTH\r\n$" + std::to_string(user.size()) + "\r\n" + user +
               "\r\n$6\r\nsecret\r\n$7\r\nSETNAME\r\n$9\r\nnearcache\r\n";
    };
    EXPECT_EQ(Handshake(settings, LinkRole::Relay3).commands(), helloAs("default") + ping);
    settings.username = "me";
    settings.database = 4;

    EXPECT_EQ(Handshake(settings, LinkRole::Fetch).commands(),
              helloAs("me") + "*2\r\n$6\r\nSELECT\r\n$1\r\n4\r\n" + tracking + ping);
}

TEST(Handshake, learnsTheConnectionsId) {
    Handshake inResp3(BackendSettings(), LinkRole::Relay3);
    EXPECT_EQ(take(inResp3, helloReply), "");
    EXPECT_EQ(inResp3.id(), 77);

    Handshake inResp2{BackendSettings()};
    EXPECT_EQ(take(inResp2, "+OK\r\n:78\r\n+PONG\r\n"), "");
    EXPECT_EQ(inResp2.id(), 78);
}

TEST(Handshake, countsNoPush) {
    Handshake handshake(BackendSettings(), LinkRole::Fetch);
    EXPECT_EQ(take(handshake, helloReply), "");
    EXPECT_EQ(take(handshake, "+OK\r\n>2\r\n$10\r\ninvalidate\r\n_\r\n"), "");
    EXPECT_FALSE(handshake.complete());
    EXPECT_EQ(take(handshake, "+PONG\r\n"), "");

    EXPECT_TRUE(handshake.complete());
}

// Redis 5 and 6.0, KeyDB, and services that have taken commands out; RESP3 turned off; a user who may not.
TEST(Handshake, tellsWhatThisRedisDoesNotHave) {
    for (const auto* words :
         {"ERR unknown command 'HELLO', with args beginning with: '3' 'SETNAME' ",
          "ERR unknown command `HELLO`, with args beginning with: `3`, `SETNAME`, `nearcache`, ",
          "NOPROTO unsupported protocol version", "NOPERM this user has no permissions to run the 'hello' command"}) {
        Handshake handshake(BackendSettings(), LinkRole::Fetch);
        EXPECT_EQ(take(handshake, "-" + std::string(words) + "\r\n"), "Redis refused HELLO: " + std::string(words));
        EXPECT_TRUE(handshake.unsupported()) << words;
    }
    for (const auto* words : {"ERR unknown subcommand 'TRACKING'. Try CLIENT HELP.",
                              "ERR Unknown subcommand or wrong number of arguments for 'TRACKING'. Try CLIENT HELP",
                              "NOPERM this user has no permissions to run the 'client|tracking' command"}) {
        Handshake handshake(BackendSettings(), LinkRole::Fetch);
        EXPECT_EQ(take(handshake, std::string(helloReply) + "-" + words + "\r\n"),
                  "Redis refused CLIENT TRACKING: " + std::string(words));
        EXPECT_TRUE(handshake.unsupported()) << words;
    }
}

TEST(Handshake, tellsWhatMayBeOverSoon) {
    for (const auto* words :
         {"NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> "
          "<pass> option can be used to authenticate the client and select the RESP protocol version at the same time",
          "WRONGPASS invalid username-password pair or user is disabled.",
          "LOADING Redis is loading the dataset in memory", "ERR max number of clients reached",
          "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE."}) {
        Handshake handshake(BackendSettings(), LinkRole::Fetch);
        EXPECT_EQ(take(handshake, "-" + std::string(words) + "\r\n"), "Redis refused HELLO: " + std::string(words));
        EXPECT_FALSE(handshake.unsupported()) << words;
    }
    BackendSettings settings;
    settings.database = 1;
    Handshake database(settings, LinkRole::Fetch);
    EXPECT_NE(take(database, std::string(helloReply) + "-ERR unknown command 'SELECT'\r\n"), "");
    EXPECT_FALSE(database.unsupported()) << "without it nothing can be fetched";
}

TEST(Handshake, wantsResp3InResp3) {
    Handshake handshake(BackendSettings(), LinkRole::Fetch);

    EXPECT_EQ(take(handshake, "*2\r\n$5\r\nproto\r\n:2\r\n"),
              "Redis refused HELLO: unsupported: its reply is not in RESP3");
    EXPECT_TRUE(handshake.unsupported());
}

} // namespace

} // namespace nearcache::test
