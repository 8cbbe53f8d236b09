#include "cache/Blocks.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

using namespace nearcache;

namespace {

void notMoved(Blocks::Handle /*from*/, Blocks::Handle /*to*/) {
    ADD_FAILURE();
}

TEST(Blocks, HoldKeysAndValuesOfEveryLength) {
    Blocks blocks(1000);
    std::vector<Blocks::Handle> made;
    for (const std::size_t keySize : {0, 1, 3, 20, 254, 255, 1014, 1015, 3000}) {
        for (const std::size_t valueSize : {0, 1, 64, 255, 256, 1000, 1024, 1025, 100'000}) {
            const std::string key(keySize, 'k');
            const std::string value(valueSize, 'v');
            const Blocks::Handle block = blocks.make(key, value, {});
            ASSERT_NE(block, Blocks::none);
            EXPECT_EQ(blocks.key(block), key);
            EXPECT_EQ(blocks.value(block), value);
            EXPECT_EQ(blocks.home(block) != nullptr, valueSize > 1024 || keySize + valueSize > 2038);
            EXPECT_EQ(blocks.footprint(block), Blocks::footprint(keySize, valueSize));
            made.push_back(block);
        }
    }
    for (const Blocks::Handle block : made)
        blocks.free(block, notMoved);
    EXPECT_TRUE(blocks.check());
}

TEST(Blocks, CostSixBytesBesideAShortKeyAndValue) {
    EXPECT_EQ(Blocks::footprint(20, 64), 90U);
    EXPECT_EQ(Blocks::footprint(254, 255), 515U);
    EXPECT_EQ(Blocks::footprint(255, 255), 520U);
    EXPECT_EQ(Blocks::footprint(0, 0), 12U);
}

TEST(Blocks, KeepTheirStamps) {
    Blocks blocks(2);
    const Blocks::Handle block = blocks.make("key", "value", {});
    for (const Blocks::Stamp stamp : {Blocks::Stamp{0, 0}, Blocks::Stamp{0x7FFF'FFFF, 1}, Blocks::Stamp{5, 1}}) {
        blocks.setStamp(block, stamp);
        EXPECT_EQ(blocks.stamp(block), stamp);
    }
    EXPECT_EQ(blocks.key(block), "key");
}

TEST(Blocks, UseTheHomeOfALongValueAndGiveItBack) {
    Blocks blocks(2);
    const EntryRef home = Entry::make("key", std::string(5000, 'v'));
    const Blocks::Handle block = blocks.make(home->key(), home->value(), home);
    EXPECT_EQ(blocks.home(block), home.get());
    EXPECT_EQ(blocks.free(block, notMoved), home);
}

TEST(Blocks, LeaveTheHomeOfAShortValueAlone) {
    Blocks blocks(2);
    const EntryRef home = Entry::make("key", "value");
    const Blocks::Handle block = blocks.make(home->key(), home->value(), home);
    EXPECT_EQ(blocks.home(block), nullptr);
    EXPECT_FALSE(blocks.free(block, notMoved));
}

} // namespace
