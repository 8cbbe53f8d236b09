#include "app/DescriptorLimit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <limits>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace nearcache::test {

namespace {

using ::testing::ExitedWithCode;
using ::testing::HasSubstr;

constexpr uid_t nobody = 65534;

rlimit limitNow() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return limit;
}

/// To be called in a process of its own, which ends with it: prints what comes of asking for so many descriptors where
/// these are the limits.
[[noreturn]] void ask(rlim_t soft, rlim_t hard, unsigned long wanted) {
    const rlimit limit{soft, hard};
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
        _exit(1);
    const auto allowed = allowDescriptors(wanted);
    std::fprintf(stderr, "may open %lu: limits %lu and %lu.", allowed, static_cast<unsigned long>(limitNow().rlim_cur),
                 static_cast<unsigned long>(limitNow().rlim_max));
    _exit(0);
}

/// The same, for a process without privileges.
[[noreturn]] void askUnprivileged(rlim_t soft, rlim_t hard, unsigned long wanted) {
    if (::geteuid() == 0 && ::setuid(nobody) != 0)
        _exit(1);
    ask(soft, hard, wanted);
}

TEST(DescriptorLimitDeathTest, leavesALimitThatSuffices) {
    EXPECT_EXIT(askUnprivileged(200, 300, 200), ExitedWithCode(0), HasSubstr("may open 200: limits 200 and 300."));
    EXPECT_EXIT(askUnprivileged(200, 300, 50), ExitedWithCode(0), HasSubstr("may open 200: limits 200 and 300."));
}

TEST(DescriptorLimitDeathTest, raisesTheSoftLimitAsFarAsWanted) {
    EXPECT_EXIT(askUnprivileged(100, 300, 101), ExitedWithCode(0), HasSubstr("may open 101: limits 101 and 300."));
    EXPECT_EXIT(askUnprivileged(100, 300, 300), ExitedWithCode(0), HasSubstr("may open 300: limits 300 and 300."));
}

TEST(DescriptorLimitDeathTest, goesUpToTheHardLimitWhereMoreIsWanted) {
    EXPECT_EXIT(askUnprivileged(100, 300, 301), ExitedWithCode(0), HasSubstr("may open 300: limits 300 and 300."));
    EXPECT_EXIT(askUnprivileged(300, 300, 301), ExitedWithCode(0), HasSubstr("may open 300: limits 300 and 300."));
}

/// As ask(300, 400) with a hard limit of 300, but says only whether it is right: 400 for who may raise that limit.
[[noreturn]] void askForMoreThanTheHardLimit() {
    const rlimit low{100, 300};
    const rlimit raised{100, 400};
    const bool mayRaise = ::setrlimit(RLIMIT_NOFILE, &low) == 0 && ::setrlimit(RLIMIT_NOFILE, &raised) == 0;
    ::setrlimit(RLIMIT_NOFILE, &low);
    const auto allowed = allowDescriptors(400);
    _exit(allowed == (mayRaise ? 400 : 300) && limitNow().rlim_cur == allowed ? 0 : 1);
}

TEST(DescriptorLimitDeathTest, raisesTheHardLimitWhereItMay) {
    EXPECT_EXIT(askForMoreThanTheHardLimit(), ExitedWithCode(0), "");
}

// More than any process may have, whoever it is.
TEST(DescriptorLimitDeathTest, doesWhatItCanWhereTheSystemAllowsNoSuchNumber) {
    EXPECT_EXIT(ask(100, 300, std::numeric_limits<unsigned long>::max() / 2), ExitedWithCode(0),
                HasSubstr("may open 300: limits 300 and 300."));
}

} // namespace

} // namespace nearcache::test
