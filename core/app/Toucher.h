#pragma once

/// Tells Redis of keys that are read here (TOUCH), so that a Redis that evicts by use does not take the keys that are
/// hot at its cache for the cold ones: it does not see them being read. A sample of the hits is enough for that.
/// Command: https://redis.io/docs/latest/commands/touch/
/// Threads: the loop's, but for the making, before it runs.

#include "backend/ControlLink.h"
#include "cache/Store.h"
#include "net/Loop.h"

namespace nearcache {

class Toucher {
  public:
    /// All of these outlive it.
    Toucher(Loop& loop, Store& store, ControlLink& control) : _loop(loop), _store(store), _control(control) {}
    Toucher(const Toucher&) = delete;
    Toucher& operator=(const Toucher&) = delete;

    /// Any thread: from now on.
    void start();

  private:
    void touch();

    Loop& _loop;
    Store& _store;
    ControlLink& _control;
};

} // namespace nearcache
