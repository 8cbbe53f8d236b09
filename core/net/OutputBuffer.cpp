#include "net/OutputBuffer.h"

#include <algorithm>
#include <utility>

namespace nearcache {

BlockPool::Block BlockPool::take() {
    if (_spare.empty())
        return Block(new char[blockSize]);
    Block block = std::move(_spare.back());
    _spare.pop_back();
    return block;
}

void BlockPool::giveBack(Block block) {
    if (_spare.size() < maxSpare)
        _spare.push_back(std::move(block));
}

void OutputBuffer::appendValue(const Reply& reply) {
    if (_lent == nullptr || reply.bytes.size() < longValue) {
        append(reply.bytes);
        return;
    }
    sealBlock();
    _chunks.push_back({nullptr, *_lent, reply.bytes.data(), reply.bytes.size()});
    _sealed += reply.bytes.size();
}

void OutputBuffer::appendSlowly(std::string_view bytes) {
    while (!bytes.empty()) {
        if (_cursor == _end) {
            sealBlock();
            openBlock();
        }
        const auto part = std::min(bytes.size(), static_cast<std::size_t>(_end - _cursor));
        append(bytes.substr(0, part));
        bytes.remove_prefix(part);
    }
}

void OutputBuffer::openBlock() {
    _open = _pool.take();
    _cursor = _open.get();
    _end = _cursor + BlockPool::blockSize;
}

void OutputBuffer::sealBlock() {
    if (_cursor == nullptr)
        return;
    const char* const begin = _open.get();
    const auto size = static_cast<std::size_t>(_cursor - begin);
    _chunks.push_back({std::move(_open), {}, begin, size});
    _sealed += size;
    _cursor = _end = nullptr;
}

IoResult::Status OutputBuffer::sendTo(const Poco::Net::Socket& socket) {
    if (_chunks.empty() && _cursor != nullptr) {
        const auto status = sendOpen(socket);
        if (status != IoResult::Status::Done || empty())
            return status;
    }
    sealBlock();
    while (_sealed > 0) {
        std::array<iovec, maxPieces> pieces;
        const auto count = gather(pieces);
        const auto result = sendSome(socket, std::span(pieces).first(count));
        if (result.status != IoResult::Status::Done) {
            forgetSent();
            return result.status;
        }
        drop(result.bytes);
    }
    clear();
    return IoResult::Status::Done;
}

/// What nearly all replies need: one block, which is done with when it is sent. Of what is left, a chunk is made.
IoResult::Status OutputBuffer::sendOpen(const Poco::Net::Socket& socket) {
    const iovec piece{_open.get(), size()};
    const auto result = sendSome(socket, {&piece, 1});
    if (result.status != IoResult::Status::Done)
        return result.status;
    if (result.bytes < piece.iov_len) {
        sealBlock();
        drop(result.bytes);
    } else {
        _pool.giveBack(std::move(_open));
        _cursor = _end = nullptr;
    }
    return result.status;
}

std::size_t OutputBuffer::gather(std::array<iovec, maxPieces>& pieces) const {
    std::size_t count = 0;
    for (auto i = _first; i < _chunks.size() && count < maxPieces; ++i)
        pieces[count++] = {const_cast<char*>(_chunks[i].begin), _chunks[i].size}; // iovec serves reading, too
    return count;
}

void OutputBuffer::drop(std::size_t bytes) {
    _sealed -= bytes;
    while (bytes > 0) {
        auto& chunk = _chunks[_first];
        const auto part = std::min(bytes, chunk.size);
        chunk.begin += part;
        chunk.size -= part;
        bytes -= part;
        if (chunk.size > 0)
            return;
        if (chunk.block != nullptr)
            _pool.giveBack(std::move(chunk.block));
        chunk.entry = {};
        ++_first;
    }
}

void OutputBuffer::forgetSent() {
    _chunks.erase(_chunks.begin(), _chunks.begin() + static_cast<std::ptrdiff_t>(_first));
    _first = 0;
}

void OutputBuffer::clear() {
    if (_open != nullptr)
        _pool.giveBack(std::move(_open));
    _cursor = _end = nullptr;
    for (auto i = _first; i < _chunks.size(); ++i) {
        if (_chunks[i].block != nullptr)
            _pool.giveBack(std::move(_chunks[i].block));
    }
    _chunks.clear();
    _first = 0;
    _sealed = 0;
}

} // namespace nearcache
