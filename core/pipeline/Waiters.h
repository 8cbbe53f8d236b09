#pragma once

/// Who waits for one fetch: nearly always one, who takes no memory of its own. Threads: one.

#include "pipeline/Operation.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nearcache {

class Operations;

/// Who asked: one key of an operation. Reports go to `origin`.
struct FetchWaiter {
    Operation* operation = nullptr;
    Operations* origin = nullptr;
    std::size_t part = 0; ///< which of its keys
    bool many = false;    ///< it asks for several
};

class Waiters {
  public:
    [[nodiscard]] bool empty() const { return _first.operation == nullptr; }

    /// REQUIRES: not empty.
    [[nodiscard]] const FetchWaiter& first() const { return _first; }

    void add(const FetchWaiter& waiter) {
        if (empty())
            _first = waiter;
        else
            _others.push_back(waiter);
    }

    /// This operation waits no more. Returns for how many keys it did.
    std::uint32_t remove(const Operation& operation) {
        const auto isGone = [&operation](const FetchWaiter& waiter) { return waiter.operation == &operation; };
        auto gone = static_cast<std::uint32_t>(std::erase_if(_others, isGone));
        if (isGone(_first)) {
            ++gone;
            _first = _others.empty() ? FetchWaiter() : _others.front();
            if (!_others.empty())
                _others.erase(_others.begin());
        }
        return gone;
    }

    /// In the order of their coming.
    template <class Call> void forEach(Call call) const {
        if (!empty())
            call(_first);
        for (const FetchWaiter& waiter : _others)
            call(waiter);
    }

    void clear() {
        _first = {};
        _others.clear();
    }

  private:
    FetchWaiter _first;
    std::vector<FetchWaiter> _others;
};

} // namespace nearcache
