#pragma once

#include "coherence/verify/Tally.h"

#include <atomic>
#include <string>

namespace nearcache::coherence {

/// A thread's work: a reader or a writer. It lives as long as the program, and is run once a phase.
class Client {
  public:
    Client() = default;
    virtual ~Client() = default;
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    /// Works until told to stop, and says what it has counted.
    virtual Tally run(const std::atomic<bool>& stop) = 0;
};

} // namespace nearcache::coherence
