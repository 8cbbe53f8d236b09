#pragma once

/// Workers between clients and a Redis that the test plays: who sends what, and when, is the test's doing.
///
/// With one worker everything is in the test's hands: fetches() and forwards() are its two links, and after settle()
/// all that was sent has been dealt with.

#include "cache/KeyHash.h"
#include "cache/Store.h"
#include "core/cache/RecordingPolicy.h"
#include "core/net/LoopCalls.h"
#include "nearcache/Resp.h"
#include "pipeline/WorkerGroup.h"
#include "support/FakeRedis.h"
#include "support/LineFrontEnd.h"
#include "support/Peer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace nearcache::test {

/// A link of which no test wants to see the PTTL that follows each GET.
class PipelineLink : public FakeLink {
  public:
    explicit PipelineLink(FakeLink link) : FakeLink(std::move(link)) {}

    [[nodiscard]] std::string command() {
        skipRemaining();
        return FakeLink::command();
    }

    [[nodiscard]] const std::string& nextCommand() {
        skipRemaining();
        return FakeLink::nextCommand();
    }

    [[nodiscard]] bool quiet() {
        while (!FakeLink::quiet()) {
            if (!FakeLink::nextCommand().starts_with("PTTL "))
                return false;
            (void)FakeLink::command();
        }
        return true;
    }

  private:
    void skipRemaining() {
        while (FakeLink::nextCommand().starts_with("PTTL "))
            (void)FakeLink::command();
    }
};

struct Shape {
    unsigned parallel = 256;
    Milliseconds timeout = patience;
    unsigned workers = 1;
    unsigned links = 1; ///< that fetch; at least one a worker, for worker()
    CacheSettings::Coherence coherence = CacheSettings::Coherence::Ttl;
    CacheSettings::OnDisconnect onDisconnect = CacheSettings::OnDisconnect::Serve;
    Milliseconds heartbeat = std::chrono::hours(1); ///< so that no PING comes unexpected

    /// Of both kinds: a worker forwards by as many as it fetches by, but by one at least.
    [[nodiscard]] unsigned allLinks() const { return links + std::max(links, workers); }
};

class PipelineTest : public testing::Test {
  protected:
    ~PipelineTest() override {
        if (workers != nullptr)
            workers->stop();
        resolver.stop();
    }

    /// Starts the workers, and has all of their links shake hands.
    void start(const Shape& shape = {}) {
        startWithoutLinks(shape);
        for (unsigned i = 0; i < shape.allLinks(); ++i)
            join();
    }

    void startWithoutLinks(const Shape& shape = {}) {
        make(shape);
        workers->start();
    }

    void make(const Shape& shape) {
        backend.unixPath = redis.path();
        backend.connectTimeout = patience;
        backend.requestTimeout = shape.timeout;
        backend.heartbeat = shape.heartbeat;
        cacheSettings.coherence = shape.coherence;
        cacheSettings.onDisconnect = shape.onDisconnect;
        gate = std::make_unique<Gate>(shape.parallel);
        coherence = std::make_unique<Coherence>(cacheSettings);
        store = std::make_unique<Store>(
            Store::Settings{
                .capacity = 1000, .ttl = std::chrono::hours(1), .groups = shape.links, .readers = shape.workers},
            std::make_unique<FifoPolicy>());
        workers = std::make_unique<WorkerGroup>(
            Shared{*store, *gate, limit, budget, clients, backend, cacheSettings, health, *coherence, resolver},
            shape.workers, shape.links);
    }

    /// Redis takes one more link.
    PipelineLink& join() {
        links.emplace_back(redis.accept());
        const auto before = health.linksReady(); // a lost one is not counted any more when another is opened for it
        links.back().shakeHands();
        EXPECT_TRUE(eventually([&] { return health.linksReady() > before; }));
        return links.back();
    }

    /// The link that is opened for a client, up to the PING by which it is prepared.
    PipelineLink& joinOwn() {
        PipelineLink& link = accept();
        answerPing(link);
        return link;
    }

    void answerPing(PipelineLink& link) {
        EXPECT_EQ(link.command(), "PING");
        link.send("+PONG\r\n");
        settle();
    }

