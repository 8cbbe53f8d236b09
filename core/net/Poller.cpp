#include "net/Poller.h"

namespace nearcache {

using Poco::Net::PollSet;

namespace {

int modesOf(Interest interest) {
    return (interest.read ? PollSet::POLL_READ : 0) | (interest.write ? PollSet::POLL_WRITE : 0);
}

} // namespace

void Poller::watch(const Poco::Net::Socket& socket, Interest interest, PollHandler& handler) {
    if (interest == Interest{}) {
        forget(socket);
        return;
    }
    const auto [found, added] = _watched.try_emplace(socket.impl(), Watched{&handler, interest});
    if (added) {
        _set.add(socket, modesOf(interest));
    } else if (found->second.interest != interest) {
        _set.update(socket, modesOf(interest));
        found->second.interest = interest;
    }
}

void Poller::forget(const Poco::Net::Socket& socket) {
    if (_watched.erase(socket.impl()) > 0)
        _set.remove(socket);
}

void Poller::wait(Milliseconds timeout) {
    _ready = _set.poll(Poco::Timespan(std::chrono::microseconds(timeout).count()));
}

void Poller::report() {
    for (const auto& [socket, modes] : _ready)
        report(socket, modes);
    _ready.clear();
}

void Poller::report(const Poco::Net::Socket& socket, int modes) {
    const auto found = _watched.find(socket.impl());
    if (found == _watched.end())
        return;
    const auto [handler, interest] = found->second;
    const bool troubled = (modes & (PollSet::POLL_READ | PollSet::POLL_WRITE)) == 0;
    const bool readable = interest.read && (troubled || (modes & PollSet::POLL_READ) != 0);
    const bool writable = interest.write && (troubled || (modes & PollSet::POLL_WRITE) != 0);
    if (readable || writable)
        handler->onPoll(readable, writable);
}

} // namespace nearcache
