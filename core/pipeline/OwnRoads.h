#pragma once

/// Links to Redis that single clients of one worker have to themselves: made when they are needed, and kept for the
/// next client for some seconds when they come back as new.
///
/// Threads: the worker's, but for closeIdle().

#include "backend/ForwardLink.h"
#include "pipeline/LinkBudget.h"

#include <list>
#include <memory>

namespace nearcache {

class OwnRoads final : private LinkBudget::Holder {
  public:
    /// The budget outlives it.
    OwnRoads(const LinkContext& context, LinkBudget& budget) : _context(context), _budget(budget) {}
    ~OwnRoads() override;
    OwnRoads(const OwnRoads&) = delete;
    OwnRoads& operator=(const OwnRoads&) = delete;

    /// A link that is ready or about to be, in this version of RESP; null: all that may be open are in use.
    [[nodiscard]] std::shared_ptr<ForwardLink> take(unsigned protocol);

    /// It is as it was when it was taken.
    void giveBack(std::shared_ptr<ForwardLink> link);

    /// It is not: it is closed, at the end of this turn, or if it may still have commands to execute, when they are
    /// done or their time is over.
    void discard(std::shared_ptr<ForwardLink> link);

    /// The same, whatever it has to execute.
    void close(std::shared_ptr<ForwardLink> link);

    /// Closes those that nobody has needed since the last call.
    void closeUnused();

  private:
    class Last;

    struct Idle {
        std::shared_ptr<ForwardLink> link;
        bool old = false; ///< was here at the last closeUnused()
    };

    void closeIdle() override;
    void closeUncounted();
    [[nodiscard]] std::shared_ptr<ForwardLink> make(unsigned protocol);
    void destroyLater(std::shared_ptr<ForwardLink> link);
    void retire(const ForwardLink& link);
    void destroy(const ForwardLink& link);
    void removeLost(const ForwardLink& link);

    LinkContext _context;
    LinkBudget& _budget;
    std::list<Idle> _idle; ///< the last given back first
    std::list<std::shared_ptr<ForwardLink>> _closing;
};

} // namespace nearcache
