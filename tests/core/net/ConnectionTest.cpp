#include "net/Connection.h"

#include "LoopCalls.h"
#include "support/LineFrontEnd.h"
#include "support/Peer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <new>
#include <numeric>
#include <sys/socket.h>

namespace nearcache::test {

namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Le;

/// What the executor shall do, and what it has seen. The loop's thread only, but for `abandoned`.
struct Record {
    bool hold = false;                ///< replies wait for release()
    bool fault = false;               ///< execute() throws
    std::size_t limit = 1024;         ///< requests under way at once
    std::size_t replySize = 0;        ///< replies are stretched to this
    std::vector<std::size_t> batches; ///< requests in each call
    std::deque<std::string> underWay;
    bool waits = false; ///< by design
    std::atomic<bool> abandoned = false;

    [[nodiscard]] std::size_t executed() const { return std::accumulate(batches.begin(), batches.end(), 0UL); }
};

/// Answers each request with its payload.
class Echo : public RequestExecutor {
  public:
    Echo(Connection& connection, Record& record) : _connection(connection), _record(record) {}

    void prepare(std::span<const Request> /*requests*/) override {}

    void execute(std::span<const Request> requests) override {
        if (_record.fault)
            throw std::bad_alloc();
        _record.batches.push_back(requests.size());
        for (const auto& request : requests) {
            auto reply = std::string(request.payload);
            reply.insert(0, std::max(reply.size(), _record.replySize) - reply.size(), '.');
            _record.underWay.push_back(std::move(reply));
        }
        if (!_record.hold)
            release(_record.underWay.size());
    }

    void release(std::size_t count) {
        for (; count > 0; --count) {
            _connection.output().append(_record.underWay.front());
            _record.underWay.pop_front();
        }
    }

    [[nodiscard]] bool full() const override { return _record.underWay.size() >= _record.limit; }
    [[nodiscard]] bool idle() const override { return _record.underWay.empty(); }
    [[nodiscard]] bool waitsByDesign() const override { return _record.waits; }
    void abandon() override { _record.abandoned = true; }
    void onRoom() override {}

  private:
    Connection& _connection;
    Record& _record;
};

class ConnectionTest : public testing::Test {
  protected:
    ~ConnectionTest() override { runner.stop(); }

    void adopt(Pair pair) {
        client = std::move(pair.peer);
        connection = std::make_unique<Connection>(runner.loop, *scratch, std::move(pair.socket),
                                                  [this](Connection&) { ++closings; });
    }

    void serve(Pair pair = unixPair()) {
        runner.call([&] {
            adopt(std::move(pair));
            connection->serve(frontEnd, {1, "test", {}}, [this](Connection& served) {
                auto made = std::make_unique<Echo>(served, record);
                executor = made.get();
                return made;
            });
        });
    }

    /// The executor answers some of what it held back.
    void release(std::size_t count) {
        runner.call([&] {
            executor->release(count);
            connection->touch();
        });
    }

    std::size_t executed() {
        runner.settle();
        return runner.call([this] { return record.executed(); });
    }

    [[nodiscard]] bool closes() const {
        return eventually([this] { return closings > 0; });
    }

    /// `say 0` … in one piece, and the replies.
    static std::string requests(int count) {
        std::string all;
        for (int i = 0; i < count; ++i)
            all += "say " + std::to_string(i) + "\n";
        return all;
    }

    static std::string replies(int count, std::size_t size = 0) {
        std::string all;
        for (int i = 0; i < count; ++i) {
            auto reply = std::to_string(i) + "\n";
            reply.insert(0, std::max(reply.size(), size) - reply.size(), '.');
            all += reply;
        }
        return all;
    }

