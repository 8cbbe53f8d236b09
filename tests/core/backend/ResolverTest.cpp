#include "backend/Resolver.h"

#include "core/net/LoopCalls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>

namespace nearcache::test {

namespace {

using ::testing::IsEmpty;
using ::testing::Not;

class ResolverTest : public testing::Test {
  protected:
    Resolver::Answer resolve(const std::string& host) {
        std::promise<Resolver::Answer> answered;
        resolver.resolve(host, runner.loop, [&](const Resolver::Answer& answer) {
            EXPECT_EQ(std::this_thread::get_id(), loopsThread);
            answered.set_value(answer);
        });
        auto answer = answered.get_future();
        EXPECT_EQ(answer.wait_for(patience), std::future_status::ready);
        return answer.get();
    }

    ~ResolverTest() override { resolver.stop(); }

    Resolver resolver;
    LoopThread runner;
    const std::thread::id loopsThread = runner.call([] { return std::this_thread::get_id(); });
};

TEST_F(ResolverTest, findsTheAddressesOfAHost) {
    const auto answer = resolve("localhost");

    EXPECT_THAT(answer.addresses, Not(IsEmpty()));
    for (const auto& address : answer.addresses)
        EXPECT_TRUE(isIpAddress(address)) << address;
    EXPECT_EQ(answer.trouble, "");
}

TEST_F(ResolverTest, saysWhyItFoundNone) {
    const auto answer = resolve("no..such..host"); // no name that a server would be asked for

    EXPECT_THAT(answer.addresses, IsEmpty());
    EXPECT_NE(answer.trouble, "");
}

/// A look-up that takes as long as the test wants.
class SlowLookUp {
  public:
    Resolver::Answer operator()(const std::string& host) {
        ++begun;
        _end.wait();
        return {{"address of " + host}, ""};
    }

    void end() { _ending.set_value(); }

    std::atomic<int> begun = 0;

  private:
    std::promise<void> _ending;
    const std::shared_future<void> _end{_ending.get_future()};
};

TEST(SlowResolver, looksAHostUpOnceForAllThatWait) {
    SlowLookUp lookUp;
    Resolver resolver(std::ref(lookUp));
    LoopThread first;
    LoopThread second;
    std::atomic<int> answers = 0;
    for (int i = 0; i < 10; ++i)
        resolver.resolve("slow", (i % 2 == 0 ? first : second).loop, [&](const Resolver::Answer& answer) {
            EXPECT_THAT(answer.addresses, testing::ElementsAre("address of slow"));
            ++answers;
        });
    EXPECT_TRUE(eventually([&] { return lookUp.begun > 0; }));
    lookUp.end();
    EXPECT_TRUE(eventually([&] { return answers == 10; }));
    EXPECT_EQ(lookUp.begun, 1);

    resolver.resolve("slow", first.loop, [&](const Resolver::Answer&) { ++answers; });
    EXPECT_TRUE(eventually([&] { return answers == 11; }));
    EXPECT_EQ(lookUp.begun, 2) << "an answer is not kept";
    resolver.stop();
}

TEST(SlowResolver, answersNobodyOnceItIsStopped) {
    SlowLookUp lookUp;
    Resolver resolver(std::ref(lookUp));
    auto asking = std::make_unique<Loop>();
    resolver.resolve("slow", *asking, [](const Resolver::Answer&) {});
    EXPECT_TRUE(eventually([&] { return lookUp.begun > 0; }));
    lookUp.end();
    resolver.stop();
    resolver.stop();
    asking.reset();
    resolver.resolve("slow", *std::make_unique<Loop>(), [](const Resolver::Answer&) {});

    EXPECT_EQ(lookUp.begun, 1);
}

TEST(IsIpAddress, tellsAddressesFromNames) {
    for (const auto* address : {"127.0.0.1", "0.0.0.0", "::1", "fe80::1", "2001:db8::1:2"})
        EXPECT_TRUE(isIpAddress(address)) << address;
    for (const auto* name : {"localhost", "redis.example", "1.2.3.4.5", "256.1.1.1", "[::1]", ""})
        EXPECT_FALSE(isIpAddress(name)) << name;
}

} // namespace

} // namespace nearcache::test
