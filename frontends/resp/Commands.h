#pragma once

/// The commands this front-end knows: one table, from which they are found, checked, executed and described to clients.

#include "Parse.h"
#include "SessionState.h"

#include "nearcache/FrontEnd.h"

#include <cstddef>
#include <memory_resource>
#include <span>
#include <string_view>

namespace nearcache::respfront {

struct Command;

/// A command on its way to becoming a request. Lives for one call.
struct Call {
    Words words;          ///< at least one: the command's name
    std::string_view raw; ///< the command in RESP; empty if it was typed as a line
    const Host& host;
    SessionState& session;
    std::pmr::memory_resource& scratch;
    Request& request; ///< what it becomes
    const Command* command = nullptr;

    /// Answers with a finished reply: a constant, or memory of `scratch`.
    void answer(std::string_view reply);

    /// Answers with an error: `text` begins with its code, and is copied.
    void fail(std::string_view text);
};

using Handler = void (*)(Call&);

/// One line of the table. Keys and arity as Redis's COMMAND has them: arity counts the name, and -N means N or more;
/// `firstKey` 0 means no keys; `lastKey` -1 means the last word.
struct Command {
    std::string_view name; ///< lower case
    int arity;
    Handler handler;        ///< null: it has subcommands, and is nothing without
    std::string_view flags; ///< separated by spaces
    int firstKey;
    int lastKey;
    int keyStep;
    std::string_view group;
    std::string_view since; ///< Redis's version
    std::string_view summary;
    std::string_view syntax = {}; ///< a subcommand's words behind its name, for HELP
    std::span<const Command> subcommands = {};

    [[nodiscard]] bool writes() const { return flags.starts_with("write"); }
};

/// All commands.
[[nodiscard]] std::span<const Command> commands();

/// The command of that name, in any case, or nullptr.
[[nodiscard]] const Command* find(std::span<const Command> among, std::string_view name);

/// Checks the command and runs its handler. Errors in Redis's words.
void execute(Call& call);

} // namespace nearcache::respfront
