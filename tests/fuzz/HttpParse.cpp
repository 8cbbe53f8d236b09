/// The HTTP parser, fed the same bytes in several cuts: the requests must be the same.
///
/// Input: one byte that chooses limits and a piece's length, then what a client sends. Small limits are reached by
/// small inputs.

#include "../frontends/http/Feed.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

using namespace nearcache::http;
using test::Feed;

constexpr Limits smallLimits{.target = 40, .header = 160, .body = 24};
constexpr std::size_t longestPiece = 63;

void require(bool truth, const char* what) {
    if (!truth) {
        std::fprintf(stderr, "%s\n", what);
        std::abort();
    }
}

void feedInPieces(Feed& feed, std::string_view input, std::size_t piece) {
    while (!input.empty()) {
        feed.give(input.substr(0, piece));
        input.remove_prefix(std::min(piece, input.size()));
    }
}

/// A request is a GET, or a finished reply that says by itself whether the connection stays.
void checkRequests(const Feed& feed) {
    for (const auto& seen : feed.seen()) {
        require(seen.isGet == seen.payload.empty(), "a GET with a payload, or an answer without");
        require(seen.isGet || seen.payload.starts_with("HTTP/1.1 "), "an answer that is no reply");
        if (!seen.isGet)
            require(seen.close == (seen.payload.find("\r\nConnection: close\r\n") != std::string::npos),
                    "an answer that does not say what becomes of the connection");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    const Limits limits = (data[0] & 0x80U) != 0 ? smallLimits : Limits{};
    const std::size_t piece = 1 + data[0] % longestPiece;
    const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);

    Feed whole(limits);
    feedInPieces(whole, input, std::max<std::size_t>(input.size(), 1));
    Feed pieces(limits);
    feedInPieces(pieces, input, piece);
    Feed bytes(limits);
    feedInPieces(bytes, input, 1);

    checkRequests(whole);
    require(whole.seen() == pieces.seen(), "pieces mean something else than the whole");
    require(whole.seen() == bytes.seen(), "single bytes mean something else than the whole");
    require(whole.isClosed() || (whole.unread() == pieces.unread() && whole.unread() == bytes.unread()),
            "how much is left unread depends on the cuts");
    return 0;
}
