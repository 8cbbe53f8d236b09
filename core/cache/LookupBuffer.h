#pragma once

/// Where look-ups copy short values to, so that nobody holds on to the store's own memory.
///
/// Blocks of 4 KiB to 64 KiB (or one copy), each twice the one before; what lies in them does not move. clear() keeps
/// the largest: a buffer that is used again and again for values of 64 KiB in all, or less, soon allocates nothing.
/// Threads: one at a time, as a rule a worker's.

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace nearcache {

class LookupBuffer {
  public:
    static constexpr std::size_t smallestBlock = std::size_t{4} * 1024;
    static constexpr std::size_t largestBlock = std::size_t{64} * 1024;

    /// A copy that is good until clear(). Throws std::bad_alloc.
    [[nodiscard]] std::string_view copy(std::string_view bytes);

    /// Forgets all copies.
    void clear() noexcept;

    /// Memory held. For tests.
    [[nodiscard]] std::size_t blocks() const { return _blocks.size(); }

  private:
    void addBlock(std::size_t least);

    std::vector<std::unique_ptr<char[]>> _blocks;
    std::size_t _lastSize = 0;
    char* _at = nullptr;
    char* _end = nullptr;
};

} // namespace nearcache
