#pragma once

/// An array of a fixed size whose elements begin as zero bytes and take no memory before they are first written.
///
/// Arrays of one element a slot are sized for the capacity, while the cache may never fill: large blocks of calloc()
/// come from the kernel, which backs a page when it is touched. Not copyable; moving leaves an empty array. Elements
/// are aligned as their type asks, to a cache line for example.

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
    explicit ZeroedArray(std::size_t size) : _memory(std::calloc(size + 1, sizeof(T))), _size(size) {
        if (!_memory)
            throw std::bad_alloc();
        void* begin = _memory.get();
        std::size_t room = (size + 1) * sizeof(T);
        _elements = static_cast<T*>(std::align(alignof(T), size * sizeof(T), begin, room));
    }

    ZeroedArray(ZeroedArray&& other) noexcept { *this = std::move(other); }

    ZeroedArray& operator=(ZeroedArray&& other) noexcept {
        _memory = std::move(other._memory);
        _elements = std::exchange(other._elements, nullptr);
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

    [[nodiscard]] T* begin() { return _elements; }
    [[nodiscard]] T* end() { return _elements + _size; }
    [[nodiscard]] const T* begin() const { return _elements; }
    [[nodiscard]] const T* end() const { return _elements + _size; }

  private:
    struct Free {
        void operator()(void* memory) const { std::free(memory); }
    };

    std::unique_ptr<void, Free> _memory; ///< one element more, as room to align the others
    T* _elements = nullptr;
    std::size_t _size = 0;
};

NEARCACHE_API_END
