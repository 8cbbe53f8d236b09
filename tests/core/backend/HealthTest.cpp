#include "backend/Health.h"

#include "support/LogCapture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nearcache::test {

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class HealthTest : public testing::Test {
  protected:
    const LogCapture log;
    Health health{"redis.example:6379"};
};

TEST_F(HealthTest, beginsWithoutNews) {
    EXPECT_EQ(health.state(), "connecting");
    EXPECT_EQ(health.linksReady(), 0U);
    EXPECT_THAT(log.lines(), IsEmpty());
}

TEST_F(HealthTest, saysOnceThatRedisIsThere) {
    health.linkReady();
    health.linkReady();

    EXPECT_EQ(health.state(), "up");
    EXPECT_EQ(health.linksReady(), 2U);
    EXPECT_THAT(log.lines(), ElementsAre("information: Redis is there: redis.example:6379"));
}

TEST_F(HealthTest, saysOnceThatRedisIsAwayAndWhy) {
    for (int i = 0; i < 3; ++i)
        health.attemptFailed("Connection refused");

    EXPECT_EQ(health.state(), "away: Connection refused");
    EXPECT_THAT(log.lines(), ElementsAre("warning: Redis is away: redis.example:6379: Connection refused"));
}

TEST_F(HealthTest, saysWhenRedisIsBack) {
    health.linkReady();
    health.linkLost();
    EXPECT_EQ(health.state(), "connecting");
    health.attemptFailed("Connection refused");
    EXPECT_EQ(health.state(), "away: Connection refused");
    health.linkReady();
    health.linkReady();

    EXPECT_EQ(health.state(), "up");
    EXPECT_THAT(log.lines(), ElementsAre("information: Redis is there: redis.example:6379",
                                         "warning: Redis is away: redis.example:6379: Connection refused",
                                         "information: Redis is back: redis.example:6379"));
}

TEST_F(HealthTest, saysNothingOfALinkThatIsLostAndFoundAtOnce) {
    health.linkReady();
    health.linkLost();
    health.linkReady();

    EXPECT_EQ(health.linksReady(), 1U);
    EXPECT_THAT(log.lines(), ElementsAre("information: Redis is there: redis.example:6379"));
}

TEST_F(HealthTest, isUpWhileOneLinkIs) {
    health.linkReady();
    health.linkReady();
    health.linkLost();
    health.attemptFailed("max number of clients reached");

    EXPECT_EQ(health.state(), "up");
    EXPECT_EQ(health.linksReady(), 1U);
    EXPECT_THAT(log.lines(), ElementsAre("information: Redis is there: redis.example:6379"));
}

TEST_F(HealthTest, tellsOneOutageFromTheNext) {
    health.attemptFailed("Connection refused");
    health.linkReady();
    health.linkLost();
    health.attemptFailed("Connection refused");

    EXPECT_THAT(log.lines(), ElementsAre("warning: Redis is away: redis.example:6379: Connection refused",
                                         "information: Redis is back: redis.example:6379",
                                         "warning: Redis is away: redis.example:6379: Connection refused"));
}

TEST_F(HealthTest, saysEachTroubleOfAnOutageOnce) {
    for (int i = 0; i < 3; ++i) {
        health.attemptFailed("Connection refused");
        health.attemptFailed("LOADING");
    }

    EXPECT_EQ(health.state(), "away: LOADING");
    EXPECT_THAT(log.lines(), ElementsAre("warning: Redis is away: redis.example:6379: Connection refused",
                                         "warning: Redis is still away: redis.example:6379: LOADING"));
}

TEST_F(HealthTest, doesNotFillTheLogWhateverRedisSays) {
    for (int i = 0; i < 1000; ++i)
        health.attemptFailed("trouble number " + std::to_string(i));

    EXPECT_EQ(health.state(), "away: trouble number 999");
    EXPECT_EQ(log.lines().size(), 16U);
}

} // namespace

} // namespace nearcache::test
