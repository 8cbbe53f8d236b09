#pragma once

/// What the writing of a reply needs to know of its request: it travels in `Request::tag`.

#include <cstdint>

namespace nearcache::http {

struct Tag {
    bool head = false;   ///< the reply has the header of a GET's, and no body
    bool close = false;  ///< the connection ends with this reply
    bool http10 = false; ///< an HTTP/1.0 client is told that the connection stays, for it expects the opposite

    [[nodiscard]] constexpr std::uint32_t pack() const {
        return (head ? 1U : 0U) | (close ? 2U : 0U) | (http10 ? 4U : 0U);
    }

    [[nodiscard]] static constexpr Tag unpack(std::uint32_t bits) {
        return {(bits & 1U) != 0, (bits & 2U) != 0, (bits & 4U) != 0};
    }
};

} // namespace nearcache::http
