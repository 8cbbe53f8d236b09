#include "net/Poller.h"
#include "support/Peer.h"

#include <gtest/gtest.h>

#include <functional>

namespace nearcache::test {

namespace {

/// Counts what it is told, and does what the test wants meanwhile.
struct Handler : PollHandler {
    void onPoll(bool readable, bool writable) noexcept override {
        ++calls;
        sawReadable = readable;
        sawWritable = writable;
        if (meanwhile)
            meanwhile();
    }

    int calls = 0;
    bool sawReadable = false;
    bool sawWritable = false;
    std::function<void()> meanwhile;
};

class PollerTest : public testing::Test {
  protected:
    /// One turn, without waiting.
    void turn() {
        poller.wait(Milliseconds{0});
        poller.report();
    }

    Poller poller;
    Pair first = unixPair();
    Pair second = unixPair();
    Handler handler;
    Handler other;
};

TEST_F(PollerTest, reportsWhatIsAskedForAndReady) {
    poller.watch(first.socket, {.read = true}, handler);
    turn();
    EXPECT_EQ(handler.calls, 0);

    first.peer.send("x");
    turn();
    EXPECT_EQ(handler.calls, 1);
    EXPECT_TRUE(handler.sawReadable);
    EXPECT_FALSE(handler.sawWritable);
}

TEST_F(PollerTest, reportsASocketThatCanBeWritten) {
    poller.watch(first.socket, {.write = true}, handler);
    first.peer.send("x");
    turn();

    EXPECT_EQ(handler.calls, 1);
    EXPECT_FALSE(handler.sawReadable);
    EXPECT_TRUE(handler.sawWritable);
}

TEST_F(PollerTest, reportsBothInOneCall) {
    poller.watch(first.socket, {.read = true, .write = true}, handler);
    first.peer.send("x");
    turn();

    EXPECT_EQ(handler.calls, 1);
    EXPECT_TRUE(handler.sawReadable);
    EXPECT_TRUE(handler.sawWritable);
}

TEST_F(PollerTest, takesTheLastInterest) {
    first.peer.send("x");
    poller.watch(first.socket, {.write = true}, handler);
    poller.watch(first.socket, {.read = true}, handler);
    turn();

    EXPECT_TRUE(handler.sawReadable);
    EXPECT_FALSE(handler.sawWritable);
}

TEST_F(PollerTest, forgets) {
    poller.watch(first.socket, {.read = true}, handler);
    poller.watch(second.socket, {.read = true}, other);
    first.peer.send("x");
    poller.forget(first.socket);
    poller.forget(first.socket);
    turn();

    EXPECT_EQ(handler.calls, 0);
}

TEST_F(PollerTest, watchesAgainWhatItForgot) {
    poller.watch(first.socket, {.read = true}, handler);
    poller.forget(first.socket);
    poller.watch(first.socket, {.read = true}, handler);
    first.peer.send("x");
    turn();

    EXPECT_EQ(handler.calls, 1);
}

TEST_F(PollerTest, doesNotReportWhatWasForgottenInTheSameTurn) {
    poller.watch(first.socket, {.read = true}, handler);
    poller.watch(second.socket, {.read = true}, other);
    handler.meanwhile = [this] { poller.forget(second.socket); };
    other.meanwhile = [this] { poller.forget(first.socket); };
    first.peer.send("x");
    second.peer.send("x");
    turn();

    EXPECT_EQ(handler.calls + other.calls, 1) << "whichever came first forgot the other one";
}

TEST_F(PollerTest, doesNotReportASocketThatWasClosedInTheSameTurn) {
    poller.watch(first.socket, {.read = true}, handler);
    poller.watch(second.socket, {.read = true}, other);
    const auto close = [this](Pair& pair) {
        poller.forget(pair.socket);
        pair.socket.close();
    };
    handler.meanwhile = [this, close] { close(second); };
    other.meanwhile = [this, close] { close(first); };
    first.peer.send("x");
    second.peer.send("x");
    turn();

    EXPECT_EQ(handler.calls + other.calls, 1);
}

TEST_F(PollerTest, doesNotReportAnInterestThatWasGivenUpInTheSameTurn) {
    poller.watch(first.socket, {.read = true}, handler);
    poller.watch(second.socket, {.read = true}, other);
    handler.meanwhile = [this] { poller.watch(second.socket, {}, other); };
    other.meanwhile = [this] { poller.watch(first.socket, {}, handler); };
    first.peer.send("x");
    second.peer.send("x");
    turn();

    EXPECT_EQ(handler.calls + other.calls, 1);
}

// One that stays in the set is ready for ever.
TEST_F(PollerTest, takesASocketWithoutInterestOutOfTheSet) {
    poller.watch(second.socket, {.read = true}, other); // an empty set does not wait
    poller.watch(first.socket, {.read = true}, handler);
    poller.watch(first.socket, {}, handler);
    first.peer.send("x");
    first.peer.close();
    const auto begin = Clock::now();
    poller.wait(Milliseconds{20});
    poller.report();

    EXPECT_GE(Clock::now() - begin, Milliseconds{20});
    EXPECT_EQ(handler.calls, 0);
}

TEST_F(PollerTest, reportsAHangUpAsWhatWasAskedFor) {
    poller.watch(first.socket, {.read = true}, handler);
    first.peer.close();
    turn();

    EXPECT_TRUE(handler.sawReadable);
    EXPECT_FALSE(handler.sawWritable);
}

TEST_F(PollerTest, reportsAResetAsWhatWasAskedFor) {
    auto broken = tcpPair();
    poller.watch(second.socket, {.read = true}, other);
    poller.watch(broken.socket, {.read = true}, handler);
    broken.peer.reset();
    poller.wait(Milliseconds{10'000});
    poller.report();

    EXPECT_EQ(handler.calls, 1);
    EXPECT_TRUE(handler.sawReadable);
}

// A descriptor's number is taken again by the next socket.
TEST_F(PollerTest, isNotConfusedByADescriptorUsedAgain) {
    poller.watch(second.socket, {.read = true}, other);
    for (int round = 0; round < 3; ++round) {
        auto pair = unixPair();
        Handler own;
        poller.watch(pair.socket, {.read = true}, own);
        pair.peer.send("x");
        turn();
        EXPECT_EQ(own.calls, 1);
        poller.forget(pair.socket);
        pair.socket.close();
    }
    turn();

    EXPECT_EQ(other.calls, 0);
}

} // namespace

} // namespace nearcache::test
