#include "net/Acceptor.h"

#include "support/LineFrontEnd.h"
#include "support/LogCapture.h"
#include "support/Peer.h"
#include "support/Waiting.h"

#include <Poco/Exception.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <future>
#include <mutex>
#include <set>
#include <sys/resource.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace nearcache::test {

namespace {

using Poco::Net::SocketAddress;
using ::testing::Contains;
using ::testing::HasSubstr;

TEST(ConnectionLimit, admitsSoManyAtOnce) {
    ConnectionLimit limit(2);
    EXPECT_EQ(limit.limit(), 2U);
    EXPECT_TRUE(limit.tryEnter());
    EXPECT_TRUE(limit.tryEnter());
    EXPECT_EQ(limit.open(), 2U);
    EXPECT_FALSE(limit.tryEnter());
    EXPECT_EQ(limit.open(), 2U);

    limit.leave();
    EXPECT_TRUE(limit.tryEnter());
    EXPECT_FALSE(limit.tryEnter());
}

TEST(ConnectionLimit, mayBeOne) {
    ConnectionLimit limit(1);
    EXPECT_TRUE(limit.tryEnter());
    EXPECT_FALSE(limit.tryEnter());
    limit.leave();
    EXPECT_EQ(limit.open(), 0U);
    EXPECT_TRUE(limit.tryEnter());
}

TEST(ConnectionLimit, holdsWhileManyEnterAndLeave) {
    constexpr unsigned places = 3;
    constexpr int rounds = 20'000;
    ConnectionLimit limit(places);
    std::atomic<unsigned> inside = 0;
    std::atomic<bool> exceeded = false;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int round = 0; round < rounds; ++round) {
                if (!limit.tryEnter())
                    continue;
                exceeded = exceeded || ++inside > places;
                --inside;
                limit.leave();
            }
        });
    }
    for (auto& thread : threads)
        thread.join();

    EXPECT_FALSE(exceeded);
    EXPECT_EQ(limit.open(), 0U);
}

/// Lets the process open no further descriptor, while it lives.
class NoDescriptors {
  public:
    NoDescriptors() {
        ::getrlimit(RLIMIT_NOFILE, &_before);
        const int lowest = ::fcntl(0, F_DUPFD_CLOEXEC, 0);
        ::close(lowest);
        const rlimit none{static_cast<rlim_t>(lowest), _before.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &none);
    }
    ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &_before); }
    NoDescriptors(const NoDescriptors&) = delete;
    NoDescriptors& operator=(const NoDescriptors&) = delete;

  private:
    rlimit _before{};
};

class AcceptorTest : public testing::Test {
  protected:
    static Peer openSocket(const SocketAddress& address) {
        return Peer(::socket(address.af(), SOCK_STREAM | SOCK_CLOEXEC, 0));
    }

    static bool connect(const Peer& peer, const SocketAddress& address) {
        return ::connect(peer.descriptor(), address.addr(), address.length()) == 0;
    }

    static Peer connectTo(const SocketAddress& address) {
        auto peer = openSocket(address);
        EXPECT_TRUE(connect(peer, address));
        return peer;
    }

    /// The connections handed over, once there are so many.
    std::vector<Accepted> handedOver(std::size_t count) {
        EXPECT_TRUE(eventually([&] { return handOvers() >= count; }));
        const std::lock_guard lock(mutex);
        return accepted;
    }

    std::size_t handOvers() {
        const std::lock_guard lock(mutex);
        return accepted.size();
    }

    const SocketAddress anyPort{"127.0.0.1", 0};
    LineFrontEnd first;
    LineFrontEnd second;
    ConnectionLimit limit{2};
    std::mutex mutex;
    std::vector<Accepted> accepted;
    Acceptor acceptor{limit, [this](Accepted one) {
                          const std::lock_guard lock(mutex);
                          accepted.push_back(std::move(one));
                      }};
};

TEST_F(AcceptorTest, choosesAPortAndSaysWhich) {
    const auto one = acceptor.listenOn(anyPort, first);
    const auto other = acceptor.listenOn(anyPort, second);

    EXPECT_EQ(one.host().toString(), "127.0.0.1");
    EXPECT_NE(one.port(), 0);
    EXPECT_NE(one.port(), other.port());
}

TEST_F(AcceptorTest, handsAConnectionOn) {
    const auto address = acceptor.listenOn(anyPort, first);
    acceptor.start();
    auto client = connectTo(address);
    auto connection = handedOver(1).at(0);

    EXPECT_EQ(connection.frontEnd, &first);
    EXPECT_TRUE(connection.admitted);
    EXPECT_EQ(connection.client.id, 1U);
    EXPECT_THAT(connection.client.address, HasSubstr("127.0.0.1:"));
    EXPECT_EQ(connection.client.address, connection.socket->peerAddress().toString());
    EXPECT_FALSE(connection.socket->getBlocking());
    EXPECT_TRUE(connection.socket->getNoDelay());
    connection.socket->sendBytes("hello", 5);
    EXPECT_EQ(client.receive(5), "hello");
}

