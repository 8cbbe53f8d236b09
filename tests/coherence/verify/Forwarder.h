#pragma once

#include "coherence/verify/Address.h"

#include <atomic>
#include <list>
#include <string>
#include <thread>

namespace nearcache::coherence {

/// Passes bytes between clients and a Unix socket, and can stop doing so without closing anything: a network that drops
/// every packet. Functions may be called from any thread.
class Forwarder {
  public:
    explicit Forwarder(std::string target);
    ~Forwarder();
    Forwarder(const Forwarder&) = delete;
    Forwarder& operator=(const Forwarder&) = delete;

    [[nodiscard]] Address address() const { return _address; }

    /// While cut, nothing passes; new connections are taken by the kernel, and wait.
    void cut(bool cut);

  private:
    struct Direction {
        int from;
        int to;
        std::string waiting; ///< read and not yet written
        bool ended = false;  ///< nothing more comes
    };
    struct Pair {
        Direction up;
        Direction down;
    };

    void run();
    void step();
    void acceptOne();
    static void readInto(Direction& direction);
    static bool writeOut(Direction& direction);
    static void closePair(const Pair& pair);
    void wake() const;

    const std::string _target;
    Address _address;
    int _listening = -1;
    int _wakeUp[2] = {-1, -1}; ///< a pipe
    std::atomic<bool> _cut = false;
    std::atomic<bool> _ending = false;
    std::list<Pair> _pairs; ///< the thread's
    std::thread _thread;
};

} // namespace nearcache::coherence
