#include "LoopCalls.h"
#include "support/Peer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <string>
#include <vector>

namespace nearcache::test {

namespace {

using ::testing::ElementsAre;

/// CPU time that the calling thread has used.
std::chrono::nanoseconds threadTime() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

TEST(Loop, runsPostedTasksInTheirOrder) {
    Loop loop;
    std::vector<int> ran;
    for (int i = 0; i < 3; ++i)
        loop.post([&ran, i] { ran.push_back(i); });
    loop.post([&loop] { loop.stop(); });
    loop.run();

    EXPECT_THAT(ran, ElementsAre(0, 1, 2));
}

TEST(Loop, runsEachThreadsTasksInTheirOrder) {
    constexpr int posters = 4;
    constexpr int each = 2000;
    LoopThread runner;
    std::vector<int> next(posters, 0);
    bool inOrder = true;
    std::vector<std::thread> threads;
    for (int poster = 0; poster < posters; ++poster) {
        threads.emplace_back([&, poster] {
            for (int i = 0; i < each; ++i)
                runner.loop.post([&, poster, i] { inOrder = inOrder && next[poster]++ == i; });
        });
    }
    for (auto& thread : threads)
        thread.join();
    runner.settle();

    EXPECT_TRUE(runner.call([&] { return inOrder; }));
    EXPECT_EQ(runner.call([&] { return next; }), std::vector<int>(posters, each));
}

TEST(Loop, runsTasksOnItsOwnThread) {
    LoopThread runner;

    EXPECT_NE(runner.call([] { return std::this_thread::get_id(); }), std::this_thread::get_id());
}

TEST(Loop, runsWhatATaskPosts) {
    LoopThread runner;
    std::promise<void> done;
    runner.loop.post([&] { runner.loop.post([&] { runner.loop.post([&] { done.set_value(); }); }); });

    EXPECT_EQ(done.get_future().wait_for(patience), std::future_status::ready);
}

/// Notes when it was called.
struct Noting : PollHandler {
    Noting(Loop& itsLoop, Poco::Net::StreamSocket itsSocket, std::vector<std::string>& notes)
        : loop(itsLoop), socket(std::move(itsSocket)), ran(notes) {}

    void onPoll(bool /*readable*/, bool /*writable*/) noexcept override {
        ran.emplace_back("event");
        loop.poller().forget(socket);
        loop.atEndOfTurn([this] { ran.emplace_back("end"); });
        loop.afterEvents([this] { ran.emplace_back("after events"); });
        loop.post([this] { ran.emplace_back("posted"); });
        loop.timers().at(loop.now(), [this] { ran.emplace_back("timer"); });
    }

    Loop& loop;
    Poco::Net::StreamSocket socket;
    std::vector<std::string>& ran;
};

TEST(Loop, endsATurnAfterEventsTasksAndTimers) {
    Loop loop;
    auto pair = unixPair();
    std::vector<std::string> ran;
    Noting noting(loop, pair.socket, ran);
    loop.poller().watch(pair.socket, {.read = true}, noting);
    pair.peer.send("x");
    loop.post([&loop] { loop.stop(); }); // the first turn is the last one
    loop.run();

    EXPECT_THAT(ran, ElementsAre("event", "after events", "posted", "timer", "end"));
}

TEST(Loop, endsATurnOnce) {
    Loop loop;
    int ends = 0;
    loop.atEndOfTurn([&ends] { ++ends; });
    loop.post([&loop] { loop.post([&loop] { loop.stop(); }); });
    loop.run();

    EXPECT_EQ(ends, 1);
}

TEST(Loop, endsATurnWithWhatItsEndAdds) {
    Loop loop;
    std::vector<std::string> ran;
    loop.atEndOfTurn([&] {
        ran.emplace_back("first");
        for (int i = 0; i < 100; ++i) // the list moves
            loop.atEndOfTurn([&] { ran.emplace_back("added"); });
    });
    loop.atEndOfTurn([&] { ran.emplace_back("second"); });
    loop.post([&loop] { loop.stop(); });
    loop.run();

    ASSERT_EQ(ran.size(), 102U);
    EXPECT_EQ(ran[0], "first");
    EXPECT_EQ(ran[1], "second");
    EXPECT_EQ(ran[101], "added");
}

TEST(Loop, knowsTheTimeAtWhichATurnBegan) {
    LoopThread runner;
    const auto before = Clock::now();
    runner.settle();
    const auto [first, again, after] = runner.call([&] {
        const auto begin = runner.loop.now();
        while (Clock::now() == begin) {
        }
        return std::tuple{begin, runner.loop.now(), Clock::now()};
    });

    EXPECT_GE(first, before);
    EXPECT_EQ(again, first);
    EXPECT_LT(first, after);
}

TEST(Loop, runsTimersNotBeforeTheirTime) {
    using namespace std::chrono_literals;
    LoopThread runner;
    for (const auto wait : {0us, 1us, 999us, 1001us, 2500us, 7100us}) {
        std::promise<Time> ran;
        const auto due = runner.call([&] {
            const auto when = Clock::now() + wait;
            runner.loop.timers().at(when, [&] { ran.set_value(runner.loop.now()); });
            return when;
        });
        EXPECT_GE(ran.get_future().get(), due);
    }
}

// The poll has whole milliseconds: a wait that is rounded down ends too early, and is 0 from then on.
TEST(Loop, doesNotSpinWhileATimerIsLessThanAMillisecondAway) {
    constexpr int rounds = 100;
    constexpr std::chrono::microseconds step{1950};
    LoopThread runner;
    std::promise<std::chrono::nanoseconds> used;
    std::function<void(int)> next = [&](int round) {
        if (round == 0)
            used.set_value(threadTime());
        else
            runner.loop.timers().at(Clock::now() + step, [&, round] { next(round - 1); });
    };
    const auto before = runner.call([&] {
        next(rounds);
        return threadTime();
    });

    EXPECT_LT(used.get_future().get() - before, rounds * step / 4);
}

TEST(Loop, endsWhenToldAndKeepsWhatItDidNotRun) {
    auto kept = std::make_shared<int>(1);
    {
        Loop loop;
        loop.post([&loop] { loop.stop(); });
        loop.run();
        loop.post([kept] { *kept = 2; });
        loop.run();
        EXPECT_EQ(kept.use_count(), 2);
    }

    EXPECT_EQ(*kept, 1);
    EXPECT_EQ(kept.use_count(), 1);
}

TEST(Loop, endsAtOnceWhileItWaits) {
    LoopThread runner;
    runner.settle();
    const auto begin = Clock::now();
    runner.stop();

    EXPECT_LT(Clock::now() - begin, patience);
}

} // namespace

} // namespace nearcache::test
