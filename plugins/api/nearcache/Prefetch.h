#pragma once

/// What is needed soon is brought towards the processor, while what is needed now is worked on: of thousands of
/// entries, or requests under way, most of what belongs to one is far from it when its turn comes.

#include "nearcache/Api.h"

#include <cstddef>

NEARCACHE_API_BEGIN

/// The first `size` bytes of an object, or none. A hint: any address will do.
inline void prefetch(const void* object, std::size_t size = 1) {
    constexpr std::size_t cacheLine = 64;
    if (object == nullptr)
        return;
    for (std::size_t at = 0; at < size; at += cacheLine) {
        __builtin_prefetch(static_cast<const char*>(object) + at);
        // GCC takes a function that does nothing but prefetch for one without effect, and leaves out calls to it.
        asm volatile("");
    }
}

NEARCACHE_API_END
