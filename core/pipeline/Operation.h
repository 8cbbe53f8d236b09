#pragma once

/// A request that could not be answered at once, from its parsing until it is answered and nobody works on it any more.

#include "cache/Entry.h"
#include "cache/LookupBuffer.h"
#include "nearcache/FrontEnd.h"
#include "net/Clock.h"

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nearcache {

class Conversation;

/// A key of a command, or of a request for many.
struct Key {
    std::string name;
    std::uint64_t hash;
};

/// What is known of one key of a GetMany.
struct Part {
    Reply reply;
    EntryRef entry;     ///< what `reply.bytes` will be, if they are not those of a short value that the cache had
    bool found = false; ///< the cache had it
};

/// Threads: the worker's that the request came in on. Others hold its address only to name it.
struct Operation {
    enum class State : std::uint8_t {
        Blocked,  ///< waits for earlier requests of its connection
        Waiting,  ///< waits for a slot of `limits.parallel`
        UnderWay, ///< is being executed
        Done,     ///< its reply is known
    };

    Operation() = default;
    Operation(const Operation&) = delete;
    Operation& operator=(const Operation&) = delete;

    [[nodiscard]] bool reads() const { return action == Request::Action::Get || action == Request::Action::GetMany; }
    [[nodiscard]] bool many() const { return action == Request::Action::GetMany; }
    [[nodiscard]] bool finished() const { return state == State::Done; }
    /// A value that the cache had, and what keeps it alive: nothing, of a short one.
    void take(std::string_view value, EntryRef home) {
        entry = std::move(home);
        if (!entry)
            text = value;
    }

    [[nodiscard]] bool own() const { return action == Request::Action::Forward && road == Request::Road::Own; }

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
    std::uint32_t pending = 0; ///< reports that other parts of the pipeline still owe, one for each key that they fetch
    std::uint64_t ticket = 0;  ///< of its place in line, while Waiting
    Time deadline;
    std::vector<Key> keys; ///< of a Get: one
    std::string payload;   ///< of a Forward: the command; of an Answer: the reply

    Reply reply;             ///< of a Get, and of any that failed; `bytes` is filled in when it is encoded
    EntryRef entry;          ///< what `reply.bytes` will be, or
    std::string text;        ///< of an error; a short value that the cache had; of a Forward: what came before its turn
    std::string unasked;     ///< what has come behind its reply, and is written behind it
    std::vector<Part> parts; ///< of a GetMany: as many as keys
    LookupBuffer values;     ///< where the short ones lie that the cache had of them

    Conversation* conversation = nullptr; ///< none: answered already, or its client is gone
    Operation* next = nullptr;            ///< the request after it in its conversation
    std::list<Operation>::iterator self;  ///< where its owner keeps it
};

} // namespace nearcache
