#include "net/SocketIo.h"

#include <Poco/Net/SocketImpl.h>

#include <algorithm>
#include <cerrno>
#include <sys/socket.h>

namespace nearcache {

namespace {

IoResult resultOf(ssize_t moved) noexcept {
    if (moved > 0)
        return {IoResult::Status::Done, static_cast<std::size_t>(moved)};
    if (moved == 0)
        return {IoResult::Status::Ended};
    const bool later = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    return {later ? IoResult::Status::Again : IoResult::Status::Failed};
}

} // namespace

IoResult receiveSome(const Poco::Net::Socket& socket, std::span<char> room) noexcept {
    return resultOf(::recv(socket.impl()->sockfd(), room.data(), room.size(), 0));
}

IoResult sendSome(const Poco::Net::Socket& socket, std::span<const iovec> pieces) noexcept {
    if (pieces.size() == 1) // nearly always, and a gathering call costs more
        return resultOf(::send(socket.impl()->sockfd(), pieces[0].iov_base, pieces[0].iov_len, MSG_NOSIGNAL));
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(pieces.data()); // sendmsg() only reads it
    message.msg_iovlen = std::min(pieces.size(), maxPieces);
    return resultOf(::sendmsg(socket.impl()->sockfd(), &message, MSG_NOSIGNAL));
}

} // namespace nearcache
