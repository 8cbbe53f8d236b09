#include "s3fifo/Ghosts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>

using namespace nearcache;

namespace {

TEST(Ghosts, RemembersAsManyAsItHoldsAndForgetsTheOldest) {
    Ghosts ghosts(2);
    for (const std::uint64_t hash : {1U, 2U, 3U})
        ghosts.add(hash);
    EXPECT_EQ(ghosts.size(), 2U);
    EXPECT_FALSE(ghosts.remove(1));
    EXPECT_TRUE(ghosts.remove(2));
    EXPECT_FALSE(ghosts.remove(2));
    EXPECT_TRUE(ghosts.remove(3));
}

TEST(Ghosts, OneThatHoldsNothingForgetsAtOnce) {
    Ghosts ghosts(0);
    ghosts.add(1);
    EXPECT_FALSE(ghosts.remove(1));
    EXPECT_TRUE(ghosts.check());
}

TEST(Ghosts, ClearForgetsAll) {
    Ghosts ghosts(3);
    ghosts.add(1);
    ghosts.add(2);
    ghosts.clear();
    EXPECT_EQ(ghosts.size(), 0U);
    EXPECT_FALSE(ghosts.remove(1));
    EXPECT_TRUE(ghosts.check());
}

/// The same with a queue that is searched from end to end.
class SlowGhosts {
  public:
    explicit SlowGhosts(std::size_t capacity) : _capacity(capacity) {}

    void add(std::uint64_t hash) {
        if (std::ranges::count(_hashes, hash) > 0)
            return;
        if (_hashes.size() == _capacity)
            _hashes.pop_front();
        _hashes.push_back(hash);
    }

    bool remove(std::uint64_t hash) { return std::erase(_hashes, hash) > 0; }

  private:
    std::size_t _capacity;
    std::deque<std::uint64_t> _hashes;
};

TEST(Ghosts, AgreeWithASlowModel) {
    for (unsigned seed = 0; seed < 50; ++seed) {
        std::mt19937_64 random(seed);
        const std::uint32_t capacity = 1 + seed % 20;
        Ghosts ghosts(capacity);
        SlowGhosts model(capacity);
        for (int step = 0; step < 500; ++step) {
            const std::uint64_t hash = (random() % (2 * capacity)) << (seed % 2 == 0 ? 0 : 59); // all collide, or some
            if (random() % 3 == 0) {
                ASSERT_EQ(ghosts.remove(hash), model.remove(hash)) << "seed " << seed << ", step " << step;
            } else {
                ghosts.add(hash);
                model.add(hash);
            }
            ASSERT_TRUE(ghosts.check()) << "seed " << seed << ", step " << step;
        }
    }
}

} // namespace
