#pragma once

/// A request that could not be answered at once, from its parsing until it is answered and nobody works on it any more.

#include "cache/Entry.h"
#include "nearcache/FrontEnd.h"
#include "net/Clock.h"

#include <cstdint>
#include <list>
#include <string>
#include <vector>

namespace nearcache {

class Conversation;

/// A key that a command may change.
struct WrittenKey {
    std::string key;
    std::uint64_t hash;
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

    State state = State::Blocked;
    Request::Action action = Request::Action::Answer;
    bool silent = false;
    bool holdsSlot = false;
    bool submitted = false; ///< another part of the pipeline will still report on it, once
    bool lookedUp = false;  ///< a Get: the cache did not have it
    bool streamed = false;  ///< a piece of its reply is in the output
    std::uint32_t tag = 0;
    std::uint32_t route = 0;   ///< of a Forward: which link it goes by
    std::uint64_t ticket = 0;  ///< of its place in line, while Waiting
    std::uint64_t hash = 0;    ///< of the key of a Get
    Time deadline;
    std::string key;                ///< of a Get
    std::string payload;            ///< of a Forward: the command; of an Answer: the reply
    std::vector<WrittenKey> writes; ///< of a Forward

    Reply reply;      ///< of a Get, and of any that failed; `bytes` is filled in when it is encoded
    EntryRef entry;   ///< what `reply.bytes` will be, or
    std::string text; ///< of an error; or of a Forward: what came of its reply before its turn

    Conversation* conversation = nullptr; ///< none: answered already, or its client is gone
    Operation* next = nullptr;            ///< the request after it in its conversation
    std::list<Operation>::iterator self;  ///< where its owner keeps it
};

} // namespace nearcache
