#pragma once

/// The commands that the front-end handles itself, or must know about. All others are Redis's.

#include "Parse.h"
#include "SessionState.h"

#include "nearcache/FrontEnd.h"

#include <cstddef>
#include <memory_resource>
#include <span>
#include <string_view>

namespace nearcache::respfront {

/// A command on its way to becoming a request. Lives for one call.
struct Call {
    Words words;          ///< at least one: the command's name
    std::string_view raw; ///< the command in RESP; empty if it was typed as a line
    const Host& host;
    const Credentials& credentials;
    SessionState& session;
    std::pmr::memory_resource& scratch;
    Request& request;        ///< what it becomes
    std::string_view name{}; ///< words[0] in lower case; empty if no command has so long a name

    /// Answers with a finished reply: a constant, or memory of `scratch`.
    void answer(std::string_view reply);

    /// Answers with an error: `text` begins with its code, and is copied. Within a transaction, this one is void.
    void fail(std::string_view text);
};

using Handler = void (*)(Call&);

/// What becomes of a command where Redis holds something for the client.
struct Manner {
    /// Within a transaction.
    enum class Queued : std::uint8_t {
        AsAny,   ///< Redis puts it off as it does with any other
        Now,     ///< it is executed at once
        Sticky,  ///< it changes what is not followed within transactions, see Standing::queueSticky()
        Streams, ///< the same, see Standing::queueStream()
        Refused, ///< it is answered with an error
    };
    Queued queued;
    bool streaming;           ///< handled while replies are not told from what comes unasked; else it is passed on
    bool subscribed;          ///< handled while subscribed in RESP2; else it is passed on, and Redis refuses it
    bool beforeLogin = false; ///< allowed to those who have not said who they are
};

/// One line of a table. Arity as Redis has it: it counts the name, and -N means N or more.
struct Command {
    std::string_view name; ///< lower case
    int arity;
    Handler handler; ///< null: it is passed on, but for its subcommands here
    Manner manner;
    std::span<const Command> subcommands = {};
};

/// All of them, by name.
[[nodiscard]] std::span<const Command> commands();

/// The command of that name, in lower case, or nullptr. `among` is in order.
[[nodiscard]] const Command* find(std::span<const Command> among, std::string_view name);

/// Whether execute() does nothing with a command of that name, in lower case, but to pass it on.
[[nodiscard]] bool isPassedOn(std::string_view name);

/// Makes a request of the command. Errors in Redis's words.
void execute(Call& call);

} // namespace nearcache::respfront
