#include "cache/ThreadNumber.h"

#include <atomic>
#include <bit>
#include <cstdint>

namespace nearcache {

namespace {

static_assert(threadNumbers == 64, "a bit each");
std::atomic<std::uint64_t> taken{0};
std::atomic<unsigned> shared{0}; // handed out round robin, once all are taken

class Number {
  public:
    Number() noexcept {
        std::uint64_t before = taken.load();
        do {
            _value = static_cast<unsigned>(std::countr_one(before));
        } while (_value < threadNumbers && !taken.compare_exchange_weak(before, before | bit()));
        _own = _value < threadNumbers;
        if (!_own)
            _value = shared.fetch_add(1) % threadNumbers;
    }

    Number(const Number&) = delete;
    Number& operator=(const Number&) = delete;

    ~Number() {
        if (_own)
            taken.fetch_and(~bit());
    }

    [[nodiscard]] unsigned value() const { return _value; }

  private:
    [[nodiscard]] std::uint64_t bit() const { return std::uint64_t{1} << _value; }

    unsigned _value = 0;
    bool _own = false;
};

} // namespace

unsigned threadNumber() noexcept {
    thread_local const Number number;
    return number.value();
}

} // namespace nearcache
