#pragma once

/// A link that forwards commands as they are, and passes the replies on as they come, unparsed: however long a reply,
/// it is never collected here. A command that was sent is never sent again.

#include "backend/Link.h"
#include "nearcache/Resp.h"

#include <deque>
#include <memory>
#include <string>

namespace nearcache {

/// Who waits for the reply to a command. Threads: the link's.
class PendingForward {
  public:
    virtual ~PendingForward() = default;

    /// The next piece of the reply; `last`: it ends with this one.
    virtual void onPiece(std::string_view piece, bool last) = 0;

    /// There will be no reply, or no more of it. `sent`: Redis may have executed the command.
    virtual void onFailure(const std::string& why, bool sent) = 0;
};

class ForwardLink final : public Link {
  public:
    /// Past this much that Redis has not taken yet, further commands fail: while it is frozen, clients go on sending, and
    /// their time-outs take nothing back.
    static constexpr std::size_t maxUnsent = std::size_t{64} * 1024 * 1024;

    using Link::Link;

    /// `command`: one whole command in RESP.
    void forward(std::string command, std::shared_ptr<PendingForward> request);

    /// Takes back what was not sent yet; false when it is on its way or done with.
    bool withdraw(const PendingForward& request);

  private:
    struct Waiting {
        std::string command;
        std::shared_ptr<PendingForward> request;
    };

    void onReady() override;
    void onBytes(std::string_view bytes) override;
    void onLost(const std::string& why) override;
    void onAway() override;

    void send(const std::string& command, std::shared_ptr<PendingForward> request);
    void passOn(std::string_view piece, bool last);

    resp::ReplyFramer _framer;
    std::deque<Waiting> _waiting;                         ///< for the link to be ready
    std::deque<std::shared_ptr<PendingForward>> _pending; ///< sent, in order
};

} // namespace nearcache
