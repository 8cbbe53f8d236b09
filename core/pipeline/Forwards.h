#pragma once

/// The commands that one worker's clients have forwarded: voids what they may change, and reports their replies.
///
/// Cached entries of a command's keys go before it is sent, if it writes, and in any case before the end of its reply
/// is passed on: what was read in between may be from before the command, and what its reply tells must not be newer
/// than what the cache says next. Where the keys cannot all be told, the reply waits for a fence.
/// Threads: the worker's.

#include "backend/ForwardLink.h"
#include "cache/Store.h"
#include "pipeline/Operation.h"
#include "pipeline/Reserve.h"

#include <functional>

namespace nearcache {

class Operations;

/// Waits for the cache to be no older than what Redis has executed by now.
class Fence {
  public:
    virtual ~Fence() = default;

    enum class Untold : std::uint8_t { Kept, Dropped };

    /// `done` is called on this thread, at once or later, when every entry that a command executed before has made
    /// stale is gone. `untold`: what becomes of those of whose changes Redis does not tell.
    virtual void await(Untold untold, std::function<void()> done) = 0;
};

class Forwards {
  public:
    /// All of these outlive it; it outlives the links.
    Forwards(Operations& operations, Store& store, Fence& fence);
    ~Forwards();
    Forwards(const Forwards&) = delete;
    Forwards& operator=(const Forwards&) = delete;

    /// Reported piece by piece. The link lives until the reply has ended or nobody waits for it.
    void forward(Operation& operation, ForwardLink& link);

    /// What is cached of that goes: before a command is sent whose reply is not known as such.
    void voidWhatItWrites(const Operation& operation);

    /// The operation does not wait any more: one that was not sent will not be. Reported, if its reply has not ended.
    void withdraw(Operation& operation);

    /// The reply's link is read no further, or goes on. Returns the link; null if the reply has ended.
    ForwardLink* stall(const Operation& operation, bool stalled);

  private:
    class Forward;

    [[nodiscard]] static Forward* heard(const Operation& operation);
    void voidKeysOf(const Operation& operation);

    Operations& _operations;
    Store& _store;
    Fence& _fence;
    Reserve<Forward> _forwards;
};

} // namespace nearcache
