#include "Client.h"

#include <cerrno>
#include <sys/socket.h>

namespace nearcache::bench {

namespace {

bool isForLater(int error) {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

} // namespace

void Client::ask(const Dialect& dialect, const Asked& asked, Nanoseconds begin) {
    dialect.append(_output, asked);
    _underWay.push_back({asked, begin});
}

bool Client::flush() {
    while (wantsToWrite()) {
        const ssize_t count = ::send(_socket.get(), _output.data() + _sent, _output.size() - _sent, MSG_NOSIGNAL);
        if (count < 0)
            return isForLater(errno);
        _sent += static_cast<std::size_t>(count);
    }
    _output.clear();
    _sent = 0;
    return true;
}

Client::Read Client::read(std::span<char> buffer, std::string_view& input) {
    const ssize_t count = ::recv(_socket.get(), buffer.data(), buffer.size(), 0);
    if (count <= 0)
        return count < 0 && isForLater(errno) ? Read::Nothing : Read::Lost;
    input = {buffer.data(), static_cast<std::size_t>(count)};
    if (!_input.empty())
        input = _input.append(input);
    return Read::Some;
}

/// `rest` may lie in _input itself.
void Client::keep(std::string_view rest) {
    if (rest.empty())
        _input.clear();
    else if (rest.data() >= _input.data() && rest.data() < _input.data() + _input.size())
        _input.erase(0, static_cast<std::size_t>(rest.data() - _input.data()));
    else
        _input.assign(rest);
}

} // namespace nearcache::bench
