#pragma once

/// Objects that are used again, since making them costs more than what they are for. It owns all of them. What a crowd
/// has needed is freed when none is in use any more.
/// Threads: one.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

namespace nearcache {

template <class T> class Reserve {
  public:
    /// Where none is in use, no more than so many are kept.
    static constexpr std::size_t most = std::max<std::size_t>(1, std::size_t{1024} * 1024 / sizeof(T));

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

    /// It may be destroyed by this.
    void giveBack(T& object) noexcept {
        _spare.push_back(&object);
        if (_spare.size() > most && _spare.size() == _all.size()) {
            std::vector<T*>().swap(_spare);
            std::vector<std::unique_ptr<T>>().swap(_all);
        }
    }

    /// Those in use, and those kept.
    [[nodiscard]] std::size_t size() const { return _all.size(); }

  private:
    std::vector<std::unique_ptr<T>> _all;
    std::vector<T*> _spare;
};

} // namespace nearcache
