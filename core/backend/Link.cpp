#include "backend/Link.h"

#include "net/SocketIo.h"

#include <Poco/Exception.h>
#include <Poco/Net/StreamSocketImpl.h>

#include <hiredis/hiredis.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <random>
#include <sys/socket.h>

namespace nearcache {

namespace {

constexpr Milliseconds firstPause{50};
constexpr Milliseconds longestPause{500};
/// Bytes sent that the peer's kernel has not acknowledged for this long: it is cut off. A Redis that is merely busy
/// does not come under it, since its kernel acknowledges.
constexpr unsigned userTimeout = 2000; // ms
constexpr std::size_t readSize = std::size_t{64} * 1024;
constexpr int readsATurn = 4;
/// A command of many megabytes leaves no more than this behind.
constexpr std::size_t maxIdleBuffer = std::size_t{1024} * 1024;

/// A socket on a descriptor that hiredis closes.
class BorrowedSocketImpl : public Poco::Net::StreamSocketImpl {
  public:
    explicit BorrowedSocketImpl(int descriptor) : StreamSocketImpl(descriptor) {}

  protected:
    ~BorrowedSocketImpl() override { reset(); }
};

Milliseconds withJitter(Milliseconds pause) {
    thread_local std::minstd_rand random{std::random_device{}()};
    return Milliseconds(std::uniform_int_distribution<Milliseconds::rep>(pause.count() * 3 / 4, pause.count())(random));
}

/// Finds a peer that has vanished without a word, also while nothing is being asked.
void watchPeer(int descriptor) {
    const auto set = [descriptor](int level, int option, int value) {
        ::setsockopt(descriptor, level, option, &value, sizeof value); // a help, not a need
    };
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, 1);
    set(IPPROTO_TCP, TCP_KEEPINTVL, 1);
    set(IPPROTO_TCP, TCP_KEEPCNT, 2);
    set(IPPROTO_TCP, TCP_USER_TIMEOUT, userTimeout);
}

std::string errorText(int error) {
    return std::strerror(error); // NOLINT(concurrency-mt-unsafe): glibc's is, for errors it knows
}

} // namespace

void Link::FreeContext::operator()(redisContext* context) const {
    redisFree(context);
}

Link::Link(const LinkContext& context, LinkRole role) : _context(context), _role(role) {}

Link::~Link() {
    _context.loop.timers().cancel(_timer);
    dropConnection();
}

void Link::start() {
    connect();
}

void Link::write(std::string_view bytes) {
    _outgoing.append(bytes);
    flushAtEndOfTurn();
}

void Link::pauseReading(bool pause) {
    _paused = pause && _established;
    if (_established)
        watch();
}

Loop::Task Link::whileAlive(Loop::Task task) const {
    return [alive = std::weak_ptr<bool>(_alive), task = std::move(task)] {
        if (!alive.expired())
            task();
    };
}

redisReader& Link::reader() const {
    return *_redis->reader;
}

void Link::connect() {
    const auto& settings = _context.settings;
    _trying = true;
    _begun = _context.loop.now();
    _timer = _context.loop.timers().at(_context.loop.now() + settings.connectTimeout,
                                       [this] { fail("no answer within backend.connect_timeout"); });
    if (!settings.unixPath.empty() || isIpAddress(settings.host))
        connectTo(settings.host);
    else if (!_resolving) // else that answer is as good: name servers may take longer than a try
        resolve();
}

void Link::resolve() {
    _resolving = true;
    _context.resolver.resolve(_context.settings.host, _context.loop,
                              [this, alive = std::weak_ptr<bool>(_alive)](const Resolver::Answer& answer) {
                                  if (!alive.expired())
                                      resolved(answer);
                              });
}

void Link::resolved(const Resolver::Answer& answer) {
    _resolving = false;
    if (!_trying)
        return; // the next try asks again
    if (answer.addresses.empty())
        fail(answer.trouble);
    else
        connectTo(answer.addresses[_nextAddress++ % answer.addresses.size()]);
}

void Link::connectTo(const std::string& address) {
    const auto& settings = _context.settings;
    redisOptions options{};
    if (settings.unixPath.empty())
        REDIS_OPTIONS_SET_TCP(&options, address.c_str(), settings.port);
    else
        REDIS_OPTIONS_SET_UNIX(&options, settings.unixPath.c_str());
    options.options |= REDIS_OPT_NONBLOCK;
    adopt(redisConnectWithOptions(&options));
}

void Link::adopt(redisContext* context) {
    _redis.reset(context);
    if (context == nullptr || context->err != 0) {
        fail(context == nullptr ? "out of memory" : context->errstr);
        return;
    }
    _socket.emplace(new BorrowedSocketImpl(context->fd));
    if (_context.settings.unixPath.empty())
        watchPeer(context->fd);
    _established = false;
    _context.loop.poller().watch(*_socket, {.write = true}, *this);
}

void Link::onPoll(bool readable, bool writable) noexcept {
    try {
        if (!_established) {
            checkConnected();
            return;
        }
        if (writable)
            flush();
        if (readable && _established)
            receive();
    } catch (const std::exception& failure) {
        lose(failure.what());
    }
}

void Link::checkConnected() {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(_redis->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0)
        fail(errorText(error));
    else
        connected();
}

void Link::connected() {
    _established = true;
    _handshake.emplace(_context.settings, _role);
    write(_handshake->commands());
    watch();
}

