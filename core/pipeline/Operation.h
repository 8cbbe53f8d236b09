#pragma once

/// A request that could not be answered at once, from its parsing until it is answered and nobody works on it any more.

#include "cache/Entry.h"
#include "cache/LookupBuffer.h"
#include "nearcache/FrontEnd.h"
#include "net/Clock.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nearcache {

class Conversation;
class PendingForward;

/// A key of a command, or of a request for one or many. Its bytes are the operation's.
struct Key {
    std::string_view name;
    std::uint64_t hash;
};

/// What is known of one key of a GetMany.
struct Part {
    Reply reply;
    EntryRef entry;     ///< what `reply.bytes` will be, if they are not those of a short value
    bool found = false; ///< the cache had it
};

struct Operation;

/// What of an operation holds no memory.
struct OperationFacts {
    enum class State : std::uint8_t {
        Blocked,  ///< waits for earlier requests of its connection
        Waiting,  ///< waits for a slot of `limits.parallel`
        UnderWay, ///< is being executed
        Done,     ///< its reply is known
    };

    State state = State::Blocked;
    Request::Action action = Request::Action::Answer;
    Request::Road road = Request::Road::Shared;
    Request::Expect expect = Request::Expect::Reply;
    Request::Scope scope = Request::Scope::Keys;
    bool writes = false;
    bool waits = false;    ///< in Redis, by design: it has no deadline
    bool timeless = false; ///< nor has this one now, being behind one that does
    bool release = false;
    bool close = false;
    bool silent = false;
    std::uint8_t protocol = 2;
    bool holdsSlot = false;
    bool lookedUp = false; ///< a Get: the cache did not have it
    bool streamed = false; ///< a piece of its reply is in the output
    bool replied = false;  ///< of a Forward: its reply is here, though it may have to wait for a fence
    bool stalled = false;  ///< its reply is held back at its link
    std::uint32_t tag = 0;
    std::uint32_t route = 0;   ///< of a Forward by a shared road
    std::uint32_t pending = 0; ///< reports that others owe: for each key they fetch, and each withdrawal
    std::uint64_t ticket = 0;  ///< of its place in line, while Waiting
    Time deadline;

    Reply reply; ///< of a Get, and of any that failed; `bytes` is filled in when it is encoded

    Conversation* conversation = nullptr; ///< none: answered already, or its client is gone
    Operation* next = nullptr;            ///< the request after it in its conversation
    PendingForward* forwarded = nullptr;  ///< of a Forward: who waits for its reply at its link
};

/// Threads: the worker's that the request came in on. Others hold its address to name it, and read its keys' bytes,
/// which are there and do not change as long as it is owed a report.
struct Operation : OperationFacts {
    Operation() = default;
    Operation(const Operation&) = delete;
    Operation& operator=(const Operation&) = delete;

    [[nodiscard]] bool reads() const { return action == Request::Action::Get || action == Request::Action::GetMany; }
    [[nodiscard]] bool many() const { return action == Request::Action::GetMany; }
    [[nodiscard]] bool finished() const { return state == State::Done; }

    /// Of those that may overlap, the ones with a slot of their own. The fetch of a single key takes its slot at the
    /// key's home: those who join another's need none. What waits in Redis by design, or has no reply to wait for,
    /// holds none.
    [[nodiscard]] bool takesSlot() const {
        return (many() || action == Request::Action::Forward) && !waits && expect == Request::Expect::Reply;
    }

    /// A value, and what keeps it alive: nothing, of a short one.
    void takeValue(std::string_view value, EntryRef home) {
        entry = std::move(home);
        if (!entry)
            text = value;
    }

    [[nodiscard]] bool own() const { return action == Request::Action::Forward && road == Request::Road::Own; }

    /// Of a Forward: what came of its reply and is not written.
    [[nodiscard]] std::string_view relayed() const { return text.empty() ? tail : std::string_view(text); }

    /// Takes over what outlives the call that brought the request. `hash`: of a Get's key.
    void take(const Request& request, std::uint64_t hash);

    /// As new, but for some memory, which the next one will need.
    void clear();

    std::vector<Key> keys; ///< of a Get: one
    std::string payload;   ///< of a Forward: the command; of an Answer: the reply

    EntryRef entry;          ///< what `reply.bytes` will be, or
    std::string text;        ///< of an error; a short value; of a Forward: what came of its reply before its turn
    std::string_view tail;   ///< of a Forward, while its end is being reported: the last piece, behind `text`
    std::string unasked;     ///< what has come behind its reply, and is written behind it
    std::vector<Part> parts; ///< of a GetMany: as many as keys
    LookupBuffer values;     ///< where the short ones of these lie

    /// Its place in the list of its owner's that it is in.
    struct Links {
        Operation* before = nullptr;
        Operation* after = nullptr;
    };
    Links links;

  private:
    void takeKeys(const Request& request);

    std::string _names; ///< the bytes of keys that are not in the payload
};

} // namespace nearcache
