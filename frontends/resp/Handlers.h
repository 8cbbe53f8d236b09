#pragma once

/// What each command does. Commands.cpp names them in its table.

namespace nearcache::respfront {

struct Call;

// KeyCommands.cpp
void get(Call& call);
void forward(Call& call); ///< to Redis, as it is; which keys it writes is in the table

// ConnectionCommands.cpp
void auth(Call& call);
void echo(Call& call);
void hello(Call& call);
void ping(Call& call);
void quit(Call& call);
void select(Call& call);

// ClientCommands.cpp
void clientGetName(Call& call);
void clientId(Call& call);
void clientSetInfo(Call& call);
void clientSetName(Call& call);

// CommandCommands.cpp
void commandCount(Call& call);
void commandDocs(Call& call);
void commandInfo(Call& call); ///< also COMMAND alone
void help(Call& call);        ///< of any command with subcommands

// InfoCommand.cpp
void info(Call& call);

} // namespace nearcache::respfront
