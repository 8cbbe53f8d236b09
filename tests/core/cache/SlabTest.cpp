#include "cache/Slab.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <random>
#include <string>
#include <vector>

using namespace nearcache;

namespace {

/// Blocks of a slab with a content each, followed where they are moved.
class Blocks {
  public:
    void add(std::size_t bytes) {
        const Slab::Handle block = slab.allocate(bytes);
        ASSERT_NE(block, Slab::none);
        ASSERT_FALSE(_sizes.contains(block)) << "two blocks in one place";
        write(block, bytes);
        _sizes.emplace(block, bytes);
        _live += bytes;
    }

    /// One of them, whichever comes next behind this.
    void remove(Slab::Handle from) {
        auto found = _sizes.lower_bound(from);
        if (found == _sizes.end())
            found = _sizes.begin();
        const auto [block, bytes] = *found;
        ASSERT_TRUE(intact(block, bytes));
        _sizes.erase(found);
        _live -= bytes;
        slab.free(block, bytes, [this](Slab::Handle was, Slab::Handle is) { follow(was, is); });
    }

    [[nodiscard]] bool intact() const {
        return slab.check() &&
               std::ranges::all_of(_sizes, [this](const auto& block) { return intact(block.first, block.second); });
    }

    [[nodiscard]] std::size_t count() const { return _sizes.size(); }
    [[nodiscard]] std::size_t live() const { return _live; }
    [[nodiscard]] std::size_t moves() const { return _moves; }

    Slab slab{1000};

  private:
    static std::string content(std::size_t bytes) { return std::string(bytes, static_cast<char>('a' + bytes % 26)); }

    void write(Slab::Handle block, std::size_t bytes) const {
        std::memcpy(slab.at(block), content(bytes).data(), bytes);
    }

    [[nodiscard]] bool intact(Slab::Handle block, std::size_t bytes) const {
        return std::string_view(slab.at(block), bytes) == content(bytes);
    }

    void follow(Slab::Handle was, Slab::Handle is) {
        auto node = _sizes.extract(was);
        ASSERT_FALSE(node.empty()) << "moved what is none";
        node.key() = is;
        ASSERT_TRUE(_sizes.insert(std::move(node)).inserted) << "moved onto another";
        ++_moves;
    }

    std::map<Slab::Handle, std::size_t> _sizes;
    std::size_t _live = 0;
    std::size_t _moves = 0;
};

constexpr std::size_t page = std::size_t{16} * 1024;

TEST(Slab, BlocksOfEverySizeAreApartAndKeepTheirContents) {
    Blocks blocks;
    for (std::size_t bytes = 12; bytes <= Slab::longest; ++bytes) {
        blocks.add(bytes);
        blocks.add(bytes);
    }
    EXPECT_TRUE(blocks.intact());
    EXPECT_EQ(blocks.moves(), 0U);
}

TEST(Slab, RoundsUpToTwoBytesAndLongBlocksByASixteenthAtMost) {
    for (const std::size_t bytes : {12, 13, 16, 90, 91, 125, 128, 129, 500, 1025, 1500, 2048}) {
        Blocks blocks;
        const std::size_t count = 200'000 / bytes;
        for (std::size_t i = 0; i < count; ++i)
            blocks.add(bytes);
        const std::size_t rounded = bytes <= 128 ? (bytes + 1) / 2 * 2 : bytes + bytes / 16 + 2;
        const std::size_t perPage = page / rounded;
        EXPECT_LE(blocks.slab.held(), (count + perPage - 1) / perPage * page) << bytes;
    }
}

TEST(Slab, AFreedBlockIsUsedAgain) {
    Blocks blocks;
    for (int i = 0; i < 100; ++i)
        blocks.add(100);
    const std::size_t held = blocks.slab.held();
    for (int i = 0; i < 10'000; ++i) {
        blocks.remove(static_cast<Slab::Handle>(i * 7919));
        blocks.add(100);
    }
    EXPECT_EQ(blocks.slab.held(), held);
    EXPECT_EQ(blocks.moves(), 0U); // what is freed and filled again costs nothing
    EXPECT_TRUE(blocks.intact());
}

TEST(Slab, MovesBlocksSoThatPagesServeOtherSizes) {
    Blocks blocks;
    for (int i = 0; i < 10'000; ++i)
        blocks.add(100);
    const std::size_t most = blocks.slab.held();
    std::mt19937 random(1);
    while (blocks.count() > 100)
        blocks.remove(random());
    EXPECT_GT(blocks.moves(), 0U);
    EXPECT_LE(blocks.slab.held(), 3 * page);
    EXPECT_TRUE(blocks.intact());
    while (blocks.live() < 900'000)
        blocks.add(1000);
    EXPECT_LE(blocks.slab.held(), most);
    EXPECT_TRUE(blocks.intact());
}

/// As a cache does whose values change their size over the years: it gives up one entry for another.
TEST(Slab, MemoryIsBoundedWhenSizesDrift) {
    Blocks blocks;
    std::mt19937 random(2);
    std::size_t mostLive = 0;
    std::size_t mostHeld = 0;
    for (std::size_t step = 0; step < 300'000; ++step) {
        const std::size_t middle = 40 + step / 200 % 900;
        blocks.add(12 + random() % (2 * middle));
        if (blocks.count() > 5000)
            blocks.remove(random());
        mostLive = std::max(mostLive, blocks.live());
        mostHeld = std::max(mostHeld, blocks.slab.held());
    }
    EXPECT_TRUE(blocks.intact());
    constexpr std::size_t classes = 128;
    EXPECT_LE(mostHeld, mostLive * 17 / 16 * 17 / 16 * 17 / 16 + classes * 2 * page);
}

TEST(Slab, GivesUpTheLastBlockThoughItIsAHole) {
    Blocks blocks;
    for (int i = 0; i < 3000; ++i)
        blocks.add(64);
    while (blocks.count() > 0)
        blocks.remove(0xFFFF'FFFF); // from the first on, by wrapping around
    EXPECT_TRUE(blocks.intact());
    EXPECT_LE(blocks.slab.held(), 2 * page);
    for (int i = 0; i < 3000; ++i)
        blocks.add(64);
    EXPECT_TRUE(blocks.intact());
}

TEST(Slab, IsNotCrowdedByALittle) {
    Blocks blocks;
    for (int i = 0; i < 1000; ++i)
        blocks.add(2000);
    EXPECT_FALSE(blocks.slab.crowded());
}

TEST(Slab, TellsMoreBlocksApartByCoarserGranules) {
    Slab slab(1U << 30);
    const Slab::Handle first = slab.allocate(12);
    const Slab::Handle second = slab.allocate(12);
    EXPECT_EQ(slab.at(second) - slab.at(first), 128);
    slab.free(first, 12, [](Slab::Handle, Slab::Handle) { FAIL(); });
    EXPECT_TRUE(slab.check());
}

} // namespace
