#include "Worker.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <sys/epoll.h>
#include <sys/prctl.h>

namespace nearcache::bench {

namespace {

constexpr Nanoseconds second = 1'000'000'000;
constexpr Nanoseconds patience = 10 * second; ///< without any reply
constexpr Nanoseconds longestWait = second / 4;
constexpr std::size_t bufferSize = std::size_t{256} * 1024;

unsigned share(unsigned whole, unsigned parts, unsigned part) {
    return whole / parts + (part < whole % parts ? 1 : 0);
}

} // namespace

Worker::Worker(const Options& options, const Dialect& dialect, unsigned part)
    : _options(options), _dialect(dialect), _looks(part == 0), _keys(options, part),
      _poll(::epoll_create1(EPOLL_CLOEXEC)), _buffer(bufferSize) {
    for (unsigned i = share(options.connections, options.threads, part); i > 0; --i)
        _clients.emplace_back(connectTo(options.address));
    _blocked.resize(_clients.size());
    for (Client& client : _clients)
        listenTo(client, false, EPOLL_CTL_ADD);
    if (options.rate > 0)
        _interval = static_cast<double>(second) * options.threads / options.rate;
    _quota = options.requests / options.threads + (part < options.requests % options.threads ? 1 : 0);
}

void Worker::listenTo(Client& client, bool writable, int operation) {
    epoll_event event{};
    event.events = writable ? EPOLLIN | EPOLLOUT : EPOLLIN;
    event.data.u32 = static_cast<std::uint32_t>(&client - _clients.data());
    ::epoll_ctl(_poll.get(), operation, client.descriptor(), &event);
}

void Worker::run(const Plan& plan) {
    ::prctl(PR_SET_TIMERSLACK, 1UL);
    _plan = plan;
    Nanoseconds now = nowInNanoseconds();
    begin(now);
    while (!isFinished(now)) {
        watch(now);
        wait(now);
        now = nowInNanoseconds();
        if (isOpenLoop())
            askWhatIsDue(now);
        if (now > _lastReply + patience && _asked > _answered)
            fail("no reply for 10 seconds");
    }
    watch(now);
    if (_looks && _after.at == 0)
        _after = look(_options.watch);
}

void Worker::begin(Nanoseconds now) {
    _lastReply = now;
    _due = static_cast<double>(now);
    watch(now);
    if (isOpenLoop())
        return;
    for (Client& client : _clients)
        refill(client, now);
}

bool Worker::isFinished(Nanoseconds now) const {
    if (_findings.errors > 0 || (_quota > 0 && _answered == _quota))
        return true;
    return now >= _plan.until && (!isOpenLoop() || _answered == _asked);
}

void Worker::watch(Nanoseconds now) {
    if (_looks && _before.at == 0 && now >= _plan.from)
        _before = look(_options.watch);
    if (_looks && _after.at == 0 && now >= _plan.until)
        _after = look(_options.watch);
}

void Worker::wait(Nanoseconds now) {
    Nanoseconds until = now + longestWait;
    if (isOpenLoop() && mayAsk(now))
        until = std::min(until, std::max(static_cast<Nanoseconds>(_due), now));
    for (const Nanoseconds time : {_plan.from, _plan.until}) {
        if (time > now)
            until = std::min(until, time);
    }
    const timespec timeout{.tv_sec = 0, .tv_nsec = static_cast<long>(until - now)};
    std::array<epoll_event, 256> events{};
    const int count = ::epoll_pwait2(_poll.get(), events.data(), events.size(), &timeout, nullptr);
    if (count < 0 && errno != EINTR)
        fail(std::string("epoll_pwait2: ") + std::strerror(errno));
    for (int i = 0; i < count && _findings.errors == 0; ++i)
        handle(events[static_cast<std::size_t>(i)].data.u32, events[static_cast<std::size_t>(i)].events);
}

void Worker::handle(std::uint32_t index, std::uint32_t events) {
    Client& client = _clients[index];
    if ((events & EPOLLOUT) != 0)
        flush(client);
    if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0)
        receive(client);
}

void Worker::receive(Client& client) {
    std::string_view input;
    const auto read = client.read(_buffer, input);
    if (read == Client::Read::Lost)
        return fail("the server closed a connection");
    if (read == Client::Read::Nothing)
        return;
    const Nanoseconds now = nowInNanoseconds();
    const bool right =
        client.take(_dialect, input, [&](const Asked& /*asked*/, Nanoseconds begin) { count(begin, now); });
    if (!right)
        return fail("wrong reply: " + std::string(input.substr(0, 100)));
    refill(client, now);
}

/// A closed loop counts what is answered in the timed part, an open one what was due in it.
void Worker::count(Nanoseconds begin, Nanoseconds now) {
    ++_answered;
    _lastReply = now;
    if (_plan.timed(isOpenLoop() ? begin : now))
        _findings.latency.add(now - begin);
}

bool Worker::mayAsk(Nanoseconds now) const {
    return now < _plan.until && (_quota == 0 || _asked < _quota);
}

void Worker::refill(Client& client, Nanoseconds now) {
    if (isOpenLoop()) {
        for (; client.underWay() < _options.depth && !client.waiting().empty(); client.waiting().pop_front())
            ask(client, client.waiting().front());
    } else if (client.underWay() == 0) {
        for (unsigned i = 0; i < _options.depth && mayAsk(now); ++i, ++_asked)
            ask(client, now);
    }
    flush(client);
}

void Worker::askWhatIsDue(Nanoseconds now) {
    for (; _due <= static_cast<double>(now) && mayAsk(static_cast<Nanoseconds>(_due)); _due += _interval, ++_asked) {
        Client& client = _clients[_turn];
        _turn = _turn + 1 == _clients.size() ? 0 : _turn + 1;
        client.waiting().push_back(static_cast<Nanoseconds>(_due));
        refill(client, now);
    }
}

void Worker::ask(Client& client, Nanoseconds begin) {
    const bool isWrite = _options.writes > 0 && _keys.random() < _options.writes;
    client.ask(_dialect, {_keys.next(), isWrite}, begin);
}

void Worker::flush(Client& client) {
    if (!client.flush())
        return fail("the server closed a connection");
    auto blocked = _blocked[static_cast<std::size_t>(&client - _clients.data())];
    if (blocked != client.wantsToWrite()) {
        blocked = client.wantsToWrite();
        listenTo(client, blocked, EPOLL_CTL_MOD);
    }
}

void Worker::fail(std::string what) {
    if (_findings.errors++ == 0)
        _findings.firstError = std::move(what);
}

} // namespace nearcache::bench
