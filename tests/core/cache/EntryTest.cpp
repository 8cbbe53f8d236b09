#include "cache/Entry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace nearcache;

namespace {

const std::string binary("\0\r\n\xff", 4);

TEST(Entry, HoldsKeyAndValueByteForByte) {
    for (const std::string& key : {std::string(), binary, std::string(300, 'k')}) {
        for (const std::string& value : {std::string(), binary, std::string(70'000, 'v')}) {
            const EntryRef entry = Entry::make(key, value);
            EXPECT_EQ(entry->key(), key);
            EXPECT_EQ(entry->value(), value);
        }
    }
}

TEST(Entry, LetsTheCallerWriteTheValue) {
    const EntryRef entry = Entry::make("key", std::size_t{5});
    ASSERT_EQ(entry->writableValue().size(), 5U);
    std::ranges::copy(std::string_view("value"), entry->writableValue().begin());
    EXPECT_EQ(entry->value(), "value");
    EXPECT_EQ(entry->key(), "key");
}

TEST(Entry, CostsTwelveBytesBesideKeyAndValue) {
    EXPECT_EQ(Entry::make(std::string(20, 'k'), std::string(64, 'v'))->footprint(), 96U);
}

TEST(Entry, RefusesAValueThatItsLengthFieldCannotHold) {
    EXPECT_THROW(static_cast<void>(Entry::make("key", std::size_t{1} << 32)), std::length_error);
}

TEST(EntryRef, IsEmptyUntilItRefersToAnEntry) {
    EntryRef reference;
    EXPECT_FALSE(reference);
    reference = Entry::make("k", "v");
    EXPECT_TRUE(reference);
    reference.reset();
    EXPECT_FALSE(reference);
}

TEST(EntryRef, KeepsTheEntryAliveForEveryCopy) {
    EntryRef copy;
    {
        const EntryRef first = Entry::make("k", "value");
        copy = first;
        EXPECT_EQ(copy, first);
    }
    EXPECT_EQ(copy->value(), "value");
}

TEST(EntryRef, MovesWithoutLeavingAReferenceBehind) {
    EntryRef first = Entry::make("k", "value");
    EntryRef second = std::move(first);
    EXPECT_FALSE(first); // NOLINT(bugprone-use-after-move): that is what is tested
    first = std::move(second);
    EXPECT_FALSE(second); // NOLINT(bugprone-use-after-move)
    EXPECT_EQ(first->value(), "value");
}

TEST(EntryRef, SurvivesAssignmentToItself) {
    EntryRef reference = Entry::make("k", "value");
    EntryRef& same = reference;
    reference = same;
    reference = std::move(same);
    ASSERT_TRUE(reference);
    EXPECT_EQ(reference->value(), "value");
}

TEST(EntryRef, DetachedReferenceIsTakenBackByAdopt) {
    EntryRef reference = Entry::make("k", "value");
    Entry* entry = reference.detach();
    EXPECT_FALSE(reference);
    EXPECT_EQ(EntryRef::adopt(entry)->value(), "value");
}

// What it proves is left to the sanitizers: one free, after the last read.
TEST(EntryRef, IsCopiedAndDroppedByManyThreads) {
    EntryRef shared = Entry::make("key", std::string(1000, 'v'));
    std::vector<std::thread> threads;
    std::atomic<std::size_t> bytes{0};
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&bytes, own = shared] {
            for (int round = 0; round < 5000; ++round) {
                const EntryRef copy = own;
                bytes.fetch_add(copy->value().size(), std::memory_order_relaxed);
            }
        });
    }
    shared.reset();
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(bytes.load(), 4U * 5000U * 1000U);
}

} // namespace
