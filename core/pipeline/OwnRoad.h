#pragma once

/// The link that one client has to itself, from its first request for it until one that releases it.
/// Threads: its worker's.

#include "backend/ForwardLink.h"
#include "pipeline/OwnRoads.h"

#include <memory>
#include <string>
#include <string_view>

namespace nearcache {

struct Operation;

class OwnRoad {
  public:
    /// Whose road it is.
    class Traveller {
      public:
        virtual ~Traveller() = default;

        /// Something came that is no reply.
        virtual void onUnasked(std::string_view piece) = 0;

        /// The link is lost, with whatever state the client had there. Requests under way have failed.
        virtual void onRoadLost() = 0;

        /// The operation that has no reply of its own, and ends what comes by this road, is done.
        virtual void onRoadLeft(Operation& operation) = 0;
    };

    /// Both outlive it.
    OwnRoad(OwnRoads& roads, Traveller& traveller) : _roads(roads), _traveller(traveller) {}
    ~OwnRoad() { drop(false); }
    OwnRoad(const OwnRoad&) = delete;
    OwnRoad& operator=(const OwnRoad&) = delete;

    /// The link for this operation; null where there is none to be had, then and until release(): see trouble().
    [[nodiscard]] std::shared_ptr<ForwardLink> enter(const Operation& operation);

    [[nodiscard]] const std::string& trouble() const { return _trouble; }

    /// Of one of its commands nobody knows what has become: no further one is sent before release().
    void fail(const std::string& why);

    /// Sends the command of an operation that has no reply. False: the traveller will be told when it is done.
    [[nodiscard]] bool send(Operation& operation);

    /// Has the traveller told when all is here that is still to come by a stream; false: nothing is.
    [[nodiscard]] bool drain(Operation& operation);

    /// The operation does not wait any more for its sending, or for the stream's end.
    void withdraw(const Operation& operation);

    /// A command that releases it is done with: the link is as it was when it was entered, if that went well.
    void release(const Operation& operation);

    /// The client is gone. `waits`: what it asked for last waits in Redis by design, and must not come true any more.
    void drop(bool waits);

    /// Reads no further, or goes on.
    void pause(bool paused);

    /// Something has come unasked whose end has not: nothing may be put between.
    [[nodiscard]] bool amidUnasked() const { return _link != nullptr && _link->amidUnasked(); }

  private:
    void take(unsigned protocol);
    void leave(Operation& operation, ForwardLink::Subscribed subscribed);
    void left();
    void lost();

    OwnRoads& _roads;
    Traveller& _traveller;
    std::shared_ptr<ForwardLink> _link;
    std::shared_ptr<Operation*> _leaving; ///< the one that waits for the link to be as new; shared with the link
    std::string _trouble;                 ///< none: it may be used
    bool _paused = false;
};

} // namespace nearcache
