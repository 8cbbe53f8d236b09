#include "pipeline/HashChains.h"

#include <gtest/gtest.h>

#include <deque>
#include <vector>

namespace nearcache::test {

namespace {

struct Item {
    std::uint64_t hash;
    Item* chained = nullptr;
};

class HashChainsTest : public testing::Test {
  protected:
    Item& insert(std::uint64_t hash) {
        Item& item = items.emplace_back(Item{hash});
        chains.insert(item);
        return item;
    }

    /// All with this hash, as they are found.
    [[nodiscard]] std::vector<const Item*> with(std::uint64_t hash) const {
        std::vector<const Item*> found;
        for (const Item* item = chains.first(hash); item != nullptr; item = item->chained)
            if (item->hash == hash)
                found.push_back(item);
        return found;
    }

    HashChains<Item> chains;
    std::deque<Item> items;
};

TEST_F(HashChainsTest, findsNothingAtFirst) {
    EXPECT_EQ(chains.first(7), nullptr);
}

TEST_F(HashChainsTest, findsWhatWasInsertedAndNotWhatWasRemoved) {
    Item& one = insert(7);
    Item& two = insert(8);
    EXPECT_EQ(with(7), std::vector<const Item*>{&one});
    chains.remove(one);
    EXPECT_TRUE(with(7).empty());
    EXPECT_EQ(with(8), std::vector<const Item*>{&two});
}

TEST_F(HashChainsTest, findsTheNewestFirst) {
    Item& oldest = insert(7);
    Item& middle = insert(7);
    Item& newest = insert(7);
    EXPECT_EQ(with(7), (std::vector<const Item*>{&newest, &middle, &oldest}));
    chains.remove(middle);
    EXPECT_EQ(with(7), (std::vector<const Item*>{&newest, &oldest}));
}

// Those before were linked in a smaller table, several in a chain.
TEST_F(HashChainsTest, keepsAllInTheirOrderWhenItGrows) {
    constexpr std::uint64_t many = 5'000;
    Item& first = insert(3);
    Item& second = insert(3);
    std::vector<Item*> others;
    for (std::uint64_t hash = 10; hash < many; ++hash)
        others.push_back(&insert(hash));
    EXPECT_EQ(with(3), (std::vector<const Item*>{&second, &first}));
    for (Item* item : others)
        EXPECT_EQ(with(item->hash), std::vector<const Item*>{item});
    for (Item* item : others)
        chains.remove(*item);
    EXPECT_EQ(with(3), (std::vector<const Item*>{&second, &first}));
    EXPECT_TRUE(with(11).empty());
}

} // namespace

} // namespace nearcache::test
