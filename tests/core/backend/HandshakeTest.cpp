#include "backend/Handshake.h"

#include <hiredis/hiredis.h>

#include <gtest/gtest.h>

#include <memory>

namespace nearcache::test {

namespace {

constexpr const char* name = "*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$9\r\nnearcache\r\n";
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
    EXPECT_EQ(take(handshake, "+OK\r\n+OK\r\n+OK\r\n"), "");
    EXPECT_FALSE(handshake.complete());
    EXPECT_EQ(take(handshake, "+PONG\r\n"), "");

    EXPECT_TRUE(handshake.complete());
}

TEST(Handshake, doesWithoutTheName) {
    Handshake handshake{BackendSettings()};
    EXPECT_EQ(take(handshake, "-ERR unknown command 'CLIENT'\r\n"), "");
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
    EXPECT_EQ(take(unknown, "+OK\r\n-NOAUTH Authentication required.\r\n"),
              "Redis refused PING: NOAUTH Authentication required.");

    Handshake loading{BackendSettings()};
    EXPECT_EQ(take(loading, "+OK\r\n-LOADING Redis is loading the dataset in memory\r\n"),
              "Redis refused PING: LOADING Redis is loading the dataset in memory");
}

} // namespace

} // namespace nearcache::test
