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

std::size_t OutputBuffer::size() const {
    return _sealed + (_cursor == nullptr ? 0 : static_cast<std::size_t>(_cursor - _chunks.back().begin));
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
    auto block = _pool.take();
    _cursor = block.get();
    _end = _cursor + BlockPool::blockSize;
    const char* begin = _cursor;
    _chunks.push_back({std::move(block), {}, begin, 0});
}

void OutputBuffer::sealBlock() {
    if (_cursor == nullptr)
        return;
    auto& open = _chunks.back();
    open.size = static_cast<std::size_t>(_cursor - open.begin);
    _sealed += open.size;
    _cursor = _end = nullptr;
}

IoResult::Status OutputBuffer::sendTo(const Poco::Net::Socket& socket) {
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
    for (auto i = _first; i < _chunks.size(); ++i) {
        if (_chunks[i].block != nullptr)
            _pool.giveBack(std::move(_chunks[i].block));
    }
    _chunks.clear();
    _first = 0;
    _sealed = 0;
    _cursor = _end = nullptr;
}

} // namespace nearcache
