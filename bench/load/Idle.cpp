#include "Idle.h"

#include <array>
#include <poll.h>
#include <stdexcept>

namespace nearcache::bench {

namespace {

constexpr int patience = 10'000; // ms

void askOnce(Client& client, const Dialect& dialect) {
    std::array<char, 16'384> buffer{};
    client.ask(dialect, {}, 0);
    bool right = client.flush();
    while (right && client.underWay() > 0) {
        pollfd waiting{client.descriptor(), POLLIN, 0};
        std::string_view input;
        right = ::poll(&waiting, 1, patience) == 1 && client.read(buffer, input) == Client::Read::Some &&
                client.take(dialect, input, [](const Asked& /*asked*/, Nanoseconds /*begin*/) {});
    }
    if (!right)
        throw std::runtime_error("an idle connection got no reply, or a wrong one");
}

} // namespace

std::vector<Client> openIdle(const Options& options, const Dialect& dialect) {
    std::vector<Client> clients;
    for (unsigned i = 0; i < options.idle; ++i) {
        clients.emplace_back(connectTo(options.address));
        askOnce(clients.back(), dialect);
    }
    return clients;
}

} // namespace nearcache::bench
