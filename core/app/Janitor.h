#pragma once

/// Reclaims expired and dropped entries in the background, so that what nobody asks for any more, or what nobody may
/// have any more, does not keep its memory.

#include "cache/Store.h"

#include <Poco/Timer.h>

namespace nearcache {

class Janitor {
  public:
    /// Sweeps from now on, on a thread of its own, until destroyed. The store outlives it.
    Janitor(Store& store, std::chrono::milliseconds ttl);
    ~Janitor();
    Janitor(const Janitor&) = delete;
    Janitor& operator=(const Janitor&) = delete;

  private:
    void sweep(Poco::Timer& timer);

    Store& _store;
    Poco::Timer _timer;
};

} // namespace nearcache
