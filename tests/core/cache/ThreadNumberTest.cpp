#include "cache/ThreadNumber.h"

#include <gtest/gtest.h>

#include <latch>
#include <set>
#include <thread>
#include <vector>

using namespace nearcache;

namespace {

/// The numbers of so many threads that run at once.
std::vector<unsigned> numbersOf(std::ptrdiff_t count) {
    std::vector<unsigned> numbers(static_cast<std::size_t>(count));
    std::latch allHaveOne(count);
    std::vector<std::thread> threads;
    for (unsigned& number : numbers)
        threads.emplace_back([&] {
            number = threadNumber();
            allHaveOne.arrive_and_wait();
        });
    for (std::thread& thread : threads)
        thread.join();
    return numbers;
}

TEST(ThreadNumber, StaysTheSame) {
    EXPECT_EQ(threadNumber(), threadNumber());
}

TEST(ThreadNumber, IsTheLowestThatNoRunningThreadHas) {
    EXPECT_EQ(threadNumber(), 0U);
    const std::vector<unsigned> numbers = numbersOf(3);
    EXPECT_EQ(std::set<unsigned>(numbers.begin(), numbers.end()), (std::set<unsigned>{1, 2, 3}));
}

TEST(ThreadNumber, IsGivenAgainWhenItsThreadHasEnded) {
    EXPECT_EQ(threadNumber(), 0U);
    EXPECT_EQ(numbersOf(1), numbersOf(1));
}

TEST(ThreadNumber, IsSharedWhereThreadsAreTooMany) {
    EXPECT_EQ(threadNumber(), 0U);
    std::multiset<unsigned> numbers;
    for (const unsigned number : numbersOf(threadNumbers + 9)) {
        EXPECT_LT(number, threadNumbers);
        numbers.insert(number);
    }
    for (unsigned number = 1; number < threadNumbers; ++number)
        EXPECT_GE(numbers.count(number), 1U) << number;
    EXPECT_EQ(numbersOf(1), std::vector<unsigned>{1});
}

} // namespace
