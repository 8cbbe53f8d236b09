#include "coherence/verify/Connection.h"

#include <poll.h>

namespace nearcache::coherence {

namespace {

timeval timevalOf(std::chrono::milliseconds time) {
    return {time.count() / 1000, static_cast<suseconds_t>(time.count() % 1000 * 1000)};
}

redisContext* connect(const Address& address, std::chrono::milliseconds timeout) {
    if (address.path.empty())
        return redisConnectWithTimeout(address.host.c_str(), address.port, timevalOf(timeout));
    return redisConnectUnixWithTimeout(address.path.c_str(), timevalOf(timeout));
}

} // namespace

Connection::Connection(Address address, int protocol, std::chrono::milliseconds timeout)
    : _address(std::move(address)), _protocol(protocol), _timeout(timeout) {}

void Connection::lose(const std::string& why) {
    _context.reset();
    throw ConnectionLost(_address.text() + ": " + why);
}

/// Between requests nothing is to be read: what can be read is the end.
bool Connection::closedByPeer() const {
    pollfd entry{_context->fd, POLLIN, 0};
    return ::poll(&entry, 1, 0) != 0;
}

void Connection::ensure() {
    if (_context && closedByPeer())
        _context.reset();
    if (!_context)
        open();
}

void Connection::open() {
    _context.reset(connect(_address, _timeout));
    if (!_context)
        throw ConnectionLost("hiredis: no memory");
    if (_context->err != 0)
        lose(_context->errstr);
    redisSetTimeout(_context.get(), timevalOf(_timeout));
    _spoken = 2;
    if (_protocol == 3 && ask({"HELLO", "3"})->type != REDIS_REPLY_ERROR)
        _spoken = 3;
}

void Connection::append(const Words& words) {
    std::vector<const char*> arguments;
    std::vector<std::size_t> lengths;
    for (const auto& word : words) {
        arguments.push_back(word.data());
        lengths.push_back(word.size());
    }
    if (redisAppendCommandArgv(_context.get(), static_cast<int>(words.size()), arguments.data(), lengths.data()) !=
        REDIS_OK)
        lose(_context->errstr);
}

Reply Connection::receive() {
    void* reply = nullptr;
    if (!_context)
        throw ConnectionLost(_address.text() + ": not connected");
    if (redisGetReply(_context.get(), &reply) != REDIS_OK)
        lose(_context->errstr);
    return Reply(static_cast<redisReply*>(reply));
}

Reply Connection::ask(const Words& words) {
    append(words);
    return receive();
}

} // namespace nearcache::coherence
