#include "net/Loop.h"

#include <Poco/Exception.h>
#include <Poco/Net/StreamSocketImpl.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <sys/eventfd.h>
#include <unistd.h>

namespace nearcache {

namespace {

constexpr Milliseconds longestWait{60'000};

int makeWakeDescriptor() {
    const int descriptor = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (descriptor < 0)
        throw Poco::IOException("no descriptor for an event loop", errno);
    return descriptor;
}

} // namespace

Loop::Loop() : _wakeDescriptor(makeWakeDescriptor()), _wakeSocket(new Poco::Net::StreamSocketImpl(_wakeDescriptor)) {
    _poller.watch(_wakeSocket, {.read = true}, *this);
}

Loop::~Loop() {
    _poller.forget(_wakeSocket);
}

void Loop::run() {
    while (!_stopping) {
        _poller.wait(patience());
        _now = Clock::now();
        _poller.report();
        runAll(_afterEvents);
        runPosted();
        _timers.runDue(_now);
        runAll(_endOfTurn);
    }
}

void Loop::stop() {
    _stopping = true;
    wake();
}

void Loop::post(Task task) {
    const std::lock_guard lock(_mutex);
    _posted.push_back(std::move(task));
    if (_posted.size() == 1)
        wake();
}

void Loop::onPoll(bool /*readable*/, bool /*writable*/) noexcept {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto size = ::read(_wakeDescriptor, &count, sizeof count);
}

Milliseconds Loop::patience() const {
    const auto next = _timers.next();
    if (!next)
        return longestWait;
    // Rounded up: the poll has milliseconds, and a wait of 0 before the time comes would spin.
    const auto wait = std::chrono::ceil<Milliseconds>(*next - Clock::now());
    return std::clamp(wait, Milliseconds{0}, longestWait);
}

void Loop::runPosted() {
    std::vector<Task> tasks;
    {
        const std::lock_guard lock(_mutex);
        tasks.swap(_posted);
    }
    for (const auto& task : tasks)
        task();
}

void Loop::runAll(std::vector<Task>& tasks) {
    // By index: a task may add others. NOLINTNEXTLINE(modernize-loop-convert)
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        const Task task = std::move(tasks[i]);
        task();
    }
    tasks.clear();
}

void Loop::wake() const noexcept {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto size = ::write(_wakeDescriptor, &one, sizeof one);
}

} // namespace nearcache
