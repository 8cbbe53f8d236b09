#include "net/Connection.h"

#include <Poco/Exception.h>

#include <algorithm>
#include <utility>

namespace nearcache {

namespace {

/// Room to read into behind `held` bytes: more for long inputs, so that a value of many megabytes takes fewer calls.
std::size_t roomBehind(std::size_t held) {
    return std::clamp<std::size_t>(held / 4, ConnectionScratch::inputSize, std::size_t{1024} * 1024);
}

} // namespace

// NOLINTNEXTLINE(performance-*): sockets of Poco 1.13 can be moved
Connection::Connection(Loop& loop, ConnectionScratch& scratch, Poco::Net::StreamSocket socket, OnClosed onClosed)
    // NOLINTNEXTLINE(performance-*)
    : _loop(loop), _scratch(scratch), _socket(std::move(socket)), _onClosed(std::move(onClosed)),
      _output(scratch.blocks()), _lastProgress(loop.now()) {}

Connection::~Connection() {
    _loop.poller().forget(_socket);
    _loop.timers().cancel(_lingering);
}

void Connection::serve(const FrontEnd& frontEnd, const Client& client, const MakeExecutor& makeExecutor) {
    _session = frontEnd.open(client);
    _executor = makeExecutor(*this);
    watch();
}

void Connection::refuse(std::string_view message) {
    _output.append(message);
    _state = State::Ending;
    proceed();
}

void Connection::finish() {
    if (_state != State::Open)
        return;
    if (_executor->waitsByDesign()) {
        close();
        return;
    }
    _nothingAsked = _input.empty() && _output.empty() && _executor->idle() && _socket.available() == 0;
    if (!_nothingAsked && !_peerEnded && !_held) {
        onPoll(true, false); // what the client has sent already is still answered
        _scratch.execute();
    }
    _finishing = true;
    touch();
}

void Connection::end() {
    if (_state != State::Open)
        return;
    _state = State::Ending;
    _held = false;
    touch();
}

void Connection::close() {
    if (_state == State::Closed)
        return;
    _state = State::Closed;
    _loop.poller().forget(_socket);
    _output.clear();
    if (_executor != nullptr)
        _executor->abandon();
    _socket.close();
    _onClosed(*this);
}

void Connection::touch() {
    if (_touched || _state == State::Closed)
        return;
    _touched = true;
    _loop.atEndOfTurn([this] {
        _touched = false;
        try {
            if (_state != State::Closed)
                proceed();
        } catch (const std::exception&) {
            close(); // as in onPoll(): input that was held back is parsed here
        }
    });
}

void Connection::closeIfStalled() {
    if (!_output.empty() && _loop.now() - _lastProgress > maxStall)
        close();
}

void Connection::onPoll(bool readable, bool /*writable*/) noexcept {
    try {
        if (readable)
            _state == State::Lingering ? discardInput() : receive();
        if (!_gathered && (_state == State::Open || _state == State::Ending))
            proceed();
    } catch (const std::exception&) {
        close(); // out of memory for this client's sake: the others go on
    }
}

void Connection::execute(std::span<const Request> requests) noexcept {
    _gathered = false;
    if (_state == State::Closed)
        return;
    try {
        _executor->execute(requests);
        if (!_serving && _state != State::Closed)
            proceed();
    } catch (const std::exception&) {
        close(); // as in onPoll()
    }
}

void Connection::receive() {
    const bool fresh = _input.empty();
    const std::size_t held = _input.size();
    if (!fresh)
        _input.resize(held + roomBehind(held));
    const std::span<char> room = fresh ? _scratch.room() : std::span(_input).subspan(held);
    const auto result = receiveSome(_socket, room);
    _input.resize(fresh ? 0 : held + result.bytes);
    switch (result.status) {
    case IoResult::Status::Done:
        serveInput(fresh ? std::string_view(room.data(), result.bytes) : std::string_view(_input), fresh);
        return;
    case IoResult::Status::Again: return;
    case IoResult::Status::Ended: _peerEnded = true; return;
    case IoResult::Status::Failed: close(); return;
    }
}

void Connection::discardInput() {
    const auto result = receiveSome(_socket, _scratch.room());
    if (result.status == IoResult::Status::Ended || result.status == IoResult::Status::Failed)
        close();
}

/// `read`: the input is in the scratch, where it can stay; else it is _input.
void Connection::serveInput(std::string_view input, bool read) {
    std::size_t consumed = 0;
    bool more = true;
    _serving = true;
    while (more && takesRequests()) {
        more = gather(input, consumed, read);
        if (more || !read || _scratch.full())
            _scratch.execute();
    }
    _serving = false;
    _held = more;
    keep(input.substr(_state == State::Open ? consumed : input.size()));
}

/// Hands in as many requests as may be executed together. Whether there may be more.
bool Connection::gather(std::string_view input, std::size_t& consumed, bool read) {
    auto& requests = _scratch.requests();
    const auto others = requests.size();
    const bool more = parse(input, consumed, requests);
    if (requests.size() > others) {
        _gathered = true;
        _executor->prepare(_scratch.share(_loop, *this, read ? input : std::string_view()));
    }
    return more;
}

bool Connection::parse(std::string_view input, std::size_t& consumed, std::vector<Request>& requests) {
    for (std::size_t i = 0; i < ConnectionScratch::maxBatch; ++i) {
        if (consumed == input.size())
            return false;
        Request& request = requests.emplace_back();
        const auto parsed = _session->parse(input.substr(consumed), _scratch.arena(), request);
        consumed += parsed.consumed;
        if (parsed.status == Parsed::Status::Unfinished) {
            requests.pop_back();
            return false;
        }
        if (request.close) {
            _state = State::Ending;
            return false;
        }
    }
    return true;
}

void Connection::keep(std::string_view rest) {
    if (rest.empty())
        std::string().swap(_input); // an idle connection holds no buffer
    else if (_input.empty())
        _input.assign(rest);
    else
        _input.erase(0, _input.size() - rest.size());
}

bool Connection::takesRequests() const {
    return _state == State::Open && _output.size() < maxUndelivered && !_executor->full();
}

void Connection::proceed() {
    send();
    if (_executor != nullptr && _state != State::Closed)
        _executor->onRoom();
    resumeInput();
    if (_peerEnded && _state != State::Closed && _executor != nullptr && _executor->waitsByDesign()) {
        close(); // Redis would do so too: what comes of it must not go to somebody who has left
        return;
    }
    if (_state == State::Open && (_peerEnded || _finishing) && !_held)
        _state = State::Ending;
    if (_state == State::Ending && _output.empty() && (_executor == nullptr || _executor->idle()))
        linger();
    if (_state != State::Closed)
        watch();
}

void Connection::resumeInput() {
    while (_held && _state != State::Closed && takesRequests()) {
        serveInput(_input, false);
        send();
    }
}

void Connection::send() {
    if (_state == State::Closed)
        return;
    const auto before = _output.size();
    const auto status = _output.sendTo(_socket);
    if (status == IoResult::Status::Failed)
        close();
    else if (_output.size() < before || before == 0)
        _lastProgress = _loop.now();
}

void Connection::linger() {
    if (_peerEnded || _nothingAsked) {
        close();
        return;
    }
    // Closing now would reset the connection if the client has sent more than we read, and destroy the last reply.
    _state = State::Lingering;
    std::string().swap(_input);
    try {
        _socket.shutdownSend();
    } catch (const Poco::Exception&) {
        close();
        return;
    }
    _lingering = _loop.timers().at(_loop.now() + maxLinger, [this] { close(); });
}

void Connection::watch() {
    const bool read = _state == State::Lingering || (_state == State::Open && !_peerEnded && !_finishing && !_held);
    const Interest interest{.read = read, .write = !_output.empty()};
    if (interest == _watched)
        return;
    _loop.poller().watch(_socket, interest, *this);
    _watched = interest;
}

} // namespace nearcache
