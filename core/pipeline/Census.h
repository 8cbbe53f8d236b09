#pragma once

/// Which kinds of requests one connection has under way, counted: so that most requests need not be compared with each
/// of those before them (see OwnOrder). Threads: the worker's.

#include "pipeline/KeyCounts.h"
#include "pipeline/Operation.h"
#include "pipeline/Reserve.h"

#include <cstddef>
#include <cstdint>

namespace nearcache {

class Census {
  public:
    /// Where it borrows from as long as it counts something. Outlives it.
    explicit Census(Reserve<KeysUnderWay>& reserve) : _reserve(reserve) {}
    ~Census();
    Census(const Census&) = delete;
    Census& operator=(const Census&) = delete;

    void add(const Operation& operation);

    /// REQUIRES: it was added.
    void remove(const Operation& operation);

    [[nodiscard]] std::size_t all() const { return _all; }

    /// Those by the own road: some of them hold no slot.
    [[nodiscard]] std::size_t owned() const { return _owned; }

    /// Those that wait in Redis by design.
    [[nodiscard]] std::size_t waiting() const { return _waiting; }

    /// Whether it is certain that it waits for none of the others. It is one of those counted, and the first that is
    /// Blocked.
    [[nodiscard]] bool waitsForNone(const Operation& operation) const;

    /// Whether it is certain that no other has to do with this key. `counted`: one with this key is counted itself.
    [[nodiscard]] bool isAlone(std::uint64_t hash, bool counted) const;

  private:
    void count(const Operation& operation, std::size_t step);
    [[nodiscard]] KeyCounts& keysLike(const Operation& operation) const;
    void giveBack();
    [[nodiscard]] bool uniform() const { return _special == 0 && (_resp3 == 0 || _resp3 == _commands); }

    std::size_t _all = 0;
    std::size_t _owned = 0;
    std::size_t _waiting = 0;
    std::size_t _commands = 0; ///< those forwarded
    std::size_t _resp3 = 0;    ///< of the commands, those in RESP3
    std::size_t _special = 0;  ///< those that have to do with more than one key, or with others' order
    Reserve<KeysUnderWay>& _reserve;
    KeysUnderWay* _keys = nullptr; ///< while there is anything
};

} // namespace nearcache