TEST_F(AcceptorTest, knowsWhichAddressAClientCameInBy) {
    const auto one = acceptor.listenOn(anyPort, first);
    const auto other = acceptor.listenOn(anyPort, second);
    acceptor.start();
    const auto toOther = connectTo(other);
    (void)handedOver(1);
    const auto toOne = connectTo(one);
    const auto connections = handedOver(2);

    EXPECT_EQ(connections[0].frontEnd, &second);
    EXPECT_EQ(connections[1].frontEnd, &first);
    EXPECT_EQ(connections[1].client.id, 2U);
}

TEST_F(AcceptorTest, enforcesTheLimitOverAllAddresses) {
    const auto one = acceptor.listenOn(anyPort, first);
    const auto other = acceptor.listenOn(anyPort, second);
    acceptor.start();
    std::vector<Peer> clients;
    for (std::size_t i = 0; i < 4; ++i) {
        clients.push_back(connectTo(i % 2 == 0 ? one : other));
        EXPECT_EQ(handedOver(i + 1).at(i).admitted, i < 2) << i;
    }
    EXPECT_EQ(limit.open(), 2U);
    limit.leave();
    clients.push_back(connectTo(other));

    EXPECT_TRUE(handedOver(5).at(4).admitted);
}

TEST_F(AcceptorTest, letsClientsWaitUntilItIsStarted) {
    const auto address = acceptor.listenOn(anyPort, first);
    const auto client = connectTo(address);
    EXPECT_EQ(handOvers(), 0U);
    acceptor.start();

    EXPECT_EQ(handedOver(1).size(), 1U);
}

TEST_F(AcceptorTest, listensNoMoreOnceItIsStopped) {
    const auto address = acceptor.listenOn(anyPort, first);
    acceptor.start();
    const auto before = connectTo(address);
    (void)handedOver(1);
    acceptor.stop();
    acceptor.stop();

    EXPECT_FALSE(connect(openSocket(address), address));
}

TEST_F(AcceptorTest, cannotListenOnAPortInUse) {
    const auto address = acceptor.listenOn(anyPort, first);
    ConnectionLimit ownLimit{1};
    Acceptor another(ownLimit, [](const Accepted&) {});

    EXPECT_THROW(another.listenOn(address, second), Poco::Exception);
    EXPECT_THROW(acceptor.listenOn(address, second), Poco::Exception);
}

TEST_F(AcceptorTest, listensAgainOnAPortAsSoonAsItIsFree) {
    ConnectionLimit ownLimit{1};
    auto another = std::make_unique<Acceptor>(ownLimit, [](const Accepted&) {});
    const auto address = another->listenOn(anyPort, first);
    another->start();
    const auto client = connectTo(address); // the port has a connection, which outlives the listener
    another.reset();

    EXPECT_EQ(acceptor.listenOn(address, first).port(), address.port());
}

TEST_F(AcceptorTest, cannotListenOnAnAddressThatIsNotOurs) {
    EXPECT_THROW(acceptor.listenOn(SocketAddress("192.0.2.1", 0), first), Poco::Exception);
}

TEST_F(AcceptorTest, listensOnIpv6WhereTheMachineHasIt) {
    const SocketAddress loopback("::1", 0);
    const auto probe = openSocket(loopback);
    if (probe.descriptor() < 0 || ::bind(probe.descriptor(), loopback.addr(), loopback.length()) != 0)
        GTEST_SKIP() << "this machine has no ::1";
    const auto address = acceptor.listenOn(loopback, first);
    acceptor.start();
    const auto client = connectTo(address);

    EXPECT_THAT(handedOver(1).at(0).client.address, HasSubstr("[::1]:"));
}

TEST_F(AcceptorTest, goesOnAfterTheDescriptorsHaveRunOut) {
    const LogCapture log;
    const auto address = acceptor.listenOn(anyPort, first);
    acceptor.start();
    const auto client = openSocket(address);
    {
        const NoDescriptors none;
        ASSERT_TRUE(connect(client, address));
        EXPECT_TRUE(eventually([&] { return !log.lines().empty(); }));
    }
    EXPECT_THAT(log.lines(), Contains(HasSubstr("warning: a client could not be accepted: ")));
    EXPECT_TRUE(handedOver(1).at(0).admitted);
    acceptor.stop(); // before the log goes
}

} // namespace

} // namespace nearcache::test
