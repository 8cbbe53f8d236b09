#pragma once

#include "backend/Link.h"
#include "core/net/LoopCalls.h"
#include "support/FakeRedis.h"

#include <gtest/gtest.h>

#include <memory>

namespace nearcache::test {

/// A loop on a thread, a Redis that the test plays, and one link between them.
template <class LinkType> class LinkFixture : public testing::Test {
  protected:
    LinkFixture() {
        settings.unixPath = redis.path();
        settings.connectTimeout = patience;
    }
    ~LinkFixture() override { stop(); }

    void stop() {
        runner.stop();
        resolver.stop();
    }

    virtual std::unique_ptr<LinkType> make(const LinkContext& context) = 0;

    void start() { start(resolver); }

    void start(Resolver& names) {
        runner.call([&] {
            link = make(LinkContext{runner.loop, settings, health, names});
            link->start();
        });
    }

    /// Redis takes the link, which is Ready then.
    FakeLink join() {
        auto end = redis.accept();
        end.shakeHands();
        EXPECT_TRUE(becomes(Link::State::Ready));
        return end;
    }

    FakeLink startAndJoin() {
        start();
        return join();
    }

    Link::State state() {
        return runner.call([this] { return link->state(); });
    }

    bool becomes(Link::State wanted) {
        return eventually([&] { return state() == wanted; });
    }

    std::string trouble() {
        return runner.call([this] { return link->trouble(); });
    }

    FakeRedis redis;
    BackendSettings settings; ///< read whenever the link connects
    Health health{"the address"};
    Resolver resolver;
    LoopThread runner;
    std::unique_ptr<LinkType> link;
};

} // namespace nearcache::test
