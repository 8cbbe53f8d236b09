#include "coherence/verify/History.h"
#include "coherence/verify/Keys.h"

#include <gtest/gtest.h>

namespace nearcache::coherence {

namespace {

constexpr int here = 0;  ///< the proxy that is asked
constexpr int there = 1; ///< another one

Index written(History& history, int instance = History::direct) {
    const auto index = history.begin(false, instance);
    history.acknowledge(index);
    return index;
}

/// What is read at once: sent and received now.
Sighting now(Sighting::Kind kind, Index index = 0) {
    Sighting out;
    out.kind = kind;
    out.index = index;
    out.length = kind == Sighting::Kind::Length ? lengthOf(index) : 0;
    out.sent = Clock::now();
    out.received = Clock::now();
    return out;
}

class HistoryTest : public ::testing::Test {
  protected:
    Judgement sees(Sighting::Kind kind, Index index = 0) { return history.judge(now(kind, index), seen); }
    Judgement seesValue(Index index) { return sees(Sighting::Kind::Value, index); }

    History history{"key"};
    Index seen = 0;
};

TEST_F(HistoryTest, AbsenceIsTheFirstState) {
    const auto judgement = sees(Sighting::Kind::Absent);
    EXPECT_FALSE(judgement.stale || judgement.backward || judgement.unknown);
}

TEST_F(HistoryTest, TheLatestValueIsNotStale) {
    written(history);
    EXPECT_FALSE(seesValue(written(history)).stale);
}

TEST_F(HistoryTest, AValueIsStaleOnceItsSuccessorWasAcknowledged) {
    const auto first = written(history);
    written(history);
    auto sighting = now(Sighting::Kind::Value, first);
    const auto atOnce = history.judge(sighting, seen);
    sighting.sent += std::chrono::seconds(1);
    const auto later = history.judge(sighting, seen);
    ASSERT_TRUE(atOnce.stale && later.stale);
    EXPECT_GE(*atOnce.stale, Clock::duration::zero());
    EXPECT_EQ(*later.stale - *atOnce.stale, std::chrono::seconds(1));
    EXPECT_FALSE(atOnce.backward);
}

TEST_F(HistoryTest, AValueWhoseSuccessorIsStillBeingWrittenIsNotStale) {
    const auto first = written(history);
    history.begin(false, History::direct);
    EXPECT_FALSE(seesValue(first).stale);
}

TEST_F(HistoryTest, ARequestSentBeforeTheAcknowledgementMayShowEither) {
    const auto first = written(history);
    auto sighting = now(Sighting::Kind::Value, first);
    written(history);
    sighting.received = Clock::now();
    EXPECT_FALSE(history.judge(sighting, seen).stale);
}

TEST_F(HistoryTest, AbsenceAfterAWriteIsStale) {
    written(history);
    EXPECT_TRUE(sees(Sighting::Kind::Absent).stale);
}

TEST_F(HistoryTest, AnOlderStateThanSeenIsBackward) {
    const auto first = written(history);
    const auto second = written(history);
    EXPECT_FALSE(seesValue(second).backward);
    EXPECT_TRUE(seesValue(first).backward);
    EXPECT_TRUE(sees(Sighting::Kind::Absent).backward);
    EXPECT_FALSE(seesValue(second).backward);
}

TEST_F(HistoryTest, EachReaderHasItsOwnPast) {
    const auto first = written(history);
    const auto second = written(history);
    Index other = 0;
    EXPECT_FALSE(seesValue(second).backward);
    EXPECT_FALSE(history.judge(now(Sighting::Kind::Value, first), other).backward);
}

TEST_F(HistoryTest, AbsenceMayBeThatOfALaterDeletion) {
    const auto value = written(history);
    history.acknowledge(history.begin(true, History::direct));
    EXPECT_FALSE(seesValue(value).backward);
    const auto judgement = sees(Sighting::Kind::Absent);
    EXPECT_FALSE(judgement.backward || judgement.stale);
    EXPECT_TRUE(seesValue(value).backward);
}

TEST_F(HistoryTest, ALengthTellsTheState) {
    const auto first = written(history);
    const auto second = written(history);
    EXPECT_FALSE(sees(Sighting::Kind::Length, second).stale);
    const auto judgement = sees(Sighting::Kind::Length, first);
    EXPECT_TRUE(judgement.stale && judgement.backward);
}

TEST_F(HistoryTest, AWriteThroughTheSameProxyMustBeSeen) {
    const auto first = written(history);
    written(history, here);
    EXPECT_TRUE(seesValue(first).ownMissed);
}

TEST_F(HistoryTest, AWriteThroughAnotherProxyNeedNotBeSeenAtOnce) {
    const auto first = written(history);
    written(history, there);
    EXPECT_FALSE(seesValue(first).ownMissed);
}

TEST_F(HistoryTest, AWriteThroughTheSameProxyMayBeSupersededByAnother) {
    written(history, here);
    const auto last = written(history);
    EXPECT_FALSE(seesValue(last).ownMissed);
}

TEST_F(HistoryTest, AStateThatNobodyWroteIsUnknown) {
    written(history);
    EXPECT_TRUE(seesValue(2).unknown);
    EXPECT_TRUE(sees(Sighting::Kind::Length, 2).unknown);
}

TEST_F(HistoryTest, AReplyFromBeforeTheWriteCannotShowIt) {
    auto sighting = now(Sighting::Kind::Value, 1);
    written(history);
    EXPECT_TRUE(history.judge(sighting, seen).unknown);
}

TEST_F(HistoryTest, AnAbandonedKeyIsNotJudged) {
    const auto first = written(history);
    written(history, here);
    history.abandon();
    const auto judgement = seesValue(first);
    EXPECT_TRUE(judgement.ignored);
    EXPECT_FALSE(judgement.stale || judgement.ownMissed);
}

TEST(KeysTest, AReplacedKeyIsAbandonedAndItsNameNeverUsedAgain) {
    Keys keys("p:", 2);
    const auto old = keys.at(1);
    keys.replace(1);
    EXPECT_TRUE(old->abandoned());
    EXPECT_NE(keys.at(1)->key(), old->key());
    EXPECT_EQ(keys.names().size(), 3U);
}

TEST(KeysTest, ALossIsAStateOfAllKeys) {
    const Keys keys("p:", 2);
    const auto value = written(*keys.at(0));
    Keys::Loss loss(keys);
    loss.acknowledge();
    Index seen = 0;
    EXPECT_TRUE(keys.at(0)->judge(now(Sighting::Kind::Value, value), seen).stale);
    EXPECT_FALSE(keys.at(0)->judge(now(Sighting::Kind::Absent), seen).stale);
}

TEST(ValueTest, AValueTellsItsState) {
    EXPECT_EQ(indexOf("key", valueOf("key", 7)), 7U);
}

TEST(ValueTest, AnotherKeysCutOrTornValuesAreNone) {
    auto torn = valueOf("key", 7);
    torn.back() = '?';
    EXPECT_EQ(indexOf("other", valueOf("key", 7)), std::nullopt);
    EXPECT_EQ(indexOf("key", valueOf("key", 7).substr(0, 50)), std::nullopt);
    EXPECT_EQ(indexOf("key", torn), std::nullopt);
    EXPECT_EQ(indexOf("key", ""), std::nullopt);
}

TEST(ValueTest, LengthsOfNeighboursDiffer) {
    for (Index index = 1; index < distinctLengths; ++index)
        ASSERT_NE(lengthOf(0), lengthOf(index)) << index;
}

} // namespace

} // namespace nearcache::coherence