    /// One that the health does not know of.
    PipelineLink& accept() {
        links.emplace_back(redis.accept());
        links.back().shakeHands();
        settle();
        return links.back();
    }

    /// A worker's first links, which it opens in this order.
    PipelineLink& fetches() { return links[0]; }
    PipelineLink& forwards() { return links[1]; }

    /// The link by which this command comes; it is read.
    PipelineLink& linkWith(const std::string& command) {
        PipelineLink* found = nullptr;
        EXPECT_TRUE(eventually([&] {
            for (auto& link : links) {
                if (!link.quiet() && link.nextCommand() == command)
                    found = &link;
            }
            return found != nullptr;
        })) << command;
        if (found == nullptr)
            throw std::runtime_error("no link has this command");
        EXPECT_EQ(found->command(), command);
        return *found;
    }

    [[nodiscard]] bool redisIsQuiet() {
        return std::all_of(links.begin(), links.end(), [](PipelineLink& link) { return link.quiet(); });
    }

    /// A client of the worker that has the fewest.
    Peer connect(Pair pair = unixPair()) {
        const bool admitted = limit.tryEnter();
        workers->adopt({pair.takeSocket(), &frontEnd, {++lastClient, "test"}, admitted});
        return std::move(pair.peer);
    }

    /// One that sends this.
    Peer connectAndSend(std::string_view bytes, Pair pair = unixPair()) {
        auto client = connect(std::move(pair));
        client.send(bytes);
        settle();
        return client;
    }

    /// Ends the client's connection with a reset, which its worker has seen when this returns. For clients by TCP.
    void vanish(Peer& client) {
        const auto before = limit.open();
        client.reset();
        EXPECT_TRUE(eventually([&] { return limit.open() < before; }));
        settle();
    }

    /// Worker number i, counted as they get clients.
    Worker& worker(std::size_t i) { return workers->homeOf(i << 16).worker; }

    /// All that was sent before has been dealt with, from one worker to the other and back.
    void settle() {
        for (std::size_t round = 0; round < (workers->size() == 1 ? 1 : 3); ++round) {
            for (std::size_t i = 0; i < workers->size(); ++i)
                test::settle(worker(i).loop());
        }
    }

    /// A key that has its home at this worker, and begins like this.
    std::string keyAt(std::size_t i, std::string key = "key") {
        while (&workers->homeOf(hashKey(key)).worker != &worker(i))
            key += "'";
        return key;
    }

    /// Has the key cached, by one worker.
    void cache(const std::string& key, const std::string& value) {
        auto client = connectAndSend("get " + key + "\n");
        EXPECT_EQ(fetches().command(), "GET " + key);
        answerValue(value);
        EXPECT_EQ(client.receiveLine(), "value " + value + " fetched stored");
    }

    /// The reply to a GET, and to the PTTL behind it: the key does not expire.
    void answer(std::string_view reply) { answerBy(fetches(), reply); }
    void answerValue(std::string_view value) { answer(bulk(value)); }

    static void answerBy(FakeLink& link, std::string_view reply) { link.send(std::string(reply) + ":-1\r\n"); }

    [[nodiscard]] static std::string bulk(std::string_view value) {
        std::string reply;
        resp::appendBulk(reply, value);
        return reply;
    }

    [[nodiscard]] bool isCached(const std::string& key) const { return store->holds(key, hashKey(key), Clock::now()); }

    /// Nothing is left of all requests: no slot taken, nobody in line.
    [[nodiscard]] bool gateIsFree() const {
        return eventually([this] { return gate->taken() == 0 && gate->waiting() == 0; });
    }

    FakeRedis redis;
    BackendSettings backend;
    LineFrontEnd frontEnd;
    CacheSettings cacheSettings;
    ConnectionLimit limit{1000};
    LinkBudget budget{2};
    Clients clients;
    Health health{"the address"};
    Resolver resolver;
    std::unique_ptr<Gate> gate;
    std::unique_ptr<Coherence> coherence;
    std::unique_ptr<Store> store;
    std::deque<PipelineLink> links;
    std::uint64_t lastClient = 0;
    std::unique_ptr<WorkerGroup> workers;
};

} // namespace nearcache::test
