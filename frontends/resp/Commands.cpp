#include "Commands.h"

#include "Handlers.h"
#include "Reply.h"
#include "Text.h"

#include <algorithm>

namespace nearcache::respfront {

namespace {

/// How much of a client's words an error repeats, as in Redis.
constexpr std::size_t shownBytes = 128;

constexpr std::string_view anyTime = "noscript loading stale fast no_auth allow_busy";
constexpr std::string_view clientFlags = "noscript loading stale";
constexpr std::string_view describing = "loading stale";

// clang-format off
constexpr Command clientCommands[] = {
    {"getname",   2, clientGetName, clientFlags, 0, 0, 0, "connection", "2.6.9", "Returns the name of this connection."},
    {"help",      2, help,          describing,  0, 0, 0, "connection", "5.0.0", "Prints this help."},
    {"id",        2, clientId,      clientFlags, 0, 0, 0, "connection", "5.0.0", "Returns the number of this connection."},
    {"setinfo",   4, clientSetInfo, clientFlags, 0, 0, 0, "connection", "7.2.0", "Notes the client's library or its version.",
     "(LIB-NAME|LIB-VER) <value>"},
    {"setname",   3, clientSetName, clientFlags, 0, 0, 0, "connection", "2.6.9", "Names this connection.", "<name>"},
};

constexpr Command commandCommands[] = {
    {"count",     2, commandCount,  describing,  0, 0, 0, "server", "2.8.13", "Returns the number of commands."},
    {"docs",     -2, commandDocs,   describing,  0, 0, 0, "server", "7.0.0",  "Describes these commands in words, or all.",
     "[<command-name> ...]"},
    {"help",      2, help,          describing,  0, 0, 0, "server", "5.0.0",  "Prints this help."},
    {"info",     -2, commandInfo,   describing,  0, 0, 0, "server", "2.8.13", "Describes these commands, or all.",
     "[<command-name> ...]"},
};

/// A command that Redis executes, on keys at fixed places, is a line with `forward`: nothing else is needed.
constexpr Command allCommands[] = {
    {"auth",     -2, auth,          anyTime,                  0,  0, 0, "connection", "1.0.0", "Authenticates this connection."},
    {"client",   -2, nullptr,       "",                       0,  0, 0, "connection", "2.4.0", "What concerns this connection.",
     {}, clientCommands},
    {"command",  -1, commandInfo,   describing,               0,  0, 0, "server",     "2.8.13", "Describes all commands.",
     {}, commandCommands},
    {"decr",      2, forward,       "write denyoom fast",     1,  1, 1, "string",     "1.0.0", "Subtracts one from a number."},
    {"decrby",    3, forward,       "write denyoom fast",     1,  1, 1, "string",     "1.0.0", "Subtracts from a number."},
    {"del",      -2, forward,       "write",                  1, -1, 1, "generic",    "1.0.0", "Deletes keys."},
    {"echo",      2, echo,          "loading stale fast",     0,  0, 0, "connection", "1.0.0", "Returns its argument."},
    {"exists",   -2, forward,       "readonly fast",          1, -1, 1, "generic",    "1.0.0", "Counts the keys that exist."},
    {"expire",   -3, forward,       "write fast",             1,  1, 1, "generic",    "1.0.0", "Sets when a key ends, in seconds."},
    {"get",       2, get,           "readonly fast",          1,  1, 1, "string",     "1.0.0", "Returns the value of a key."},
    {"getdel",    2, forward,       "write fast",             1,  1, 1, "string",     "6.2.0", "Returns the value of a key and deletes it."},
    {"hello",    -1, hello,         anyTime,                  0,  0, 0, "connection", "6.0.0", "Agrees on the protocol."},
    {"incr",      2, forward,       "write denyoom fast",     1,  1, 1, "string",     "1.0.0", "Adds one to a number."},
    {"incrby",    3, forward,       "write denyoom fast",     1,  1, 1, "string",     "1.0.0", "Adds to a number."},
    {"info",     -1, info,          describing,               0,  0, 0, "server",     "1.0.0", "Returns what there is to know about Nearcache."},
    {"ping",     -1, ping,          "fast",                   0,  0, 0, "connection", "1.0.0", "Shows that the connection lives."},
    {"pttl",      2, forward,       "readonly fast",          1,  1, 1, "generic",    "2.6.0", "Returns when a key ends, in milliseconds."},
    {"quit",     -1, quit,          anyTime,                  0,  0, 0, "connection", "1.0.0", "Closes the connection."},
    {"select",    2, select,        "loading stale fast",     0,  0, 0, "connection", "1.0.0", "Chooses a database."},
    {"set",      -3, forward,       "write denyoom",          1,  1, 1, "string",     "1.0.0", "Sets the value of a key."},
    {"ttl",       2, forward,       "readonly fast",          1,  1, 1, "generic",    "1.0.0", "Returns when a key ends, in seconds."},
    {"unlink",   -2, forward,       "write fast",             1, -1, 1, "generic",    "4.0.0", "Deletes keys, and frees their memory later."},
};
// clang-format on

void failUnknown(Call& call) {
    std::pmr::string arguments(&call.scratch);
    for (const std::string_view word : call.words.subspan(1)) {
        if (arguments.size() >= shownBytes)
            break;
        const std::size_t room = shownBytes - arguments.size();
        arguments.append("'").append(shown(word, room)).append("' ");
    }
    std::pmr::string text("ERR unknown command '", &call.scratch);
    text.append(shown(call.words[0], shownBytes)).append("', with args beginning with: ").append(arguments);
    call.fail(text);
}

void failUnknownSubcommand(Call& call) {
    std::pmr::string text("ERR unknown subcommand '", &call.scratch);
    text.append(shown(call.words[1], shownBytes)).append("'. Try ");
    std::transform(call.command->name.begin(), call.command->name.end(), std::back_inserter(text), upper);
    call.fail(text.append(" HELP."));
}

void failArity(Call& call, const Command* parent) {
    std::pmr::string text("ERR wrong number of arguments for '", &call.scratch);
    if (parent != nullptr)
        text.append(parent->name).append("|");
    call.fail(text.append(call.command->name).append("' command"));
}

bool arityFits(const Command& command, std::size_t words) {
    const int count = static_cast<int>(words);
    return command.arity < 0 ? count >= -command.arity : count == command.arity;
}

/// What a browser that was tricked into talking to Redis sends. Going on would execute the body, line by line.
bool isHttp(std::string_view word) {
    return isWord(word, "post") || isWord(word, "host:");
}

/// Finds the command, and the subcommand. Answers itself and returns false where there is none.
bool resolve(Call& call, const Command*& parent) {
    call.command = find(commands(), call.words[0]);
    if (call.command == nullptr) {
        failUnknown(call);
        call.request.close = isHttp(call.words[0]);
        return false;
    }
    if (call.command->subcommands.empty() || call.words.size() < 2)
        return true;
    parent = call.command;
    const Command* const subcommand = find(parent->subcommands, call.words[1]);
    if (subcommand == nullptr) {
        failUnknownSubcommand(call);
        return false;
    }
    call.command = subcommand;
    return true;
}

} // namespace

void Call::answer(std::string_view reply) {
    request.action = Request::Action::Answer;
    request.payload = reply;
}

void Call::fail(std::string_view text) {
    std::pmr::string& reply = newText(scratch);
    appendError(reply, text);
    answer(reply);
}

std::span<const Command> commands() {
    return allCommands;
}

const Command* find(std::span<const Command> among, std::string_view name) {
    const auto found =
        std::find_if(among.begin(), among.end(), [name](const Command& one) { return isWord(name, one.name); });
    return found == among.end() ? nullptr : &*found;
}

void execute(Call& call) {
    const Command* parent = nullptr;
    if (!resolve(call, parent))
        return;
    if (arityFits(*call.command, call.words.size()))
        call.command->handler(call);
    else
        failArity(call, parent);
}

} // namespace nearcache::respfront