/// As long as there is as much as fits, but others have their turn, too.
void Link::receive() {
    for (int reads = 0; reads < readsATurn && _established && !_paused && receiveOnce(); ++reads) {
    }
}

/// Whether there may be more.
bool Link::receiveOnce() {
    std::array<char, readSize> buffer;
    const auto result = receiveSome(*_socket, buffer);
    switch (result.status) {
    case IoResult::Status::Done: handleBytes({buffer.data(), result.bytes}); return result.bytes == readSize;
    case IoResult::Status::Again: break;
    case IoResult::Status::Ended: lose("Redis closed the connection"); break;
    case IoResult::Status::Failed: lose(errorText(errno)); break;
    }
    return false;
}

void Link::handleBytes(std::string_view bytes) {
    if (_handshake)
        readHandshake(bytes);
    else
        onBytes(bytes);
}

void Link::readHandshake(std::string_view bytes) {
    redisReaderFeed(_redis->reader, bytes.data(), bytes.size());
    while (!_handshake->complete()) {
        void* read = nullptr;
        if (redisReaderGetReply(_redis->reader, &read) != REDIS_OK) {
            fail(std::string("the handshake's reply is not RESP: ") + _redis->reader->errstr);
            return;
        }
        const std::unique_ptr<void, void (*)(void*)> reply(read, freeReplyObject);
        if (reply == nullptr)
            return;
        if (!takeHandshakesReply(*static_cast<redisReply*>(read)))
            return;
    }
    handshakeDone();
}

bool Link::takeHandshakesReply(const redisReply& reply) {
    const auto refusal = _handshake->takeReply(reply);
    if (refusal.empty())
        return true;
    if (_handshake->unsupported() && onUnsupported(refusal))
        tryAnew();
    else
        fail(refusal);
    return false;
}

void Link::tryAnew() {
    dropConnection();
    _context.loop.timers().cancel(_timer);
    connect();
}

void Link::handshakeDone() {
    auto& reader = _redis->reader;
    const std::string rest(reader->buf + reader->pos, reader->len - reader->pos);
    if (!rest.empty() && !(_handshake->resp3() && rest.starts_with('>'))) {
        fail("a reply came that nothing was asked for"); // it would be taken for the reply to the first request
        return;
    }
    redisReaderFree(reader);
    reader = redisReaderCreate();
    if (reader == nullptr) {
        fail("out of memory");
        return;
    }
    _redisId = _handshake->id();
    ready();
    if (!rest.empty() && _state == State::Ready)
        onBytes(rest);
}

void Link::ready() {
    _trying = false;
    _handshake.reset();
    _context.loop.timers().cancel(_timer);
    _pause = Milliseconds{0};
    _trouble.clear();
    _state = State::Ready;
    if (_reconnects)
        _context.health.linkReady();
    onReady();
}

void Link::lose(const std::string& why) {
    if (_state != State::Ready) {
        fail(why);
        return;
    }
    dropConnection();
    if (!_reconnects) {
        _state = State::Away;
        _trouble = why;
        onLost(why);
        onEnd(why);
        return;
    }
    _state = State::Connecting;
    _context.health.linkLost();
    onLost(why);
    connect();
}

void Link::fail(const std::string& why) {
    _trying = false;
    dropConnection();
    _context.loop.timers().cancel(_timer);
    _state = State::Away;
    _trouble = why;
    if (_reconnects)
        _context.health.attemptFailed(why);
    onAway();
    if (_reconnects)
        retryLater();
    else
        onEnd(why);
}

void Link::retryLater() {
    _pause = std::clamp(_pause * 2, firstPause, longestPause);
    // From the beginning of the try that failed: one that found no answer for long has paused already.
    _timer =
        _context.loop.timers().at(std::max(_begun + withJitter(_pause), _context.loop.now()), [this] { connect(); });
}

void Link::dropConnection() {
    if (_socket)
        _context.loop.poller().forget(*_socket);
    _socket.reset();
    _redis.reset();
    _established = false;
    _paused = false;
    _redisId = 0;
    _handshake.reset();
    _outgoing.clear();
    _sent = 0;
}

void Link::flushAtEndOfTurn() {
    if (_flushing)
        return;
    _flushing = true;
    _context.loop.atEndOfTurn(whileAlive([this] {
        _flushing = false;
        if (_established)
            flush();
    }));
}

void Link::flush() {
    while (_sent < _outgoing.size()) {
        const iovec rest{_outgoing.data() + _sent, _outgoing.size() - _sent};
        const auto result = sendSome(*_socket, {&rest, 1});
        if (result.status == IoResult::Status::Failed) {
            lose(errorText(errno));
            return;
        }
        if (result.status == IoResult::Status::Again)
            break;
        _sent += result.bytes;
    }
    forgetSent();
    watch();
}

void Link::forgetSent() {
    if (_sent < _outgoing.size()) {
        // Not at every send, so that each byte is moved once at most, on average.
        if (_sent <= maxIdleBuffer || _sent < _outgoing.size() / 2)
            return;
        _outgoing.erase(0, _sent);
    } else {
        _outgoing.clear();
        if (_outgoing.capacity() > maxIdleBuffer)
            _outgoing.shrink_to_fit();
    }
    _sent = 0;
}

void Link::watch() {
    _context.loop.poller().watch(*_socket, {.read = !_paused, .write = _sent < _outgoing.size()}, *this);
}

} // namespace nearcache
