#pragma once

/// Look-ups that the conversations of one worker ask for while a turn's events are handled, and that are made in one
/// call to the store: under one lock, and without waiting for one key's memory before the next one's is asked for.
///
/// Threads: the worker's only.

#include "cache/Store.h"

#include <cstddef>
#include <span>
#include <vector>

namespace nearcache {

class LookAhead {
  public:
    /// Look-ups asked for one after the other.
    struct Range {
        std::size_t first = 0;
        std::size_t count = 0;
    };

    explicit LookAhead(Store& store) : _store(store) {}
    LookAhead(const LookAhead&) = delete;
    LookAhead& operator=(const LookAhead&) = delete;

    /// Where the next one goes.
    [[nodiscard]] std::size_t size() const { return _lookups.size(); }

    /// The key's bytes must stay until it was looked up.
    void add(std::string_view key, std::uint64_t hash) { _lookups.push_back({.key = key, .hash = hash}); }

    /// What was found; it is looked up now if it has not been, with all that others have asked for since. Valid until
    /// the range is dropped, or anything is added.
    [[nodiscard]] std::span<Lookup> find(Range range, Store::Time now);

    /// Who has asked for these is done with them. To be called once for each that was added.
    void drop(Range range) noexcept;

  private:
    Store& _store;
    std::vector<Lookup> _lookups;
    LookupBuffer _values;     ///< of those not dropped
    std::size_t _found = 0;   ///< they are at the front
    std::size_t _dropped = 0; ///< of all
};

} // namespace nearcache
