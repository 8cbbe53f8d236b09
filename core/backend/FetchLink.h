#pragma once

/// A link that fetches: GETs and MGETs, pipelined, read by hiredis straight into cache entries, each with the time that
/// its key has left (PTTL). A GET that was sent on a link that was lost is asked once more on the next one; it changes
/// nothing.
///
/// The link is tracked where it may be: Redis tells by the same connection of every change to a key that was read by it
/// (RESP3, CLIENT TRACKING in its default mode; never by RESP2, where TRACKING is accepted and tells nothing). A reply
/// and the invalidation that outdates it come in the order in which Redis executed the commands.
/// https://redis.io/docs/latest/develop/reference/client-side-caching/
/// Each heartbeat (see BackendSettings) the link is sent a PING. One that is silent for a heartbeat then is lost; one
/// by which other bytes come, a large value by a slow network say, is behind.

#include "backend/Coherence.h"
#include "backend/FetchReader.h"
#include "backend/Link.h"
#include "backend/Outcome.h"
#include "nearcache/ReplyFramer.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nearcache {

/// A GET to be sent, or one key of an MGET. It outlives its outcome, or the link. Threads: the link's.
class PendingGet {
  public:
    virtual ~PendingGet() = default;

    [[nodiscard]] virtual std::string_view key() const = 0;

    /// It is about to be sent, for the first time or again.
    virtual void onSend() = 0;

    /// Its outcome is near: what that takes may be brought into the caches.
    virtual void prepare() const {}

    /// It is answered, or has failed. Called once, unless it was withdrawn; what it is called with lives as long as the
    /// call.
    virtual void onOutcome(const Outcome& outcome) = 0;

    bool resent = false;
    std::unique_ptr<Outcome> answer; ///< the link's: what Redis has said so far
};

/// Is told what becomes of the keys that a link has read. Threads: the link's.
class TrackingListener {
  public:
    virtual ~TrackingListener() = default;

    /// The link is there, anew: nothing is sent on it before this returns. Whatever was read before may have changed
    /// without a word. `tracked`: from now on Redis tells.
    virtual void onReady(unsigned group, bool tracked) = 0;

    /// It is not there any more, and nobody tells. Comes before the requests under way are failed or kept.
    virtual void onLost(unsigned group) = 0;

    /// What Redis tells comes late: a PING of one heartbeat ago has no answer, though bytes come. Called each heartbeat
    /// until onCaughtUp() or onLost().
    virtual void onBehind(unsigned group) = 0;
    virtual void onCaughtUp(unsigned group) = 0;

    /// The key was changed. Must not throw, nor call the link.
    virtual void onInvalidated(std::string_view key) = 0;

    /// All keys were. The same.
    virtual void onFlushed(unsigned group) = 0;
};

class FetchLink final : public Link, private PushListener {
  public:
    /// `group`: handed back to the listener. The listener and the coherence outlive it.
    FetchLink(const LinkContext& context, unsigned group, TrackingListener& listener, Coherence& coherence);
    ~FetchLink() override;

    void get(PendingGet& request);

    /// By one MGET: each gets an outcome of its own. A key that holds no string is Absent here. None: nothing happens.
    void getMany(const std::vector<PendingGet*>& requests);

    /// Takes back what was not sent yet; false when it is on its way or done with.
    bool withdraw(const PendingGet& request);

    /// Calls `done(true)` once all that Redis had executed when this was called has been told here; `done(false)` where
    /// that cannot be: at once when the link is not Ready, or when it is lost before. Fences asked for in one turn of
    /// the loop share one PING.
    void fence(std::function<void(bool)> done);

    /// When bytes came last. REQUIRES: Ready.
    [[nodiscard]] Time heard() const { return _heard; }

    /// Ready, and Redis tells of changes.
    [[nodiscard]] bool tracked() const { return state() == State::Ready && _tracked; }

  private:
    using Gets = std::vector<PendingGet*>;
    using Fences = std::vector<std::function<void(bool)>>;

    /// What is sent together.
    struct Batch {
        Gets gets;
        bool many = false; ///< by MGET, even if it is one
    };

    /// A reply to come.
    struct Expected {
        enum class Kind : std::uint8_t {
            Value,     ///< to a GET, and to a PTTL behind it
            Values,    ///< to an MGET: for the Remaining that follow
            Remaining, ///< to a PTTL, the last one for its key
            Pong,      ///< to a PING, for the first of _fences
        };
        Kind kind;
        bool many = false;         ///< of Remaining: its value comes by MGET
        std::uint32_t count = 0;   ///< of Values
        PendingGet* get = nullptr; ///< of Value and Remaining
    };

    void onReady() override;
    void onBytes(std::string_view bytes) override;
    void onLost(const std::string& why) override;
    void onAway() override;
    bool onUnsupported(const std::string& refusal) override;

    void onInvalidation() override;
    void onInvalidated(std::string_view key) override;
    void onFlushed() override;

    void hold(Batch batch);
    void send(const Batch& batch);
    void sendOne(PendingGet& get);
    void sendMany(const Gets& gets);
    void appendRemaining(std::string_view key);
    void ping(Fences fences);
    void sendFences();
    void failFences();

    void prepareNext() const;
    [[nodiscard]] std::size_t readPlain(std::string_view bytes);
    [[nodiscard]] std::size_t readPlainPush(std::string_view bytes);
    [[nodiscard]] std::size_t readAny(std::string_view bytes);
    [[nodiscard]] bool amidReply() const;
    [[nodiscard]] bool readReply();
    void aim();
    void takeReply();
    void takeValues(std::size_t count);
    void takeRemaining(PendingGet& get, Outcome&& outcome, std::optional<std::int64_t> remaining);
    void takePong();

    void beat();
    void fallBehind();
    void onBeat();
    void beatAt(Time when);
    void keepForNextLink(const std::string& why);
    void keep(Batch& batch, const std::string& why);
    [[nodiscard]] LinkRole firstRole() const;

    const unsigned _group;
    TrackingListener& _listener;
    Coherence& _coherence;
    bool _tracked = false;
    resp::ReplyFramer _framer; ///< says where a reply ends that hiredis reads
    FetchTarget _target;
    bool _aimed = false;            ///< _target is for the first of _expected
    std::string _command;           ///< the one being composed
    std::deque<Batch> _waiting;     ///< for the link to be ready
    std::deque<Expected> _expected; ///< of what was sent, in order
    Fences _fencesAsked;            ///< in this turn
    std::deque<Fences> _fences;     ///< of the PINGs sent
    Timers::Id _heartbeat = 0;
    Time _heard{};         ///< when bytes came last
    bool _beating = false; ///< a heartbeat's PING was sent, and not answered
    bool _behind = false;
    bool _remainingRefused = false; ///< PTTL is; the log has it
};

} // namespace nearcache
