#include "ClientFilter.h"
#include "Commands.h"
#include "Handlers.h"
#include "Reply.h"
#include "Text.h"

#include <vector>

namespace nearcache::respfront {

namespace {

std::string linesOf(const std::vector<ClientFacts>& clients, const ClientFilter& filter) {
    std::string lines;
    for (const ClientFacts& client : clients) {
        if (filter.matches(client))
            lines.append(lineOf(client)).append("\n");
    }
    return lines;
}

void answerLines(Call& call, std::string_view lines) {
    std::pmr::string& reply = newText(call.scratch);
    appendText(reply, lines, call.session.resp3());
    call.answer(reply);
}

/// How many were ended. The client itself ends when it has its answer.
std::size_t kill(Call& call, const ClientFilter& filter) {
    std::vector<std::uint64_t> ids;
    std::size_t count = 0;
    for (const ClientFacts& client : call.host.clients()) {
        if (!filter.matches(client))
            continue;
        if (client.id == call.session.id) {
            call.request.close = true;
            ++count;
        } else {
            ids.push_back(client.id);
        }
    }
    return count + (ids.empty() ? 0 : call.host.endClients(ids));
}

void killByAddress(Call& call) {
    ClientFilter filter(call.session.id, !ClientFilter::exceptSelf);
    filter.setAddress(call.words[2]);
    if (kill(call, filter) == 0)
        return call.fail("ERR No such client");
    call.answer(ok);
}

} // namespace

void clientInfo(Call& call) {
    ClientFilter filter(call.session.id, !ClientFilter::exceptSelf);
    const std::string number = std::to_string(call.session.id);
    const std::string_view words[] = {"id", number};
    (void)filter.read(words);
    call.session.publish();
    answerLines(call, linesOf(call.host.clients(), filter));
}

void clientList(Call& call) {
    ClientFilter filter(call.session.id, !ClientFilter::exceptSelf);
    const std::string error = filter.read(call.words.subspan(2));
    if (!error.empty())
        return call.fail(error);
    call.session.publish();
    answerLines(call, linesOf(call.host.clients(), filter));
}

void clientKill(Call& call) {
    if (call.words.size() == 3)
        return killByAddress(call);
    ClientFilter filter(call.session.id, ClientFilter::exceptSelf);
    const std::string error = filter.read(call.words.subspan(2));
    if (!error.empty())
        return call.fail(error);
    std::pmr::string& reply = newText(call.scratch);
    appendInteger(reply, static_cast<std::int64_t>(kill(call, filter)));
    call.answer(reply);
}

} // namespace nearcache::respfront
