#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace nearcache::coherence {

/// Writers pass it one write at a time; whoever closes it waits until no write is under way. Thread-safe.
class Gate {
  public:
    class Pass {
      public:
        explicit Pass(Gate& gate) : _gate(gate) { gate.enter(); }
        ~Pass() { _gate.leave(); }
        Pass(const Pass&) = delete;
        Pass& operator=(const Pass&) = delete;

      private:
        Gate& _gate;
    };

    class Closed {
      public:
        explicit Closed(Gate& gate) : _gate(gate) { gate.close(); }
        ~Closed() { _gate.open(); }
        Closed(const Closed&) = delete;
        Closed& operator=(const Closed&) = delete;

      private:
        Gate& _gate;
    };

  private:
    void enter();
    void leave();
    void close();
    void open();

    std::mutex _mutex;
    std::condition_variable _changed;
    std::size_t _inside = 0;
    bool _closed = false;
};

} // namespace nearcache::coherence
