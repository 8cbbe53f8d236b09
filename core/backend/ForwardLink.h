#pragma once

/// A link that forwards commands as they are, and passes the replies on as they come, unparsed: however long a reply,
/// it is never collected here. A command that was sent is never sent again.
///
/// It is shared by many clients, or belongs to one: then it does not reconnect, since the client's state is lost with
/// the connection, and it may bring what is no reply, for onUnasked. In RESP3 that is every push between two replies
/// (one within a reply belongs to it); with stream(true), in either version, all that comes.

#include "backend/Link.h"
#include "nearcache/ReplyFramer.h"

#include <deque>
#include <functional>
#include <string>
#include <string_view>

namespace nearcache {

/// Who waits for the reply to a command. It outlives its last call: onPiece() with `last`, onFailure() or onDropped(),
/// one of which comes for each, unless it was withdrawn. Threads: the link's.
class PendingForward {
  public:
    virtual ~PendingForward() = default;

    /// The next piece of the reply; `last`: it ends with this one.
    virtual void onPiece(std::string_view piece, bool last) = 0;

    /// Its reply is near: what that takes may be brought into the caches.
    virtual void prepare() const {}

    /// There will be no reply, or no more of it. `sent`: Redis may have executed the command.
    virtual void onFailure(const std::string& why, bool sent) = 0;

    /// The link is destroyed. Must not touch it.
    virtual void onDropped() {}
};

class ForwardLink final : public Link {
  public:
    /// Past this much that Redis has not taken yet, further commands fail: while it is frozen, clients go on sending,
    /// and their time-outs take nothing back.
    static constexpr std::size_t maxUnsent = std::size_t{64} * 1024 * 1024;

    /// `protocol`: the version of RESP that replies are in, 2 or 3.
    explicit ForwardLink(const LinkContext& context, unsigned protocol = 2);
    ~ForwardLink() override;

    [[nodiscard]] unsigned protocol() const { return role() == LinkRole::Relay3 ? 3 : 2; }

    /// What Redis answers a command with.
    enum class Answer : std::uint8_t {
        Reply,
        Pushes, ///< pushes (RESP3) and no reply: its request is told the end of an empty one, or of an error
    };

    /// `command`: one whole command in RESP. `request`: null within a stream, where no reply is known as such; then it
    /// is dropped without a word where the link is Away, which onGone tells of an own link; where Redis takes nothing,
    /// the link is given up, at the end of the turn.
    void forward(std::string_view command, PendingForward* request, Answer answer = Answer::Reply);

    /// Takes back what was not sent yet; false when it is on its way or done with.
    bool withdraw(const PendingForward& request);

    /// Commands that wait to be sent, or whose replies have not all come.
    [[nodiscard]] std::size_t pending() const { return _pending.size() + _waiting.size(); }

    /// Whether a reply is due, and nothing has come since then.
    [[nodiscard]] bool silentSince(Time then) const;

    /// Loses the connection, and makes another.
    void renew(const std::string& why) { lose(why); }

    /// Reads no further, or goes on; what was read already is still passed on. Over with the connection.
    using Link::pauseReading;

    /// An own link: false. See onGone.
    using Link::reconnects;

    /// From the reply to the last command that has one on, all that comes is unasked, replies too; with false, no more.
    void stream(bool on);

    /// Ends that: all is unasked up to the reply to a PING that is sent now; `done` is called when it has come, which
    /// nobody sees. If the link is lost before, `done` is never called. `subscribed`: what is done where the reply
    /// shows that the connection still is.
    enum class Subscribed : std::uint8_t { GivesUp, IsDone };
    void leaveStream(std::function<void()> done, Subscribed subscribed = Subscribed::GivesUp);

    [[nodiscard]] bool streams() const { return _streaming; }

    /// Whether what onUnasked had last is the beginning of something that has not ended.
    [[nodiscard]] bool amidUnasked() const { return _amidUnasked; }

    /// The next piece of what came unasked. None: it is dropped.
    std::function<void(std::string_view piece)> onUnasked;

    /// A link that does not reconnect is lost, or could not be made: it is Away for good. Called once, after its
    /// requests were failed; it may be destroyed once the call has returned, not within.
    std::function<void(const std::string& why)> onGone;

  private:
    struct Sent {
        PendingForward* request;
        Answer answer;
    };

    struct Waiting {
        std::string command;
        Sent sent;
    };

    /// Where the next reply goes.
    enum class Target : std::uint8_t {
        Unknown, ///< its first byte has not come
        Pending, ///< to who waits first
        Unasked,
        Refusal,  ///< to who waits first for pushes
        Barrier,  ///< nowhere: it ends a command that has no reply
        Farewell, ///< it may be the reply to the PING of leaveStream()
    };

    void onReady() override;
    void onBytes(std::string_view bytes) override;
    void onLost(const std::string& why) override;
    void onAway() override;
    void onEnd(const std::string& why) override;

    void send(std::string_view command, Sent sent);
    void giveUp();
    [[nodiscard]] bool aim(char type);
    void passBarrier(bool last);
    bool passOn(std::string_view piece, bool last);
    void prepareNext() const;
    void passToPending(std::string_view piece, bool last);
    void passUnasked(std::string_view piece, bool last);
    void passFarewell(std::string_view piece, bool last);
    void resetReplies();

    resp::ReplyFramer _framer;
    Target _target = Target::Unknown;
    bool _streaming = false;
    bool _amidUnasked = false;
    Subscribed _subscribed = Subscribed::GivesUp;
    std::string _refusal;  ///< of the command that waits first for pushes
    std::string _farewell; ///< the reply that ends the stream; empty: none is awaited
    std::string _held;     ///< what may be it, so far
    std::function<void()> _onLeft;
    Time _quietSince{};           ///< a reply is due: when it became so, or when bytes came last
    std::deque<Waiting> _waiting; ///< for the link to be ready
    std::deque<Sent> _pending;    ///< sent, in order, and not answered
};

} // namespace nearcache
