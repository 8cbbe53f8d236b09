#include "cache/Stripes.h"

#include <gtest/gtest.h>

#include <latch>
#include <thread>
#include <vector>

using namespace nearcache;

namespace {

/// Runs on a thread that has ended when it returns.
template <class Work> void elsewhere(Work&& work) {
    std::thread(work).join();
}

TEST(Stripes, ReadersHoldThemSideBySide) {
    Stripes stripes(3);
    const Stripes::Reading here(stripes);
    std::latch bothRead(2);
    std::thread other([&] {
        const Stripes::Reading there(stripes);
        bothRead.arrive_and_wait();
    });
    elsewhere([&] {
        const Stripes::Reading there(stripes);
        bothRead.arrive_and_wait();
    });
    other.join();
}

TEST(Stripes, WritersAreAlone) {
    constexpr int rounds = 2'000;
    Stripes stripes(2);
    int first = 0; // of two that a writer changes together
    int second = 0;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 2; ++thread) {
        threads.emplace_back([&] {
            for (int round = 0; round < rounds; ++round) {
                const Stripes::Writing lock(stripes);
                ++first;
                ++second;
            }
        });
        threads.emplace_back([&] {
            for (int round = 0; round < rounds; ++round) {
                const Stripes::Reading stripe(stripes);
                EXPECT_EQ(first, second);
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(first, 2 * rounds);
}

TEST(Stripes, AWriterSeesWhatEachReaderCounted) {
    Stripes stripes(2);
    for (int thread = 0; thread < 5; ++thread)
        elsewhere([&] { ++Stripes::Reading(stripes)->hits; });
    ++Stripes::Reading(stripes)->hits;
    const Stripes::Writing lock(stripes);
    ASSERT_EQ(lock.stripes().size(), 2U);
    EXPECT_EQ(lock.stripes()[0].hits + lock.stripes()[1].hits, 6U);
}

TEST(Stripes, AreNotMoreThanAWriterCanTake) {
    EXPECT_EQ(Stripes(1).count(), 1U);
    EXPECT_EQ(Stripes(Stripes::most).count(), Stripes::most);
    EXPECT_EQ(Stripes(Stripes::most + 1).count(), Stripes::most);
}

} // namespace
