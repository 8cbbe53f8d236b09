// Many clients at once, of all workers, with links that break and clients that vanish. What each client sees must be
// what one Redis without a cache could have shown it.

#include "BusyRedis.h"
#include "PipelineFixture.h"

#include <random>

namespace nearcache::test {

namespace {

constexpr int clientCount = 4;
constexpr int rounds = 400;
constexpr int sharedKeys = 5;

class RaceTest : public testing::Test {
  protected:
    ~RaceTest() override {
        workers->stop();
        resolver.stop();
    }

    void start(unsigned parallel, unsigned links) {
        backend.port = redis.port();
        backend.connectTimeout = backend.requestTimeout = patience;
        gate = std::make_unique<Gate>(parallel);
        store = std::make_unique<Store>(
            Store::Settings{.capacity = 20, .ttl = std::chrono::hours(1), .groups = links, .readers = 2},
            std::make_unique<FifoPolicy>());
        workers = std::make_unique<WorkerGroup>(
            Shared{*store, *gate, limit, budget, clients, backend, cacheSettings, health, coherence, resolver}, 2,
            links);
        workers->start();
    }

    Peer connect() {
        auto pair = tcpPair();
        const bool admitted = limit.tryEnter();
        workers->adopt({pair.takeSocket(), &frontEnd, {++lastClient, "test"}, admitted});
        return std::move(pair.peer);
    }

    void runClients() {
        std::vector<std::thread> threads;
        for (int i = 0; i < clientCount; ++i)
            threads.emplace_back([this, i] { runClient(i); });
        for (auto& thread : threads)
            thread.join();
    }

    void runClient(int number);

    BusyRedis redis;
    BackendSettings backend;
    LineFrontEnd frontEnd;
    CacheSettings cacheSettings{.coherence = CacheSettings::Coherence::Ttl};
    ConnectionLimit limit{1000};
    LinkBudget budget{10};
    Clients clients;
    Health health{"the address"};
    Coherence coherence{cacheSettings};
    Resolver resolver;
    std::unique_ptr<Gate> gate;
    std::unique_ptr<Store> store;
    std::atomic<std::uint64_t> lastClient = 0;
    std::unique_ptr<WorkerGroup> workers;
};

/// A client with a key of its own, which it writes and reads, and eyes on those of all others.
class RacingClient {
  public:
    RacingClient(Peer peer, int number, unsigned seed) : _peer(std::move(peer)), _own(nameOf(number)), _random(seed) {}

    static std::string nameOf(int number) { return "shared" + std::to_string(number); }

    /// Goes, with all sorts of requests under way; but no write of the own key, which might still come to be executed
    /// after a later one.
    void connectAgain(Peer peer) {
        _peer.send("get " + _own + "\nset junk 1\nget junk\nget " + nameOf(0) + "\n");
        _peer.reset();
        _peer = std::move(peer);
    }

    /// Writes a greater number to the own key, and reads it back at once.
    void writeAndRead() {
        const auto version = ++_version;
        _peer.send("set " + _own + " " + std::to_string(version) + "\nget " + _own + "\nget " + _own + "\n");
        const auto reply = _peer.receiveLine();
        _certain = reply == "+OK";
        EXPECT_TRUE(_certain || isLoss(reply)) << reply;
        for (int i = 0; i < 2; ++i)
            expectOwn(_peer.receiveLine());
    }

    /// Reads some keys in a pipeline. No number may be less than one that was seen before.
    void read() {
        std::vector<int> asked;
        std::string requests;
        for (int i = 0; i < 6; ++i) {
            asked.push_back(static_cast<int>(_random() % sharedKeys));
            requests += "get " + nameOf(asked.back()) + "\n";
        }
        _peer.send(requests);
        for (const int key : asked)
            expectNoOlder(key, _peer.receiveLine());
    }

  private:
    static bool isLoss(const std::string& reply) { return reply.starts_with("error unavailable "); }

    /// The number of `value NUMBER …`; 0 for no such key; nothing for a link that was lost.
    static std::optional<int> numberOf(const std::string& reply) {
        if (reply.starts_with("value "))
            return std::stoi(reply.substr(6));
        EXPECT_TRUE(isLoss(reply) || reply.starts_with("absent ")) << reply;
        return isLoss(reply) ? std::nullopt : std::optional(0);
    }

    void expectOwn(const std::string& reply) {
        const auto number = numberOf(reply);
        EXPECT_TRUE(!number || !_certain || *number == _version) << reply << " instead of " << _version;
    }

    void expectNoOlder(int key, const std::string& reply) {
        const auto number = numberOf(reply);
        if (!number)
            return;
        EXPECT_GE(*number, _seen[static_cast<std::size_t>(key)]) << reply;
        _seen[static_cast<std::size_t>(key)] = *number;
    }

    Peer _peer;
    const std::string _own;
    std::minstd_rand _random;
    int _version = 0;
    bool _certain = false; ///< the own key holds _version
    std::array<int, sharedKeys> _seen{};
};

void RaceTest::runClient(int number) {
    const auto seed = static_cast<unsigned>(number + 1);
    std::minstd_rand random(seed);
    RacingClient client(connect(), number, seed);
    for (int round = 0; round < rounds; ++round) {
        switch (random() % 32) {
        case 0: redis.dropALink(); break;
        case 1:
        case 2: client.connectAgain(connect()); break;
        case 3:
        case 4:
        case 5:
        case 6:
        case 7:
        case 8: client.writeAndRead(); break;
        default: client.read(); break;
        }
    }
}

TEST_F(RaceTest, clientsSeeTheirOwnWritesAndNothingGrowsOlder) {
    start(256, 2);
    runClients();

    EXPECT_GT(redis.dropped(), 0U);
    EXPECT_GT(store->counters().hits, 0U);
    EXPECT_TRUE(store->check());
    EXPECT_TRUE(eventually([this] { return gate->taken() == 0 && gate->waiting() == 0; }));
}

TEST_F(RaceTest, theyDoSoWithFewSlotsAndFewerLinksThanWorkers) {
    start(2, 1);
    runClients();

    EXPECT_GT(redis.dropped(), 0U);
    EXPECT_TRUE(store->check());
    EXPECT_TRUE(eventually([this] { return gate->taken() == 0 && gate->waiting() == 0; }));
}

} // namespace

} // namespace nearcache::test
