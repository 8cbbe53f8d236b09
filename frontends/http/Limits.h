#pragma once

/// How much of a request is read before it is refused. In bytes; from the options of the same names.

#include <cstddef>

namespace nearcache::http {

struct Limits {
    std::size_t target = std::size_t{64} << 10; ///< the request target: beyond it 414
    std::size_t header = std::size_t{32} << 10; ///< all header fields with their line ends: beyond it 431
    std::size_t body = std::size_t{1} << 20;    ///< a body's content, which is skipped: beyond it 413
};

/// A request line holds a method, two spaces, a version and a line end besides its target.
inline constexpr std::size_t requestLineOverhead = 64;

/// One line of chunked framing, a chunk's size and extensions or a trailer field. Beyond it 400.
inline constexpr std::size_t chunkLineLimit = 512;

/// The lines of chunked framing between two chunks' data, or of the last chunk and the trailer. Beyond it 431.
inline constexpr std::size_t trailerLimit = std::size_t{8} << 10;

} // namespace nearcache::http
