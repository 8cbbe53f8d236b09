#include "cache/LookupBuffer.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace nearcache {

std::string_view LookupBuffer::copy(std::string_view bytes) {
    if (bytes.size() > static_cast<std::size_t>(_end - _at))
        addBlock(bytes.size());
    if (!bytes.empty())
        std::memcpy(_at, bytes.data(), bytes.size());
    return {std::exchange(_at, _at + bytes.size()), bytes.size()};
}

void LookupBuffer::clear() noexcept {
    if (_blocks.empty())
        return;
    if (_blocks.size() > 1)
        _blocks.erase(_blocks.begin(), _blocks.end() - 1);
    _at = _blocks.back().get();
}

void LookupBuffer::addBlock(std::size_t least) {
    const std::size_t next = _blocks.empty() ? smallestBlock : std::min(2 * _lastSize, largestBlock);
    const std::size_t size = std::max(next, least);
    _blocks.push_back(std::unique_ptr<char[]>(new char[size]));
    _lastSize = size;
    _at = _blocks.back().get();
    _end = _at + size;
}

} // namespace nearcache
