#pragma once

/// What a connection has still to send: blocks of copied bytes, and long values by reference.
/// An empty buffer holds no block: ten thousand idle connections share the few of their worker's pool.
/// Not thread-safe: the connection's worker only.

#include "cache/Entry.h"
#include "nearcache/FrontEnd.h"
#include "net/SocketIo.h"

#include <array>
#include <memory>
#include <vector>

namespace nearcache {

/// Spare blocks of one worker.
class BlockPool {
  public:
    static constexpr std::size_t blockSize = std::size_t{16} * 1024;
    using Block = std::unique_ptr<char[]>;

    Block take();
    void giveBack(Block block);

  private:
    static constexpr std::size_t maxSpare = 256; ///< 4 MiB a worker; more goes back to the heap

    std::vector<Block> _spare;
};

class OutputBuffer final : public Output {
  public:
    /// Values from this length on are referred to, not copied: a block's worth costs more to copy than to keep.
    static constexpr std::size_t longValue = BlockPool::blockSize;

    explicit OutputBuffer(BlockPool& pool) : _pool(pool) {}
    ~OutputBuffer() override { clear(); }

    /// Names the entry that the next appendValue() calls refer to, or none. It must outlive those calls only.
    void lend(const EntryRef* entry) { _lent = entry; }

    void appendValue(const Reply& reply) override;

    [[nodiscard]] bool empty() const { return size() == 0; }

    /// Bytes not yet sent.
    [[nodiscard]] std::size_t size() const { return _sealed + static_cast<std::size_t>(_cursor - _open.get()); }

    /// Sends what the socket takes. Done: all of it; Again: some is left; Failed: the connection is lost.
    IoResult::Status sendTo(const Poco::Net::Socket& socket);

    /// Forgets everything.
    void clear();

  private:
    struct Chunk {
        BlockPool::Block block; ///< the bytes' home, or
        EntryRef entry;         ///< who keeps them alive
        const char* begin = nullptr;
        std::size_t size = 0;
    };

    void appendSlowly(std::string_view bytes) override;
    void sealBlock();
    void openBlock();
    IoResult::Status sendOpen(const Poco::Net::Socket& socket);
    [[nodiscard]] std::size_t gather(std::array<iovec, maxPieces>& pieces) const;
    void drop(std::size_t bytes);
    void forgetSent();

    BlockPool& _pool;
    const EntryRef* _lent = nullptr;
    BlockPool::Block _open; ///< holds the last bytes, up to _cursor; none, and no cursor, where those are in a chunk
    std::vector<Chunk> _chunks; ///< before the open block
    std::size_t _first = 0;     ///< chunks before it are sent
    std::size_t _sealed = 0;    ///< bytes in chunks
};

} // namespace nearcache
