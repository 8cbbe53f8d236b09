#pragma once

/// A link that forwards commands as they are, and passes the replies on as they come, unparsed: however long a reply,
/// it is never collected here. A command that was sent is never sent again.
///
/// It is shared by many clients, or belongs to one: then it does not reconnect, since the client's state is lost with
/// the connection, and it may bring what is no reply, for onUnasked. In RESP3 that is every push between two replies
/// (one within a reply belongs to it); with stream(true), in either version, all that comes.

#include "backend/Link.h"
#include "nearcache/Resp.h"

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

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

    /// `protocol`: the version of RESP that replies are in, 2 or 3.
    explicit ForwardLink(const LinkContext& context, unsigned protocol = 2);

    [[nodiscard]] unsigned protocol() const { return role() == LinkRole::Relay3 ? 3 : 2; }

    /// `command`: one whole command in RESP. `request`: null when no reply comes that is for it alone, but pushes (RESP3)
    /// or a stream; what refuses it is unasked, too. Then it is dropped without a word where the link is Away, which
    /// onGone tells of an own link; where Redis takes nothing, the link is given up.
    void forward(std::string command, std::shared_ptr<PendingForward> request);

    /// Takes back what was not sent yet; false when it is on its way or done with.
    bool withdraw(const PendingForward& request);

    /// Commands that wait to be sent, or whose replies have not all come.
    [[nodiscard]] std::size_t pending() const { return _pending.size() - _silent + _waiting.size(); }

    /// Reads no further, or goes on; what was read already is still passed on. Over with the connection.
    using Link::pauseReading;

    /// An own link: false. See onGone.
    using Link::reconnects;

    /// From the reply to the last command that has one on, all that comes is unasked, replies too; with false, no more.
    void stream(bool on);

    /// Ends that: all is unasked up to the reply to a PING that is sent now; `done` is called when it has come, which
    /// nobody sees. If the link is lost before, `done` is never called. It gives the link up where the reply shows that
    /// the connection is still subscribed.
    void leaveStream(std::function<void()> done);

    /// Whether what onUnasked had last is the beginning of something that has not ended.
    [[nodiscard]] bool amidUnasked() const { return _amidUnasked; }

    /// The next piece of what came unasked. None: it is dropped.
    std::function<void(std::string_view piece)> onUnasked;

    /// A link that does not reconnect is lost, or could not be made: it is Away for good. Called once, after its requests
    /// were failed; it may be destroyed once the call has returned, not within.
    std::function<void(const std::string& why)> onGone;

  private:
    struct Waiting {
        std::string command;
        std::shared_ptr<PendingForward> request;
    };

    /// Where the next reply goes.
    enum class Target : std::uint8_t {
        Unknown, ///< its first byte has not come
        Pending, ///< to who waits first
        Unasked,
        Barrier,  ///< nowhere: it ends a command without a reply
        Farewell, ///< it may be the reply to the PING of leaveStream()
    };

    void onReady() override;
    void onBytes(std::string_view bytes) override;
    void onLost(const std::string& why) override;
    void onAway() override;
    void onEnd(const std::string& why) override;

    void send(const std::string& command, std::shared_ptr<PendingForward> request);
    [[nodiscard]] bool aim(char type);
    void passBarrier(bool last);
    bool passOn(std::string_view piece, bool last);
    void passToPending(std::string_view piece, bool last);
    void passUnasked(std::string_view piece, bool last);
    void passFarewell(std::string_view piece, bool last);
    void resetReplies();

    resp::ReplyFramer _framer;
    Target _target = Target::Unknown;
    bool _streaming = false;
    bool _amidUnasked = false;
    std::string _farewell; ///< the reply that ends the stream; empty: none is awaited
    std::string _held;     ///< what may be it, so far
    std::function<void()> _onLeft;
    std::deque<Waiting> _waiting;                         ///< for the link to be ready
    std::deque<std::shared_ptr<PendingForward>> _pending; ///< sent, in order; null: without a reply but the barrier's
    std::size_t _silent = 0;                              ///< of those, how many are
};

} // namespace nearcache
