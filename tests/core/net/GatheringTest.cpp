/// What several connections have read in one turn.

#include "net/Connection.h"

#include "LoopCalls.h"
#include "support/LineFrontEnd.h"
#include "support/Peer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <new>
#include <string>
#include <vector>

namespace nearcache::test {

namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

/// Answers each request with its payload, and writes down who was called.
class Noting : public RequestExecutor {
  public:
    struct Record {
        std::vector<std::string> calls; ///< of all connections
        std::function<void()> onPrepare = [] {};
        int faulty = -1; ///< whose execute() throws
    };

    Noting(Connection& connection, int number, Record& record)
        : _connection(connection), _number(number), _record(record) {}

    void prepare(std::span<const Request> requests) override {
        note("prepare", requests);
        _record.onPrepare();
    }

    void execute(std::span<const Request> requests) override {
        note("execute", requests);
        if (_record.faulty == _number)
            throw std::bad_alloc();
        for (const auto& request : requests)
            _connection.output().append(request.payload);
    }

    [[nodiscard]] bool full() const override { return false; }
    [[nodiscard]] bool idle() const override { return true; }
    [[nodiscard]] bool waitsByDesign() const override { return false; }
    void abandon() override {}
    void onRoom() override {}

  private:
    void note(const char* call, std::span<const Request> requests) {
        _record.calls.push_back(call + (" " + std::to_string(requests.size())));
    }

    Connection& _connection;
    const int _number;
    Record& _record;
};

class GatheringTest : public testing::Test {
  protected:
    ~GatheringTest() override { runner.stop(); }

    void serve(int count) {
        for (int i = 0; i < count; ++i) {
            auto pair = unixPair();
            clients.push_back(std::move(pair.peer));
            runner.call([&] {
                connections.push_back(
                    std::make_unique<Connection>(runner.loop, *scratch, std::move(pair.socket), [](Connection&) {}));
                connections.back()->serve(
                    frontEnd, {}, [&](Connection& served) { return std::make_unique<Noting>(served, i, record); });
            });
        }
    }

    /// Has the loop find all of it in one turn.
    void sendAtOnce(const std::vector<std::string>& inputs) {
        LoopHold hold(runner.loop);
        for (std::size_t i = 0; i < inputs.size(); ++i)
            clients[i].send(inputs[i]);
    }

    std::vector<std::string> calls() {
        runner.settle();
        return runner.call([this] { return record.calls; });
    }

    LoopThread runner;
    std::unique_ptr<ConnectionScratch> scratch = std::make_unique<ConnectionScratch>();
    LineFrontEnd frontEnd;
    Noting::Record record;
    std::vector<Peer> clients;
    std::vector<std::unique_ptr<Connection>> connections;
};

std::string says(int count, const std::string& text) {
    std::string all;
    for (int i = 0; i < count; ++i)
        all += "say " + text + "\n";
    return all;
}

TEST_F(GatheringTest, isExecutedWhenAllWasRead) {
    serve(3);
    sendAtOnce({"say one\n", "say two\nsay three\n", "say four\n"});

    EXPECT_EQ(clients[0].receiveLine(), "one");
    EXPECT_EQ(clients[1].receiveLine(), "two");
    EXPECT_EQ(clients[1].receiveLine(), "three");
    EXPECT_EQ(clients[2].receiveLine(), "four");
    const auto all = calls();
    ASSERT_THAT(all, SizeIs(6));
    EXPECT_THAT(std::vector(all.begin(), all.begin() + 3), UnorderedElementsAre("prepare 1", "prepare 2", "prepare 1"));
    EXPECT_THAT(std::vector(all.begin() + 3, all.end()), UnorderedElementsAre("execute 1", "execute 2", "execute 1"));
}

TEST_F(GatheringTest, isExecutedAtOnceWhenItIsMany) {
    serve(2);
    sendAtOnce({says(100, "a"), says(100, "b")});

    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(clients[0].receiveLine(), "a");
        EXPECT_EQ(clients[1].receiveLine(), "b");
    }
    EXPECT_THAT(calls(), ElementsAre("prepare 64", "execute 64", "prepare 36", "prepare 64", "execute 36", "execute 64",
                                     "prepare 36", "execute 36"));
}

TEST_F(GatheringTest, keepsWhatWasReadUntilThen) {
    constexpr std::size_t length = 30'000; // two of them leave too little room for a third
    serve(3);
    sendAtOnce(
        {says(1, std::string(length, 'a')), says(1, std::string(length, 'b')), says(1, std::string(length, 'c'))});

    for (std::size_t i = 0; i < clients.size(); ++i)
        EXPECT_EQ(clients[i].receiveLine(), std::string(length, static_cast<char>('a' + i)));
    EXPECT_THAT(calls(), ElementsAre("prepare 1", "prepare 1", "execute 1", "execute 1", "prepare 1", "execute 1"));
}

TEST_F(GatheringTest, keepsHalfARequestBehindAWholeOne) {
    serve(2);
    sendAtOnce({"say one\nsay t", "say three\nsay "});
    EXPECT_EQ(clients[0].receiveLine(), "one");
    EXPECT_EQ(clients[1].receiveLine(), "three");
    sendAtOnce({"wo\n", "four\n"});
    EXPECT_EQ(clients[0].receiveLine(), "two");
    EXPECT_EQ(clients[1].receiveLine(), "four");
}

TEST_F(GatheringTest, isForgottenWithItsConnection) {
    serve(2);
    record.onPrepare = [this] {
        for (const auto& connection : connections)
            connection->close();
    };
    sendAtOnce({"say one\n", "say two\n"});

    EXPECT_EQ(clients[0].receiveRest(), "");
    EXPECT_EQ(clients[1].receiveRest(), "");
    EXPECT_THAT(calls(), ElementsAre("prepare 1"));
}

TEST_F(GatheringTest, failsForOneAlone) {
    serve(3);
    record.faulty = 1;
    sendAtOnce({"say one\n", "say two\n", "say three\n"});

    EXPECT_EQ(clients[0].receiveLine(), "one");
    EXPECT_EQ(clients[1].receiveRest(), "");
    EXPECT_EQ(clients[2].receiveLine(), "three");
}

TEST_F(GatheringTest, isNotMixedUpWhenParsingFails) {
    serve(2);
    sendAtOnce({"say one\nthrow\n", "say two\n"});

    EXPECT_EQ(clients[0].receiveRest(), "");
    EXPECT_EQ(clients[1].receiveLine(), "two");
    EXPECT_THAT(calls(), ElementsAre("prepare 1", "execute 1"));
}

} // namespace

} // namespace nearcache::test
