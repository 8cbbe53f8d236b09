#pragma once

/// Those of one thread that wait for a slot of the gate, by their tickets, which they get and are granted in ascending
/// order. O(1), but for remove(): O(log waiting). Threads: one.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>

namespace nearcache {

template <class T> class Line {
  public:
    /// REQUIRES: a greater ticket than any before.
    void push(std::uint64_t ticket, T& waiting) { _line.push_back({ticket, &waiting}); }

    /// Whose turn it is with this ticket; null: nobody's here, or of somebody who was removed.
    [[nodiscard]] T* take(std::uint64_t ticket) {
        T* taken = nullptr;
        while (!_line.empty() && _line.front().ticket <= ticket) {
            taken = _line.front().ticket == ticket ? _line.front().waiting : nullptr;
            _line.pop_front();
        }
        return taken;
    }

    /// Who is that far behind the first one; null: nobody.
    [[nodiscard]] T* ahead(std::size_t places) const { return places < _line.size() ? _line[places].waiting : nullptr; }

    /// Its turn will not come.
    void remove(std::uint64_t ticket) {
        const auto place = std::lower_bound(_line.begin(), _line.end(), ticket,
                                            [](const Place& one, std::uint64_t wanted) { return one.ticket < wanted; });
        if (place != _line.end() && place->ticket == ticket)
            place->waiting = nullptr;
        while (!_line.empty() && _line.front().waiting == nullptr)
            _line.pop_front();
    }

  private:
    struct Place {
        std::uint64_t ticket;
        T* waiting; ///< none: removed
    };

    std::deque<Place> _line;
};

} // namespace nearcache
