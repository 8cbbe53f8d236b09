#pragma once

/// Objects by the hash of their key: a hash table whose links lie in the objects, so that it allocates nothing for one
/// of them. T has `std::uint64_t hash` and `T* chained`, which is the table's. Several with one hash are found newest
/// first. insert() and remove() are O(1) expected, amortised. Owns nothing. Threads: one.

#include "nearcache/Prefetch.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nearcache {

template <class T> class HashChains {
  public:
    /// Those whose hash may be this one; the next one is in `chained`.
    [[nodiscard]] T* first(std::uint64_t hash) const { return _chains[indexOf(hash)]; }

    /// Brings what first() and remove() will look at towards the processor.
    void prefetch(std::uint64_t hash) const { nearcache::prefetch(&_chains[indexOf(hash)]); }

    void insert(T& object) {
        if (_size >= _chains.size() / sparseness)
            grow();
        ++_size;
        link(object);
    }

    /// REQUIRES: it was inserted.
    void remove(T& object) {
        T** place = &_chains[indexOf(object.hash)];
        while (*place != &object)
            place = &(*place)->chained;
        *place = object.chained;
        --_size;
    }

  private:
    static constexpr std::size_t fewest = 256;
    static constexpr std::size_t sparseness = 4; ///< chains an object: to pass another one is to wait for its memory

    [[nodiscard]] std::size_t indexOf(std::uint64_t hash) const { return hash & (_chains.size() - 1); }

    void link(T& object) {
        T*& chain = _chains[indexOf(object.hash)];
        object.chained = chain;
        chain = &object;
    }

    /// Keeps the order of those with one hash.
    void grow() {
        std::vector<T*> before(_chains.size() * 2);
        before.swap(_chains);
        for (T* chain : before)
            relink(chain);
    }

    void relink(T* chain) {
        T* oldestFirst = nullptr;
        while (chain != nullptr) {
            T* const next = chain->chained;
            chain->chained = oldestFirst;
            oldestFirst = chain;
            chain = next;
        }
        while (oldestFirst != nullptr) {
            T* const next = oldestFirst->chained;
            link(*oldestFirst);
            oldestFirst = next;
        }
    }

    std::vector<T*> _chains = std::vector<T*>(fewest); ///< a power of two
    std::size_t _size = 0;
};

} // namespace nearcache
