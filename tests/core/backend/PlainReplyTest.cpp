#include "backend/PlainReply.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nearcache::test {

namespace {

using namespace std::string_literals;

std::string shown(const Fetched& fetched) {
    return (fetched.found ? "=" + std::string(fetched.value) : "absent") + " " + std::to_string(fetched.remaining);
}

TEST(PlainReply, isAValueAndItsTime) {
    Fetched fetched;
    EXPECT_EQ(readFetched("$3\r\nabc\r\n:-1\r\n", fetched), 14U);
    EXPECT_EQ(shown(fetched), "=abc -1");
    EXPECT_EQ(readFetched("$0\r\n\r\n:3600000\r\nmore", fetched), 16U);
    EXPECT_EQ(shown(fetched), "= 3600000");
    EXPECT_EQ(readFetched("$2\r\n\r\n\r\n:0\r\n", fetched), 12U);
    EXPECT_EQ(shown(fetched), "=\r\n 0");
    EXPECT_EQ(readFetched("$1\r\n1\r\n:9223372036854775807\r\n", fetched), 29U);
    EXPECT_EQ(shown(fetched), "=1 9223372036854775807");
}

TEST(PlainReply, isNoSuchKeyInBothVersions) {
    Fetched fetched;
    EXPECT_EQ(readFetched("$-1\r\n:-2\r\n$", fetched), 10U);
    EXPECT_EQ(shown(fetched), "absent -2");
    fetched.found = true;
    EXPECT_EQ(readFetched("_\r\n:-2\r\n", fetched), 8U);
    EXPECT_EQ(shown(fetched), "absent -2");
}

TEST(PlainReply, isNothingUntilAllIsHere) {
    for (const auto& whole : {"$3\r\nabc\r\n:-1\r\n"s, "$-1\r\n:-2\r\n"s, "_\r\n:-2\r\n"s, "$0\r\n\r\n:12\r\n"s}) {
        Fetched fetched;
        for (std::size_t size = 0; size < whole.size(); ++size) {
            // An allocation of its own, so that AddressSanitizer sees a look beyond it.
            const std::vector<char> part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
            EXPECT_EQ(readFetched({part.data(), part.size()}, fetched), 0U) << size;
        }
        EXPECT_EQ(readFetched(whole, fetched), whole.size());
    }
}

TEST(PlainReply, isNothingElse) {
    Fetched fetched;
    for (const auto* other :
         {"-ERR no\r\n:-1\r\n", "+OK\r\n:-1\r\n", ":1\r\n:-1\r\n", "$3\r\nabc\r\n-ERR no\r\n", "$3\r\nabcd\r\n:-1\r\n",
          "$-2\r\n:-1\r\n", "$3\r\nabc\r\n:\r\n", "$3\r\nabc\r\n:01\r\n", "$3\r\nabc\r\n:+1\r\n",
          "$3\r\nabc\r\n:1\n\r\n", "$3\r\nabc\r\n:99999999999999999999\r\n",
          "$3\r\nabc\r\n:123456789012345678901234567890\r\n", ">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\na\r\n",
          "=7\r\ntxt:abc\r\n:-1\r\n", "*-1\r\n:-2\r\n"})
        EXPECT_EQ(readFetched(other, fetched), 0U) << other;
}

TEST(PlainReply, isTheInvalidationOfAKey) {
    std::string_view key;
    const auto message = ">2\r\n$10\r\ninvalidate\r\n*1\r\n$3\r\na\0b\r\n"s;
    const auto andMore = message + "$1";
    EXPECT_EQ(readInvalidation(andMore, key), message.size());
    EXPECT_EQ(key, "a\0b"s);
    for (std::size_t size = 0; size < message.size(); ++size)
        EXPECT_EQ(readInvalidation(std::string_view(message).substr(0, size), key), 0U);
}

TEST(PlainReply, isNotTheInvalidationOfSeveralOrOfAll) {
    std::string_view key;
    EXPECT_EQ(readInvalidation(">2\r\n$10\r\ninvalidate\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n", key), 0U);
    EXPECT_EQ(readInvalidation(">2\r\n$10\r\ninvalidate\r\n_\r\n", key), 0U);
    EXPECT_EQ(readInvalidation(">3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nb\r\n", key), 0U);
}

} // namespace

} // namespace nearcache::test
