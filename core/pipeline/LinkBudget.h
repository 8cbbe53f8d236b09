#pragma once

/// `backend.dedicated_links`: at most so many links of single clients are open at once, over all workers. Thread-safe.

#include <cstddef>
#include <map>
#include <mutex>

namespace nearcache {

class LinkBudget {
  public:
    /// Who keeps idle links for the next client that needs one.
    class Holder {
      public:
        virtual ~Holder() = default;

        /// Any thread, under the budget's lock: have one idle link closed. It is not counted any more.
        virtual void closeIdle() = 0;
    };

    explicit LinkBudget(unsigned limit) : _limit(limit) {}

    /// Room for one more link; where all are open and some of them idle, one of those is closed for it.
    [[nodiscard]] bool take();

    /// One less is open.
    void giveBack();

    /// One more link of this holder is idle; or is to be used again: false if it is to be closed instead.
    void addIdle(Holder& holder);
    [[nodiscard]] bool takeIdle(Holder& holder);

    /// How many idle links of this holder count.
    [[nodiscard]] std::size_t idle(Holder& holder) const;

    [[nodiscard]] unsigned limit() const { return _limit; }
    [[nodiscard]] unsigned open() const;

  private:
    const unsigned _limit;
    mutable std::mutex _mutex;
    unsigned _open = 0;
    std::map<Holder*, std::size_t> _idle; ///< none is 0
};

} // namespace nearcache
