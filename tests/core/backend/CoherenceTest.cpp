#include "backend/Coherence.h"

#include "support/LogCapture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nearcache::test {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Mode = Coherence::Mode;
using State = Coherence::State;

class CoherenceTest : public testing::Test {
  protected:
    /// `tracking, connected`
    [[nodiscard]] std::string inEffect() const {
        const auto now = coherence.status();
        const auto* const state = now.state == State::Connected  ? "connected"
                                  : now.state == State::Starting ? "starting"
                                                                 : "disconnected";
        return std::string(now.mode == Mode::Tracking ? "tracking, " : "ttl, ") + state;
    }

    [[nodiscard]] std::string fact(std::string_view name) const {
        for (const auto& one : coherence.facts())
            if (one.section == "coherence" && one.name == name)
                return one.value;
        return "(none)";
    }

    void addLinks(unsigned count) {
        for (unsigned i = 0; i < count; ++i)
            coherence.linkAdded();
    }

    LogCapture log;
    CacheSettings settings;
    Coherence coherence{settings};
};

TEST_F(CoherenceTest, startsUntilAllLinksAreThere) {
    addLinks(2);
    EXPECT_EQ(inEffect(), "tracking, starting");
    coherence.linkReady(true);
    EXPECT_EQ(inEffect(), "tracking, starting");
    EXPECT_FALSE(coherence.connected());
    coherence.linkReady(true);

    EXPECT_EQ(inEffect(), "tracking, connected");
    EXPECT_EQ(fact("links"), "2");
    EXPECT_EQ(fact("links_tracked"), "2");
    EXPECT_THAT(log.lines(), ElementsAre("information: Redis tells of changes: what is changed there is gone here"));
}

TEST_F(CoherenceTest, isDisconnectedAsSoonAsOneLinkIsLost) {
    addLinks(2);
    coherence.linkReady(true);
    coherence.linkReady(true);
    const auto since = coherence.status().since;
    coherence.linkLost(true, "it was cut");
    EXPECT_EQ(inEffect(), "tracking, disconnected");
    EXPECT_GE(coherence.status().since, since);
    EXPECT_EQ(fact("reason"), "it was cut");
    coherence.linkLost(true, "it was cut, too");
    EXPECT_EQ(inEffect(), "tracking, disconnected");
    coherence.linkReady(true);
    EXPECT_EQ(inEffect(), "tracking, disconnected");
    coherence.linkReady(true);

    EXPECT_EQ(inEffect(), "tracking, connected");
    EXPECT_EQ(fact("reason"), "");
    EXPECT_THAT(
        log.lines(),
        ElementsAre(HasSubstr("Redis tells of changes: "),
                    "warning: Redis does not tell of changes any more: it was cut; entries are served for up to "
                    "cache.ttl, 60000ms (cache.on_disconnect is serve)",
                    "information: Redis tells of changes again; what was read before is served no more"));
}

TEST_F(CoherenceTest, saysThatEntriesAreDropped) {
    settings.onDisconnect = CacheSettings::OnDisconnect::Drop;
    addLinks(1);
    coherence.linkReady(true);
    coherence.linkLost(true, "it was cut");

    EXPECT_THAT(log.lines().back(), HasSubstr("it was cut; entries read by the lost connection are dropped"));
    EXPECT_EQ(fact("on_disconnect"), "drop");
}

TEST_F(CoherenceTest, isByTimeWhereOneLinkIsNotTracked) {
    addLinks(2);
    coherence.linkReady(true);
    coherence.trackingRefused("Redis refused HELLO: no");
    coherence.trackingRefused("Redis refused HELLO: no");
    coherence.linkReady(false);
    EXPECT_EQ(inEffect(), "ttl, connected");
    EXPECT_EQ(fact("mode"), "ttl");
    EXPECT_EQ(fact("configured"), "auto");
    EXPECT_EQ(fact("reason"), "Redis refused HELLO: no");
    EXPECT_THAT(log.lines(),
                ElementsAre("warning: Redis does not tell of changes: Redis refused HELLO: no; entries are "
                            "served for up to cache.ttl, 60000ms"))
        << "once";
    coherence.linkLost(false, "it was cut");
    coherence.linkReady(true);

    EXPECT_EQ(inEffect(), "tracking, connected");
    EXPECT_EQ(fact("reason"), "");
    EXPECT_EQ(log.lines().back(), "information: Redis tells of changes again; what was read before is served no more");
}

TEST_F(CoherenceTest, isByTimeWhereThatIsWanted) {
    settings.coherence = CacheSettings::Coherence::Ttl;
    Coherence byTime(settings);
    byTime.linkAdded();
    EXPECT_EQ(byTime.mode(), Mode::Ttl);
    byTime.linkReady(false);
    EXPECT_TRUE(byTime.connected());
    EXPECT_EQ(byTime.status().reason, "cache.coherence is ttl");
    byTime.linkLost(false, "it was cut");

    EXPECT_EQ(byTime.mode(), Mode::Ttl);
    EXPECT_FALSE(byTime.connected());
    EXPECT_EQ(byTime.status().reason, "it was cut");
    EXPECT_THAT(log.lines(), IsEmpty());
}

TEST_F(CoherenceTest, countsWhatRedisTells) {
    coherence.messageCame();
    coherence.keyInvalidated();
    coherence.keyInvalidated();
    coherence.messageCame();
    coherence.flushCame();

    EXPECT_EQ(fact("invalidation_messages"), "2");
    EXPECT_EQ(fact("invalidated_keys"), "2");
    EXPECT_EQ(fact("flushes"), "1");
}

TEST_F(CoherenceTest, forgetsLinksThatAreNoMore) {
    addLinks(3);
    coherence.linkReady(true);
    coherence.linkReady(false);
    coherence.linkRemoved(true, true);
    coherence.linkRemoved(true, false);
    coherence.linkRemoved(false, false);
    const auto now = coherence.status();

    EXPECT_EQ(now.links + now.ready + now.tracked, 0U);
}

} // namespace

} // namespace nearcache::test
