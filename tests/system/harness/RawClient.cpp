#include "system/harness/RawClient.h"

#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/NetException.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace nearcache::blackbox {

namespace {

constexpr std::size_t readSize = 1 << 16;
const Poco::Timespan standstill(0, 500'000); // so long nothing moves: nothing will

Poco::Net::SocketAddress addressOf(const Endpoint& endpoint) {
    if (endpoint.path.empty())
        return {"127.0.0.1", endpoint.port};
    return {Poco::Net::SocketAddress::UNIX_LOCAL, endpoint.path};
}

} // namespace

RawClient::RawClient(const Endpoint& endpoint) : _socket(addressOf(endpoint)) {
    const Poco::Timespan limit(patience.count(), 0);
    _socket.setReceiveTimeout(limit);
    _socket.setSendTimeout(limit);
    if (endpoint.path.empty())
        _socket.setNoDelay(true);
}

void RawClient::send(std::string_view bytes) {
    while (!bytes.empty())
        bytes.remove_prefix(static_cast<std::size_t>(
            _socket.sendBytes(bytes.data(), static_cast<int>(std::min(bytes.size(), std::size_t{1} << 20)))));
}

bool RawClient::trySend(std::string_view bytes) {
    try {
        send(bytes);
        return true;
    } catch (const Poco::TimeoutException&) {
        throw;
    } catch (const Poco::IOException&) {
        return false;
    }
}

std::size_t RawClient::sendWhatIsTaken(std::string_view bytes) {
    if (!_socket.poll(standstill, Poco::Net::Socket::SELECT_WRITE))
        return 0;
    const int taken = _socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()), MSG_DONTWAIT);
    return static_cast<std::size_t>(std::max(taken, 0));
}

void RawClient::sendByteByByte(std::string_view bytes) {
    for (const char& byte : bytes)
        _socket.sendBytes(&byte, 1);
}

bool RawClient::poll(std::chrono::milliseconds time) {
    return _socket.poll(Poco::Timespan(std::chrono::microseconds(time).count()), Poco::Net::Socket::SELECT_READ);
}

bool RawClient::readMore() {
    const auto before = _received.size();
    _received.resize(before + readSize);
    int length = 0;
    try {
        length = _socket.receiveBytes(_received.data() + before, static_cast<int>(readSize));
    } catch (const Poco::Net::ConnectionResetException&) {
        _reset = true;
    } catch (...) {
        _received.resize(before);
        throw;
    }
    _received.resize(before + static_cast<std::size_t>(length));
    return length > 0;
}

std::string RawClient::take(std::size_t length) {
    auto out = _received.substr(0, length);
    _received.erase(0, length);
    return out;
}

std::string RawClient::receive(std::size_t length) {
    while (_received.size() < length)
        if (!readMore())
            throw std::runtime_error("the connection ended after " + std::to_string(_received.size()) + " of " +
                                     std::to_string(length) + " bytes");
    return take(length);
}

std::string RawClient::receiveUntil(std::string_view token) {
    std::size_t at = _received.find(token);
    while (at == std::string::npos) {
        const auto seen = _received.size() < token.size() ? 0 : _received.size() - token.size();
        if (!readMore())
            throw std::runtime_error("the connection ended with '" + _received + "'");
        at = _received.find(token, seen);
    }
    return take(at + token.size());
}

std::string RawClient::receiveAll() {
    while (readMore()) {
    }
    return take(_received.size());
}

HttpAnswer RawClient::receiveHttp(bool head) {
    std::istringstream stream(receiveUntil("\r\n\r\n"));
    Poco::Net::HTTPResponse response;
    response.read(stream);
    HttpAnswer answer{response.getStatus(), response.getVersion(), response, {}};
    if (!head && response.hasContentLength())
        answer.body = receive(static_cast<std::size_t>(response.getContentLength64()));
    return answer;
}

void RawClient::reset() {
    _socket.setLinger(true, 0);
    _socket.close();
}

} // namespace nearcache::blackbox
