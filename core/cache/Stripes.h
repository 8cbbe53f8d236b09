#pragma once

/// A lock that readers hold side by side, each with a mutex of its own, and that a writer holds alone: it takes all of
/// them. What a reader pays is one mutex that no other reader touches, whereas a std::shared_mutex has one word that
/// all of them write.
///
/// A thread's stripe follows from its number; threads beyond the stripes share. In each stripe lies what its readers
/// count. Stripes are locked in their order, and before every other lock of the store.

#include "cache/ThreadNumber.h"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

namespace nearcache {

class Stripes {
  public:
    /// More would make writers slow, and buy readers little: a fill locks them all.
    static constexpr unsigned most = 16;

    struct alignas(64) Stripe { // a cache line, or readers would stand in each other's way again
        std::mutex mutex;
        std::uint64_t hits = 0;
        std::uint64_t misses = 0;
    };

    /// Throws std::bad_alloc. REQUIRES: readers > 0.
    explicit Stripes(unsigned readers) : _stripes(readers < most ? readers : most) {}

    [[nodiscard]] std::size_t count() const { return _stripes.size(); }

    /// What a reader holds: the stripe of its thread. No writer has the lock, other readers may.
    class Reading {
      public:
        explicit Reading(Stripes& stripes) : _stripe(stripes.own()), _lock(_stripe.mutex) {}
        Stripe* operator->() { return &_stripe; }

      private:
        Stripe& _stripe;
        std::lock_guard<std::mutex> _lock;
    };

    /// What a writer holds: all of them. O(stripes).
    class Writing {
      public:
        explicit Writing(Stripes& stripes) : _stripes(stripes._stripes) {
            for (Stripe& stripe : _stripes)
                stripe.mutex.lock();
        }
        Writing(const Writing&) = delete;
        Writing& operator=(const Writing&) = delete;
        ~Writing() {
            for (Stripe& stripe : _stripes)
                stripe.mutex.unlock();
        }

        [[nodiscard]] std::span<const Stripe> stripes() const { return _stripes; }

      private:
        std::span<Stripe> _stripes;
    };

  private:
    [[nodiscard]] Stripe& own() { return _stripes[_stripes.size() == 1 ? 0 : threadNumber() % _stripes.size()]; }

    std::vector<Stripe> _stripes;
};

} // namespace nearcache
