#include "net/ConnectionScratch.h"

#include "net/Connection.h"

namespace nearcache {

std::span<char> ConnectionScratch::room() {
    if (inputSize - _used < leastRoom)
        execute();
    return std::span(_input).subspan(_used);
}

std::vector<Request>& ConnectionScratch::requests() {
    if (_shares.empty())
        _arena.release();
    _requests.resize(shared()); // parsing may have ended with an exception
    return _requests;
}

std::span<const Request> ConnectionScratch::share(Loop& loop, Connection& connection, std::string_view read) {
    if (_shares.empty())
        loop.afterEvents([this] { execute(); });
    const auto first = shared();
    _shares.push_back({&connection, _requests.size()});
    if (!read.empty())
        _used = static_cast<std::size_t>(read.data() + read.size() - _input.data());
    return std::span(_requests).subspan(first);
}

void ConnectionScratch::execute() noexcept {
    std::size_t begin = 0;
    for (const auto& [connection, end] : _shares) {
        connection->execute(std::span(_requests).subspan(begin, end - begin));
        begin = end;
    }
    _shares.clear();
    _requests.clear();
    _used = 0;
}

} // namespace nearcache
