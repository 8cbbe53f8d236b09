// Who gets a new connection, where a key is at home, and the orderly end.

#include "PipelineFixture.h"

#include <set>

namespace nearcache::test {

namespace {

class WorkerGroupTest : public PipelineTest {
  protected:
    using PlaceId = std::pair<Worker*, std::size_t>;

    static PlaceId idOf(const WorkerGroup::Place& place) { return {&place.worker, place.link}; }
};

TEST_F(WorkerGroupTest, givesANewConnectionToWhoHasTheFewest) {
    make({.workers = 3, .links = 3});
    std::vector<Peer> peers;
    for (int i = 0; i < 7; ++i)
        peers.push_back(connect());

    EXPECT_EQ(worker(0).connections(), 3U);
    EXPECT_EQ(worker(1).connections(), 2U);
    EXPECT_EQ(worker(2).connections(), 2U);
    EXPECT_EQ(workers->connections(), 7U);
}

TEST_F(WorkerGroupTest, usesEveryLinkForSomeKeys) {
    make({.workers = 2, .links = 5});
    std::set<PlaceId> homes;
    for (int i = 0; i < 1000; ++i)
        homes.insert(idOf(workers->homeOf(hashKey(std::to_string(i)))));

    EXPECT_EQ(homes.size(), 5U);
    EXPECT_EQ(workers->links(), 5U);
}

TEST_F(WorkerGroupTest, keepsAKeyAtItsHome) {
    make({.workers = 2, .links = 3});
    for (int i = 0; i < 100; ++i) {
        const auto hash = hashKey(std::to_string(i));
        EXPECT_EQ(idOf(workers->homeOf(hash)), idOf(workers->homeOf(hash)));
    }
}

TEST_F(WorkerGroupTest, opensAsManyLinksThatForwardAsThatFetch) {
    start({.workers = 2, .links = 5});
    settle();

    EXPECT_EQ(links.size(), 10U);
    EXPECT_TRUE(redis.quiet());
}

TEST_F(WorkerGroupTest, spreadsClientsOverTheLinksOfTheirWorker) {
    start({.links = 3});
    std::vector<Peer> peers;
    std::multiset<const PipelineLink*> roads;
    for (int i = 0; i < 6; ++i) {
        peers.push_back(connectAndSend("do ECHO " + std::to_string(i) + "\n"));
        roads.insert(&linkWith("ECHO " + std::to_string(i)));
    }

    EXPECT_EQ(std::set(roads.begin(), roads.end()).size(), 3U);
    for (const auto* road : roads)
        EXPECT_EQ(roads.count(road), 2U);
}

TEST_F(WorkerGroupTest, keepsAClientsCommandsOnOneLink) {
    start({.links = 3});
    auto client = connectAndSend("do ECHO first\n");
    auto& road = linkWith("ECHO first");
    road.send("+first\r\n");
    EXPECT_EQ(client.receiveLine(), "+first");
    for (int i = 0; i < 6; ++i) {
        client.send("do ECHO " + std::to_string(i) + "\n");
        EXPECT_EQ(&linkWith("ECHO " + std::to_string(i)), &road);
        road.send("+next\r\n");
        EXPECT_EQ(client.receiveLine(), "+next");
    }
}

TEST_F(WorkerGroupTest, opensLinksOfTheOtherVersionWithTheFirstWhoAsksForIt) {
    start();
    auto client = connectAndSend("three do ECHO x\nthree do ECHO y\n");
    auto& three = join();
    EXPECT_EQ(three.command(), "ECHO x");
    EXPECT_EQ(three.command(), "ECHO y");
    three.send("%1\r\n+a\r\n#t\r\n_\r\n");

    EXPECT_EQ(client.receive(15), "%1\r\n+a\r\n#t\r\n_\r\n");
    EXPECT_TRUE(forwards().quiet());
    EXPECT_TRUE(redis.quiet());
}

// Each forwards by a link of its own, also those workers that have none to fetch by.
TEST_F(WorkerGroupTest, servesAllWithFewerLinksThanWorkers) {
    start({.workers = 3, .links = 1});
    std::set<const PipelineLink*> roads;
    std::vector<Peer> peers;
    for (int i = 0; i < 3; ++i) {
        const auto name = std::to_string(i);
        peers.push_back(connect());
        peers.back().send("get " + name + "\nset a " + name + "\n");
        auto& fetching = linkWith("GET " + name);
        auto& forwarding = linkWith("SET a " + name);
        roads.insert(&forwarding);
        forwarding.send("$100\r\n" + std::string(50, 'x'));
        answerBy(fetching, bulk("1"));
        EXPECT_EQ(peers.back().receiveLine(), "value 1 fetched stored");
        EXPECT_EQ(peers.back().receiveLine(), "$100");
        forwarding.send(std::string(50, 'x') + "\r\n");
        EXPECT_EQ(peers.back().receiveLine(), std::string(100, 'x'));
    }
    EXPECT_EQ(roads.size(), 3U);
}

TEST_F(WorkerGroupTest, refusesWhoWasNotAdmitted) {
    start();
    auto pair = unixPair();
    workers->adopt({pair.takeSocket(), &frontEnd, {1, "test"}, false});

    EXPECT_EQ(pair.peer.receiveRest(), "refused\n");
    EXPECT_EQ(limit.open(), 0U);
    pair.peer.close();
    EXPECT_TRUE(eventually([this] { return workers->connections() == 0; }));
    EXPECT_EQ(limit.open(), 0U);
}

TEST_F(WorkerGroupTest, leavesTheLimitWhenAConnectionCloses) {
    start();
    auto client = connectAndSend("last say bye\n");
    EXPECT_EQ(limit.open(), 1U);
    EXPECT_EQ(client.receiveRest(), "bye\n");
    client.close();

    EXPECT_TRUE(eventually([this] { return limit.open() == 0 && workers->connections() == 0; }));
}

TEST_F(WorkerGroupTest, finishesWithWhatIsUnderWay) {
    start({.workers = 2, .links = 2});
    auto busy = connectAndSend("get k\n");
    auto idle = connectAndSend("say hello\n");
    EXPECT_EQ(idle.receiveLine(), "hello");
    auto& link = linkWith("GET k");
    std::thread client([&] {
        EXPECT_EQ(idle.receiveRest(), "");
        answerBy(link, bulk("1"));
        EXPECT_EQ(busy.receiveRest(), "value 1 fetched stored\n");
        busy.close();
    });

    EXPECT_TRUE(workers->finish(Clock::now() + patience));
    client.join();
    EXPECT_EQ(workers->connections(), 0U);
}

TEST_F(WorkerGroupTest, finishesInTimeWhateverIsUnderWay) {
    start();
    auto busy = connectAndSend("get k\n");
    const auto begin = Clock::now();

    EXPECT_FALSE(workers->finish(begin + Milliseconds{50}));
    EXPECT_GE(Clock::now() - begin, Milliseconds{50});
    EXPECT_EQ(workers->connections(), 1U);
    workers->stop();
    EXPECT_EQ(busy.receiveRest(), "");
}

TEST_F(WorkerGroupTest, lingersWithFewOfThoseItRefuses) {
    start();
    std::vector<Peer> refused;
    for (int i = 0; i < 100; ++i) {
        auto pair = unixPair();
        workers->adopt({pair.takeSocket(), &frontEnd, {++lastClient, "test"}, false});
        refused.push_back(std::move(pair.peer));
    }
    settle();

    EXPECT_LE(workers->connections(), 32U);
    for (auto& client : refused)
        EXPECT_EQ(client.receiveRest(), "refused\n");
}

TEST_F(WorkerGroupTest, refusesWhoComesWhenItFinishes) {
    start();
    auto busy = connectAndSend("get k\n");
    EXPECT_FALSE(workers->finish(Clock::now()));
    auto late = connect();

    EXPECT_EQ(late.receiveRest(), "refused\n");
}

TEST_F(WorkerGroupTest, stopsOnce) {
    make({});
    workers->stop();
    workers->start();
    workers->stop();
    workers->stop();
}

TEST_F(WorkerGroupTest, stopsWithRequestsInEveryState) {
    start({.parallel = 2, .workers = 2, .links = 2});
    std::vector<Peer> peers;
    for (int i = 0; i < 8; ++i)
        peers.push_back(connectAndSend("get a\nset b 1\nget b\nget c\ndo PING\nget d\nset d 1\n"));
    workers->stop();

    for (auto& client : peers)
        EXPECT_EQ(client.receiveRest(), "");
    EXPECT_EQ(limit.open(), 0U);
}

// What is made early is not older by the time it starts: its time to connect has not run out.
TEST_F(WorkerGroupTest, countsTheTimeToConnectFromItsStart) {
    make({});
    backend.connectTimeout = Milliseconds{3000}; // less than any other timer's time
    EXPECT_TRUE(eventually([made = Clock::now()] { return Clock::now() > made + Milliseconds{20}; }));
    const auto begin = Clock::now();
    workers->start();
    settle();
    const auto next = callOn(worker(0).loop(), [this] { return worker(0).loop().timers().next(); });

    ASSERT_TRUE(next.has_value());
    EXPECT_GE(*next, begin + backend.connectTimeout);
}

} // namespace

} // namespace nearcache::test
