#include "app/Janitor.h"

#include "cache/KeyHash.h"
#include "core/cache/RecordingPolicy.h"
#include "support/Waiting.h"

#include <gtest/gtest.h>

namespace nearcache::test {

namespace {

using namespace std::chrono_literals;

class JanitorTest : public testing::Test {
  protected:
    void fill(const std::string& key, Store::Time when) {
        const auto hash = hashKey(key);
        EXPECT_TRUE(store.fill({.key = key, .hash = hash, .value = "value", .token = store.token(hash)}, when));
    }

    std::size_t keys() { return store.counters().keys; }

    Store store{{.capacity = 100, .ttl = 1h}, std::make_unique<FifoPolicy>()};
};

TEST_F(JanitorTest, reclaimsWhatHasExpiredAndNothingElse) {
    const auto now = std::chrono::steady_clock::now();
    for (int i = 0; i < 50; ++i)
        fill("old" + std::to_string(i), now - 2h);
    fill("new", now);
    {
        const Janitor janitor(store, 100ms); // the time that tells it how often to look
        EXPECT_TRUE(eventually([this] { return keys() == 1; }));
    }

    EXPECT_EQ(store.counters().expirations, 50U);
    EXPECT_TRUE(store.holds("new", hashKey("new"), now));
}

TEST_F(JanitorTest, goesOnSweeping) {
    const Janitor janitor(store, 100ms);
    for (int round = 0; round < 3; ++round) {
        fill("old", std::chrono::steady_clock::now() - 2h);
        EXPECT_TRUE(eventually([this] { return keys() == 0; }));
    }
}

TEST_F(JanitorTest, endsAtOnceHoweverSeldomItSweeps) {
    const auto begin = std::chrono::steady_clock::now();
    { const Janitor janitor(store, 24h); }

    EXPECT_LT(std::chrono::steady_clock::now() - begin, patience);
}

} // namespace

} // namespace nearcache::test