    LoopThread runner;
    std::unique_ptr<ConnectionScratch> scratch = std::make_unique<ConnectionScratch>();
    LineFrontEnd frontEnd;
    Record record;
    Echo* executor = nullptr;
    std::atomic<int> closings = 0;
    Peer client{-1};
    std::unique_ptr<Connection> connection;
};

TEST_F(ConnectionTest, answersRequestsAsTheyCome) {
    serve();
    client.send("say hello\n");
    EXPECT_EQ(client.receiveLine(), "hello");
    client.send("say again\n");
    EXPECT_EQ(client.receiveLine(), "again");
}

TEST_F(ConnectionTest, answersWhatComesByteByByte) {
    serve();
    for (const std::string word : {"hello", "world"}) {
        for (const char byte : "say " + word) {
            client.send({&byte, 1});
            runner.settle();
            EXPECT_TRUE(client.quiet()) << byte;
        }
        client.send("\n");
        EXPECT_EQ(client.receiveLine(), word);
    }
}

TEST_F(ConnectionTest, answersAPipelineInItsOrder) {
    serve();
    client.send(requests(1000));

    EXPECT_EQ(client.receive(replies(1000).size()), replies(1000));
    EXPECT_EQ(executed(), 1000U);
}

TEST_F(ConnectionTest, executesSoManyRequestsTogetherAtMost) {
    serve();
    client.send(requests(1000));
    EXPECT_EQ(executed(), 1000U);

    EXPECT_THAT(record.batches, Each(Le(ConnectionScratch::maxBatch)));
    EXPECT_EQ(record.batches.front(), ConnectionScratch::maxBatch);
}

TEST_F(ConnectionTest, takesARequestLongerThanItsBuffers) {
    serve();
    const std::string text(10 * ConnectionScratch::inputSize + 1, 'x');
    client.send("say " + text + "\nsay next\n");

    EXPECT_EQ(client.receiveLine(), text);
    EXPECT_EQ(client.receiveLine(), "next");
}

TEST_F(ConnectionTest, takesLongRequestsThatEndAnywhere) {
    serve();
    std::string sent;
    std::string expected;
    for (std::size_t i = 0; i < 40; ++i) {
        const std::string text(i * 1777, static_cast<char>('a' + i % 26));
        sent.append("say ").append(text).append("\n");
        expected.append(text).append("\n");
    }
    std::thread sender([&] { client.send(sent); });
    sender.join();

    EXPECT_EQ(client.receive(expected.size()), expected);
}

TEST_F(ConnectionTest, answersAClientThatSendsNoMore) {
    serve();
    client.send(requests(200));
    client.endSending();

    EXPECT_EQ(client.receiveRest(), replies(200));
    EXPECT_TRUE(closes());
}

TEST_F(ConnectionTest, answersLateToAClientThatSendsNoMore) {
    record.hold = true;
    serve();
    client.send(requests(2));
    client.endSending();
    EXPECT_EQ(executed(), 2U);
    EXPECT_EQ(closings, 0);
    EXPECT_TRUE(client.quiet());
    release(1);
    EXPECT_EQ(client.receiveLine(), "0");
    runner.settle();
    EXPECT_EQ(closings, 0);
    release(1);

    EXPECT_EQ(client.receiveRest(), "1\n");
    EXPECT_TRUE(closes());
}

TEST_F(ConnectionTest, endsWhenItsClientEndsInsideARequest) {
    serve();
    client.send("say hello\nsay wor");
    client.endSending();

    EXPECT_EQ(client.receiveRest(), "hello\n");
    EXPECT_TRUE(closes());
}

TEST_F(ConnectionTest, answersAllThatWasSentBeforeTheEndThoughThereWasNoRoom) {
    record.hold = true;
    record.limit = 1;
    serve();
    client.send(requests(150));
    client.endSending();
    for (std::size_t left = 150; left > 0;) {
        const auto batch = std::min(left, ConnectionScratch::maxBatch);
        EXPECT_TRUE(eventually([&] { return runner.call([&] { return record.underWay.size(); }) == batch; }));
        EXPECT_EQ(closings, 0);
        release(batch);
        left -= batch;
    }

    EXPECT_EQ(client.receiveRest(), replies(150));
    EXPECT_TRUE(closes());
}

TEST_F(ConnectionTest, endsBehindARequestThatSaysSo) {
    serve();
    client.send("say one\nlast say two\nsay three\n");

    EXPECT_EQ(client.receiveRest(), "one\ntwo\n");
    EXPECT_EQ(executed(), 2U);
}

// Closing at once would have the system reset the connection, and the last reply would be lost with it.
TEST_F(ConnectionTest, throwsAwayWhatComesAfterTheEnd) {
    serve(tcpPair());
    client.send("last say bye\n" + requests(100));
    runner.settle();
    client.send(requests(100));

    EXPECT_EQ(client.receiveRest(), "bye\n");
    EXPECT_EQ(closings, 0) << "it waits for its client to see the end";
    client.close();
    EXPECT_TRUE(closes());
    EXPECT_EQ(executed(), 1U);
}

TEST_F(ConnectionTest, doesNotWaitForEverForItsClientToSeeTheEnd) {
    serve();
    const auto begin = Clock::now();
    client.send("last say bye\n");
    EXPECT_TRUE(closes());

    EXPECT_GE(Clock::now() - begin, Connection::maxLinger);
}

TEST_F(ConnectionTest, endsOnlyWhenTheLastReplyIsThere) {
    record.hold = true;
    serve();
    client.send("say one\nlast say two\n");
    EXPECT_EQ(executed(), 2U);
    release(1);
    EXPECT_EQ(client.receiveLine(), "one");
    runner.settle();
    EXPECT_TRUE(client.quiet());
    release(1);

    EXPECT_EQ(client.receiveRest(), "two\n");
}

// The first batch alone is more than may wait to be sent.
TEST_F(ConnectionTest, readsNoFurtherWhileItsClientTakesNothing) {
    record.replySize = Connection::maxUndelivered / 16;
    serve(unixPair(4096));
    client.send(requests(300));

    EXPECT_EQ(executed(), ConnectionScratch::maxBatch);
    EXPECT_EQ(client.receive(300 * record.replySize), replies(300, record.replySize));
    EXPECT_EQ(executed(), 300U);
}

TEST_F(ConnectionTest, leavesInTheSocketWhatItDoesNotRead) {
    record.replySize = 2 * Connection::maxUndelivered;
    serve(unixPair(4096));
    client.send("say first\n");
    EXPECT_EQ(executed(), 1U);
    client.send("say second\n");
    EXPECT_EQ(executed(), 1U) << "not even parsed";
    EXPECT_EQ(client.receive(record.replySize).substr(record.replySize - 6), "first\n");

    EXPECT_EQ(client.receive(record.replySize).substr(record.replySize - 7), "second\n");
}

TEST_F(ConnectionTest, executesNoMoreThanTheExecutorTakes) {
    record.hold = true;
    record.limit = ConnectionScratch::maxBatch;
    serve();
    client.send(requests(200));
    EXPECT_EQ(executed(), 64U);
    release(1);
    EXPECT_EQ(executed(), 128U);
    release(63);
    EXPECT_EQ(executed(), 128U) << "there are 64 under way again";
    release(64);
    EXPECT_EQ(executed(), 192U);
    release(64);
    EXPECT_EQ(executed(), 200U);
    release(8);

    EXPECT_EQ(client.receive(replies(200).size()), replies(200));
}

TEST_F(ConnectionTest, refusesAClient) {
    runner.call([this] {
        adopt(unixPair());
        connection->refuse("too many\n");
    });

    EXPECT_EQ(client.receiveRest(), "too many\n");
    client.close();
    EXPECT_TRUE(closes());
}

TEST_F(ConnectionTest, refusesAClientThatHasSentARequestAlready) {
    auto pair = tcpPair();
    pair.peer.send("say hello\n");
    runner.call([&] {
        adopt(std::move(pair));
        connection->refuse("too many\n");
    });

    EXPECT_EQ(client.receiveRest(), "too many\n");
}

TEST_F(ConnectionTest, finishesAtOnceWhenIdle) {
    serve();
    runner.call([this] { connection->finish(); });

    EXPECT_EQ(client.receiveRest(), "");
    runner.settle();
    EXPECT_EQ(closings, 1) << "there is no reply that could be lost";
}

TEST_F(ConnectionTest, finishesWhatIsUnderWayAndTakesNoMore) {
    record.hold = true;
    serve();
    client.send(requests(2));
    EXPECT_EQ(executed(), 2U);
    runner.call([this] { connection->finish(); });
    client.send("say late\n");
    EXPECT_EQ(executed(), 2U);
    EXPECT_TRUE(client.quiet());
    release(2);

    EXPECT_EQ(client.receiveRest(), replies(2));
    EXPECT_EQ(executed(), 2U);
}

TEST_F(ConnectionTest, answersWhatWasSentBeforeItIsToFinish) {
    serve();
    runner.call([this] {
        client.send(requests(2)); // and the loop, being here, has not read it
        connection->finish();
    });

    EXPECT_EQ(client.receiveRest(), replies(2));
    EXPECT_EQ(executed(), 2U);
}

TEST_F(ConnectionTest, answersWhatItHeldBackBeforeItFinishes) {
    constexpr auto batch = ConnectionScratch::maxBatch;
    record.hold = true;
    record.limit = batch;
    serve();
    client.send(requests(2 * batch));
    EXPECT_EQ(executed(), batch);
    runner.call([this] { connection->finish(); });
    release(batch);
    EXPECT_EQ(executed(), 2 * batch);
    release(batch);

    EXPECT_EQ(client.receiveRest(), replies(2 * batch));
}

TEST_F(ConnectionTest, doesNotWaitForWhatMayTakeForEver) {
    record.hold = true;
    record.waits = true;
    serve();
    client.send(requests(1));
    EXPECT_EQ(executed(), 1U);
    runner.call([this] { connection->finish(); });

    EXPECT_EQ(client.receiveRest(), "");
}

TEST_F(ConnectionTest, closesWhenItsClientLeavesWhatMayTakeForEver) {
    record.hold = true;
    record.waits = true;
    serve();
    client.send(requests(1));
    EXPECT_EQ(executed(), 1U);
    client.endSending();

    EXPECT_EQ(client.receiveRest(), "");
    EXPECT_TRUE(record.abandoned);
}

TEST_F(ConnectionTest, answersWhatIsUnderWayAndNothingElseWhenItIsToEnd) {
    constexpr auto batch = ConnectionScratch::maxBatch;
    record.hold = true;
    record.limit = batch;
    serve();
    client.send(requests(2 * batch));
    EXPECT_EQ(executed(), batch);
    runner.call([this] { connection->end(); });
    release(batch);

    EXPECT_EQ(client.receiveRest(), replies(batch));
    EXPECT_EQ(executed(), batch);
}

TEST_F(ConnectionTest, finishesOnce) {
    serve();
    runner.call([this] {
        connection->finish();
        connection->finish();
    });
    client.close();
    EXPECT_TRUE(closes());
    runner.call([this] {
        connection->finish();
        connection->touch();
        connection->close();
    });
    runner.settle();

    EXPECT_EQ(closings, 1);
}

TEST_F(ConnectionTest, closesWhenItsClientResets) {
    record.hold = true;
    serve(tcpPair());
    client.send(requests(2));
    EXPECT_EQ(executed(), 2U);
    EXPECT_FALSE(record.abandoned);
    client.reset();

    EXPECT_TRUE(closes());
    runner.settle();
    EXPECT_TRUE(record.abandoned);
}

TEST_F(ConnectionTest, closesWhenTheClientIsGoneThatItWritesTo) {
    record.hold = true;
    serve();
    client.send("say hello\n");
    EXPECT_EQ(executed(), 1U);
    client.close();
    runner.settle();
    EXPECT_EQ(closings, 0) << "it may only have ended its sending";
    release(1);

    EXPECT_TRUE(closes());
}

TEST_F(ConnectionTest, closesAtOnceWhenTold) {
    record.hold = true;
    serve();
    client.send("say hello\n");
    EXPECT_EQ(executed(), 1U);
    runner.call([this] { connection->close(); });

    EXPECT_EQ(closings, 1);
    EXPECT_TRUE(record.abandoned);
    EXPECT_EQ(client.receiveRest(), "");
}

TEST_F(ConnectionTest, mayBeDestroyedWhileAClientIsServed) {
    record.hold = true;
    serve();
    client.send("say hello\n");
    EXPECT_EQ(executed(), 1U);
    runner.call([this] {
        connection->touch();
        connection->close();
        runner.loop.atEndOfTurn([this] { connection.reset(); });
    });
    runner.settle();

    EXPECT_EQ(client.receiveRest(), "");
    EXPECT_EQ(closings, 1);
}

TEST_F(ConnectionTest, mayBeDestroyedWhileItWaitsForItsClientToSeeTheEnd) {
    serve();
    client.send("last say bye\n");
    EXPECT_EQ(client.receiveRest(), "bye\n");
    runner.call([this] { connection.reset(); });
    const auto timer = runner.call([this] { return runner.loop.timers().next(); });

    EXPECT_EQ(timer, std::nullopt);
}

TEST_F(ConnectionTest, closesWhenThereIsNoMemoryToParse) {
    serve();
    client.send("say hello\n");
    EXPECT_EQ(client.receiveLine(), "hello");
    client.send("throw\n");

    EXPECT_TRUE(closes());
    EXPECT_EQ(client.receiveRest(), "");
}

TEST_F(ConnectionTest, closesWhenThereIsNoMemoryToExecute) {
    record.fault = true;
    serve();
    client.send("say hello\n");

    EXPECT_TRUE(closes());
    EXPECT_EQ(client.receiveRest(), "");
}

// The input was held back, so that it is parsed when there is room and not when it came.
TEST_F(ConnectionTest, closesWhenThereIsNoMemoryToGoOn) {
    record.hold = true;
    record.limit = 1;
    serve();
    client.send(requests(ConnectionScratch::maxBatch) + "throw\n");
    EXPECT_EQ(executed(), ConnectionScratch::maxBatch);
    release(ConnectionScratch::maxBatch);

    EXPECT_TRUE(closes());
    EXPECT_EQ(client.receiveRest(), replies(ConnectionScratch::maxBatch));
    runner.settle(); // the loop has survived it
}

TEST_F(ConnectionTest, isNotStalledWhileNothingWaitsToBeSent) {
    serve();
    runner.call([this] { connection->closeIfStalled(); });
    client.send("say hello\n");

    EXPECT_EQ(client.receiveLine(), "hello");
}

TEST_F(ConnectionTest, isNotStalledAtOnce) {
    record.replySize = 2 * Connection::maxUndelivered;
    serve(unixPair(4096));
    client.send("say hello\n");
    EXPECT_EQ(executed(), 1U);
    runner.call([this] { connection->closeIfStalled(); });

    EXPECT_EQ(client.receive(record.replySize).size(), record.replySize);
}

} // namespace

} // namespace nearcache::test
