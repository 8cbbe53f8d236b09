#pragma once

/// The commands that are forwarded by the links of one worker: voids what they may change, and reports their replies.
///
/// The cached entries of a command's keys go before it is sent (see Operations), and again here when Redis has answered
/// or the link is lost: what was read in between may be from before the command.
/// Threads: the links' worker's.

#include "backend/ForwardLink.h"
#include "cache/Store.h"
#include "net/Loop.h"
#include "pipeline/Operation.h"

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace nearcache {

class Operations;

class Forwards {
  public:
    Forwards(Loop& loop, Store& store) : _loop(loop), _store(store) {}
    ~Forwards();
    Forwards(const Forwards&) = delete;
    Forwards& operator=(const Forwards&) = delete;

    /// Reported to `origin`, piece by piece.
    void forward(std::string command, std::vector<WrittenKey> writes, ForwardLink& link, Operation& operation,
                 Operations& origin);

    /// The operation does not wait any more: one that was not sent will not be. Reported to its origin, if its reply
    /// has not ended.
    void withdraw(const Operation& operation);

  private:
    class Forward;

    void report(Operations& origin, Loop::Task task);

    Loop& _loop;
    Store& _store;
    std::unordered_map<const Operation*, std::shared_ptr<Forward>> _heard; ///< those whose operation waits
};

} // namespace nearcache
