#include "pipeline/LookAhead.h"

#include "../cache/RecordingPolicy.h"
#include "cache/KeyHash.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace nearcache::test {

namespace {

class LookAheadTest : public testing::Test {
  protected:
    LookAheadTest() {
        for (const auto* key : {"a", "c"}) {
            const auto hash = hashKey(key);
            const auto value = std::string("value of ") + key;
            (void)store.fill({.key = key, .hash = hash, .value = value, .token = store.token(hash)}, now);
        }
    }

    LookAhead::Range ask(std::initializer_list<std::string_view> keys) {
        const LookAhead::Range range{lookAhead.size(), keys.size()};
        for (const auto key : keys)
            lookAhead.add(key, hashKey(key));
        return range;
    }

    std::string found(LookAhead::Range range, std::size_t i) {
        const auto& lookup = lookAhead.find(range, now)[i];
        return lookup.found ? std::string(lookup.value) : "nothing";
    }

    [[nodiscard]] std::uint64_t lookUps() const {
        const auto counters = store.counters();
        return counters.hits + counters.misses;
    }

    Store::Time now{std::chrono::hours(1)};
    Store store{{8, std::chrono::milliseconds(1000)}, std::make_unique<FifoPolicy>()};
    LookAhead lookAhead{store};
};

TEST_F(LookAheadTest, findsForAllWhoHaveAsked) {
    const auto one = ask({"a", "b"});
    const auto other = ask({"c"});
    EXPECT_EQ(lookUps(), 0);

    EXPECT_EQ(found(one, 0), "value of a");
    EXPECT_EQ(lookUps(), 3);
    EXPECT_EQ(found(one, 1), "nothing");
    EXPECT_EQ(found(other, 0), "value of c");
    EXPECT_EQ(lookUps(), 3);
}

TEST_F(LookAheadTest, looksUpWhatWasAddedSince) {
    const auto one = ask({"a"});
    EXPECT_EQ(found(one, 0), "value of a");
    const auto other = ask({"c"});
    EXPECT_EQ(found(other, 0), "value of c");
    EXPECT_EQ(found(one, 0), "value of a");
    EXPECT_EQ(lookUps(), 2);
}

TEST_F(LookAheadTest, isEmptyOnceAllAreDropped) {
    const auto one = ask({"a", "b"});
    const auto other = ask({"c"});
    EXPECT_EQ(found(one, 0), "value of a");
    lookAhead.drop(one);
    EXPECT_EQ(lookAhead.size(), 3);
    EXPECT_EQ(found(other, 0), "value of c");
    lookAhead.drop(other);
    EXPECT_EQ(lookAhead.size(), 0);

    EXPECT_EQ(found(ask({"c"}), 0), "value of c");
}

TEST_F(LookAheadTest, holdsNoEntryThatWasDropped) {
    const auto one = ask({"a"});
    const auto other = ask({"c"});
    const EntryRef entry = lookAhead.find(one, now)[0].entry;
    lookAhead.drop(one);
    EXPECT_FALSE(lookAhead.find(one, now)[0].entry);
    lookAhead.drop(other);
}

TEST_F(LookAheadTest, looksNothingUpForThoseWhoHaveGone) {
    lookAhead.drop(ask({"a", "b"}));
    EXPECT_EQ(lookAhead.size(), 0);
    EXPECT_EQ(lookUps(), 0);
}

} // namespace

} // namespace nearcache::test
