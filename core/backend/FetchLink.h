#pragma once

/// A link that fetches: GETs, pipelined, read by hiredis straight into cache entries.
/// A GET that was sent on a link that was lost is asked once more on the next one; it changes nothing.

#include "backend/FetchReader.h"
#include "backend/Link.h"
#include "backend/Outcome.h"

#include <deque>
#include <memory>

namespace nearcache {

/// A GET to be sent. Threads: the link's.
class PendingGet {
  public:
    virtual ~PendingGet() = default;

    [[nodiscard]] virtual const std::string& key() const = 0;

    /// It is about to be sent, for the first time or again.
    virtual void onSend() = 0;

    /// It is answered, or has failed. Called once.
    virtual void onOutcome(Outcome outcome) = 0;

    bool resent = false;
};

class FetchLink final : public Link {
  public:
    using Link::Link;

    void get(std::shared_ptr<PendingGet> request);

    /// Takes back what was not sent yet; false when it is on its way or done with.
    bool withdraw(const PendingGet& request);

  private:
    void onReady() override;
    void onBytes(std::string_view bytes) override;
    void onLost(const std::string& why) override;
    void onAway() override;

    void send(std::shared_ptr<PendingGet> request);
    void answerNext(Outcome outcome);

    FetchTarget _target;
    std::string _command; ///< the one being composed
    std::deque<std::shared_ptr<PendingGet>> _waiting; ///< for the link to be ready
    std::deque<std::shared_ptr<PendingGet>> _pending; ///< sent, in order
};

} // namespace nearcache
