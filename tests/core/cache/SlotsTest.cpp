#include "cache/Slots.h"

#include <gtest/gtest.h>

using namespace nearcache;
using std::chrono::milliseconds;

namespace {

const Slots::Time start{std::chrono::hours(1)};

TEST(Slots, KnowsWhatWasStoredFirst) {
    Slots slots(3);
    EXPECT_EQ(slots.oldest(), noSlot);
    const Slot a = slots.put(Entry::make("a", "1"), start);
    const Slot b = slots.put(Entry::make("b", "2"), start + milliseconds(1));
    EXPECT_EQ(slots.oldest(), a);
    EXPECT_EQ(slots.replace(a, Entry::make("a", "3"), start + milliseconds(2))->value(), "1");
    EXPECT_EQ(slots.oldest(), b);
    EXPECT_EQ(slots.entry(a).value(), "3");
    EXPECT_TRUE(slots.check());
}

TEST(Slots, UsesEverySlotAndFreedOnesAgain) {
    Slots slots(3);
    std::vector<Slot> taken;
    for (const char* key : {"a", "b", "c"})
        taken.push_back(slots.put(Entry::make(key, ""), start));
    EXPECT_TRUE(slots.full());
    EXPECT_EQ(slots.take(taken[1])->key(), "b");
    EXPECT_FALSE(slots.full());
    EXPECT_FALSE(slots.used(taken[1]));
    EXPECT_EQ(slots.put(Entry::make("d", ""), start), taken[1]);
    EXPECT_TRUE(slots.full());
    EXPECT_TRUE(slots.check());
}

TEST(Slots, NoSlotBeyondTheCapacityIsUsed) {
    const Slots slots(3);
    EXPECT_FALSE(slots.used(3));
    EXPECT_FALSE(slots.used(noSlot));
}

TEST(Slots, TimesThatGoBackAreTakenAsTheNewest) {
    Slots slots(2);
    slots.put(Entry::make("a", ""), start);
    const Slot late = slots.put(Entry::make("b", ""), start - milliseconds(5));
    EXPECT_EQ(slots.entry(late).storedAt(), start);
    EXPECT_TRUE(slots.check());
}

TEST(Slots, CountsTheBytesHeld) {
    Slots slots(2);
    EXPECT_EQ(slots.bytes(), 0U);
    const EntryRef entry = Entry::make(std::string(20, 'k'), std::string(64, 'v'));
    const Slot slot = slots.put(entry, start);
    EXPECT_EQ(slots.bytes(), entry->footprint());
    static_cast<void>(slots.replace(slot, Entry::make("k", std::string(1000, 'v')), start));
    EXPECT_GT(slots.bytes(), 1000U);
    static_cast<void>(slots.take(slot));
    EXPECT_EQ(slots.bytes(), 0U);
}

TEST(Slots, SharedEntryOutlivesItsSlot) {
    EntryRef shared;
    {
        Slots slots(1);
        shared = slots.share(slots.put(Entry::make("a", "value"), start));
    }
    EXPECT_EQ(shared->value(), "value");
}

} // namespace
