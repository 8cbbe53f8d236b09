#include "cache/LookupBuffer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

using namespace nearcache;

namespace {

TEST(LookupBuffer, CopiesStayWhereTheyAre) {
    LookupBuffer buffer;
    std::vector<std::string_view> copies;
    for (int i = 0; i < 10'000; ++i)
        copies.push_back(buffer.copy(std::string(i % 1000, 'v') + std::to_string(i)));
    for (int i = 0; i < 10'000; ++i)
        ASSERT_EQ(copies[i], std::string(i % 1000, 'v') + std::to_string(i));
}

TEST(LookupBuffer, CopiesNothingAsNothing) {
    LookupBuffer buffer;
    EXPECT_EQ(buffer.copy({}), "");
    EXPECT_EQ(buffer.blocks(), 0U);
}

TEST(LookupBuffer, SixtyFourKibibytesAreSoonOneBlockThatIsUsedAgain) {
    LookupBuffer buffer;
    const std::string value(1024, 'v');
    const char* begin = nullptr;
    for (int round = 0; round < 10; ++round) {
        buffer.clear();
        const char* const first = buffer.copy(value).data();
        for (int i = 1; i < 64; ++i)
            EXPECT_EQ(buffer.copy(value), value);
        if (round > 1) {
            EXPECT_EQ(buffer.blocks(), 1U);
            EXPECT_EQ(first, begin);
        }
        begin = first;
    }
}

TEST(LookupBuffer, KeepsOneBlockOfManyWhenCleared) {
    LookupBuffer buffer;
    buffer.clear();
    for (int i = 0; i < 1000; ++i)
        static_cast<void>(buffer.copy(std::string(1024, 'v')));
    EXPECT_GT(buffer.blocks(), 10U);
    buffer.clear();
    EXPECT_EQ(buffer.blocks(), 1U);
}

} // namespace
