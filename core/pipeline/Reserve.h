#pragma once

/// Objects that are used again, since making them costs more than what they are for. It owns all of them.
/// Threads: one.

#include <memory>
#include <vector>

namespace nearcache {

template <class T> class Reserve {
  public:
    /// As it was when it was given back, or new. Until then it is the caller's.
    [[nodiscard]] T& take() {
        if (_spare.empty()) {
            _all.push_back(std::make_unique<T>());
            _spare.reserve(_all.capacity()); // so that giveBack() cannot fail
            return *_all.back();
        }
        T& object = *_spare.back();
        _spare.pop_back();
        return object;
    }

    void giveBack(T& object) noexcept { _spare.push_back(&object); }

  private:
    std::vector<std::unique_ptr<T>> _all;
    std::vector<T*> _spare;
};

} // namespace nearcache
