#pragma once

/// What the writing of a reply needs to know of its request: it travels in `Request::tag`. A plain one is 0.

#include <cstdint>

namespace nearcache::respfront {

struct Tag {
    enum class Kind : std::uint8_t {
        Plain,
        Many,     ///< MGET: its values are elements of an array
        Login,    ///< AUTH or SELECT: what Redis refuses is taken back
        Return,   ///< SELECT that gives the road back: where Redis refuses it, nobody knows where the client stands
        Greeting, ///< HELLO: the same, and its reply is the front-end's own
        Aborted,  ///< EXEC, where DISCARD was sent: its reply is that of an aborted transaction
    };

    Kind kind = Kind::Plain;
    bool resp3 = false;
    std::uint32_t turn = 0; ///< which attempt may be taken back; 28 bits

    [[nodiscard]] constexpr std::uint32_t pack() const {
        return (resp3 ? 1U : 0U) | static_cast<std::uint32_t>(kind) << 1U | turn << 4U;
    }

    [[nodiscard]] static constexpr Tag unpack(std::uint32_t bits) {
        return {static_cast<Kind>(bits >> 1U & 7U), (bits & 1U) != 0, bits >> 4U};
    }
};

} // namespace nearcache::respfront
