#pragma once

/// An array of a fixed size whose elements begin as zero bytes and take no memory before they are first written.
///
/// Arrays of one element a slot are sized for the capacity, while the cache may never fill: large blocks of calloc()
/// come from the kernel, which backs a page when it is touched. Not copyable; moving leaves an empty array.

#include "nearcache/Api.h"

#include <cassert>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

NEARCACHE_API_BEGIN

template <class T> class ZeroedArray {
    static_assert(std::is_trivially_default_constructible_v<T> && std::is_trivially_copyable_v<T>);

  public:
    ZeroedArray() = default;

    /// Throws std::bad_alloc.
    explicit ZeroedArray(std::size_t size)
        : _elements(
              static_cast<T*>(std::calloc(size == 0 ? 1 : size, sizeof(T)))), // NOLINT(bugprone-sizeof-expression)
          _size(size) {
        if (!_elements)
            throw std::bad_alloc();
    }

    ZeroedArray(ZeroedArray&& other) noexcept
        : _elements(std::move(other._elements)), _size(std::exchange(other._size, 0)) {}

    ZeroedArray& operator=(ZeroedArray&& other) noexcept {
        _elements = std::move(other._elements);
        _size = std::exchange(other._size, 0);
        return *this;
    }

    [[nodiscard]] std::size_t size() const { return _size; }

    [[nodiscard]] T& operator[](std::size_t i) {
        assert(i < _size);
        return _elements[i];
    }

    [[nodiscard]] const T& operator[](std::size_t i) const {
        assert(i < _size);
        return _elements[i];
    }

    [[nodiscard]] T* begin() { return _elements.get(); }
    [[nodiscard]] T* end() { return _elements.get() + _size; }
    [[nodiscard]] const T* begin() const { return _elements.get(); }
    [[nodiscard]] const T* end() const { return _elements.get() + _size; }

  private:
    struct Free {
        void operator()(T* elements) const { std::free(elements); }
    };

    std::unique_ptr<T[], Free> _elements;
    std::size_t _size = 0;
};

NEARCACHE_API_END
