#include "net/Acceptor.h"

#include <Poco/Exception.h>
#include <Poco/Logger.h>

#include <utility>

namespace nearcache {

namespace {

constexpr int backlog = 4096;
/// After an accept that failed (no descriptor left, say): trying again at once would spin.
constexpr Milliseconds pauseAfterFailure{100};

} // namespace

bool ConnectionLimit::tryEnter() {
    unsigned open = _open;
    while (open < _limit) {
        if (_open.compare_exchange_weak(open, open + 1))
            return true;
    }
    return false;
}

class Acceptor::Listener final : public PollHandler {
  public:
    // NOLINTNEXTLINE(performance-*): sockets of Poco 1.13 can be moved
    Listener(Acceptor& acceptor, Poco::Net::ServerSocket socket, const FrontEnd& frontEnd)
        // NOLINTNEXTLINE(performance-*)
        : _acceptor(acceptor), _socket(std::move(socket)), _frontEnd(frontEnd) {}

    void watch() { _acceptor._loop.poller().watch(_socket, {.read = true}, *this); }

    void onPoll(bool /*readable*/, bool /*writable*/) noexcept override {
        auto socket = std::make_shared<Poco::Net::StreamSocket>();
        try {
            *socket = _socket.acceptConnection();
        } catch (const std::exception& failure) {
            pauseFor(failure);
            return;
        }
        try {
            _acceptor.accepted(std::move(socket), _frontEnd);
        } catch (const std::exception&) {
            // It was gone before it could be served.
        }
    }

    void close() {
        _acceptor._loop.poller().forget(_socket);
        _socket.close();
    }

  private:
    void pauseFor(const std::exception& failure) {
        const auto* known = dynamic_cast<const Poco::Exception*>(&failure);
        Poco::Logger::get("nearcache")
            .warning("a client could not be accepted: " + (known != nullptr ? known->displayText() : failure.what()));
        _acceptor._loop.poller().forget(_socket);
        _acceptor._loop.timers().at(_acceptor._loop.now() + pauseAfterFailure, [this] { watch(); });
    }

    Acceptor& _acceptor;
    Poco::Net::ServerSocket _socket;
    const FrontEnd& _frontEnd;
};

Acceptor::Acceptor(ConnectionLimit& limit, HandOver handOver) : _limit(limit), _handOver(std::move(handOver)) {}

Acceptor::~Acceptor() {
    stop();
}

Poco::Net::SocketAddress Acceptor::listenOn(const Poco::Net::SocketAddress& address, const FrontEnd& frontEnd) {
    Poco::Net::ServerSocket socket;
    const bool reusePort = false; // two proxies on one port would share its clients without a word
    if (address.family() == Poco::Net::SocketAddress::IPv6)
        socket.bind6(address, true, reusePort, true);
    else
        socket.bind(address, true, reusePort);
    socket.listen(backlog);
    socket.setBlocking(false);
    const auto bound = socket.address();
    _listeners.push_back(std::make_unique<Listener>(*this, std::move(socket), frontEnd));
    return bound;
}

void Acceptor::start() {
    for (const auto& listener : _listeners)
        listener->watch();
    _thread.start(_runner);
    _running = true;
}

void Acceptor::stop() {
    if (_running) {
        _loop.stop();
        _thread.join();
        _running = false;
    }
    for (const auto& listener : _listeners)
        listener->close();
    _listeners.clear();
}

void Acceptor::accepted(std::shared_ptr<Poco::Net::StreamSocket> socket, const FrontEnd& frontEnd) {
    socket->setBlocking(false);
    socket->setNoDelay(true);
    Client client{++_lastClient, socket->peerAddress().toString(), socket->address().toString()};
    _handOver({std::move(socket), &frontEnd, std::move(client), _limit.tryEnter()});
}

} // namespace nearcache
