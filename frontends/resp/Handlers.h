#pragma once

/// What the commands do that concern the front-end. Commands.cpp names them in its table.

namespace nearcache::respfront {

struct Call;

// Forward.cpp
void forward(Call& call);                ///< to Redis, as it is
void stick(Call& call);                  ///< the same, and what it changes there stays until RESET or the end
void refuse(Call& call);                 ///< what cannot be had by a proxy
void send(Call& call, bool own = false); ///< what forward() ends in, for handlers that know what the command does

// KeyCommands.cpp
void get(Call& call);
void mget(Call& call);

// ConnectionCommands.cpp
void auth(Call& call);
void echo(Call& call);
void hello(Call& call);
void ping(Call& call);
void quit(Call& call);
void reset(Call& call);
void select(Call& call);

// TransactionCommands.cpp
void discard(Call& call);
void exec(Call& call);
void multi(Call& call);
void unwatch(Call& call);
void watch(Call& call);

// SubscriptionCommands.cpp
void monitor(Call& call);
void subscribe(Call& call);   ///< PSUBSCRIBE and SSUBSCRIBE, too
void unsubscribe(Call& call); ///< PUNSUBSCRIBE and SUNSUBSCRIBE, too

// ClientCommands.cpp
void clientCapa(Call& call);
void clientGetName(Call& call);
void clientId(Call& call);
void clientReply(Call& call);
void clientSetInfo(Call& call);
void clientSetName(Call& call);
void clientTracking(Call& call);
void clientUnblock(Call& call);

// ClientList.cpp
void clientInfo(Call& call);
void clientKill(Call& call);
void clientList(Call& call);

// InfoCommand.cpp
void info(Call& call);

} // namespace nearcache::respfront
