#pragma once

/// One thread of the load: its connections and their loop.
///
/// Closed loop: each connection has `depth` requests on the way, sent together; the next ones follow when all are
/// answered. Open loop (a rate): requests fall due at fixed times and go to the connections in turn; one that finds its
/// connection with `depth` under way waits there. Latency counts from when it was due, so a server that stalls is
/// charged for all who would have come meanwhile; all that fell due is waited for.

#include "Client.h"
#include "Dialect.h"
#include "Keys.h"
#include "Options.h"
#include "Plan.h"

#include <memory>
#include <vector>

namespace nearcache::bench {

class Worker {
  public:
    /// Options and dialect outlive it. Connects; throws std::runtime_error. Part 0 also looks at the watched processes.
    Worker(const Options& options, const Dialect& dialect, unsigned part);

    /// Until the plan's end, or all its requests are answered, or something is wrong.
    void run(const Plan& plan);

    [[nodiscard]] const Findings& findings() const { return _findings; }
    [[nodiscard]] const Look& before() const { return _before; }
    [[nodiscard]] const Look& after() const { return _after; }

  private:
    [[nodiscard]] bool isOpenLoop() const { return _interval > 0; }
    [[nodiscard]] bool isFinished(Nanoseconds now) const;
    [[nodiscard]] bool mayAsk(Nanoseconds now) const;
    void watch(Nanoseconds now);
    void begin(Nanoseconds now);
    void wait(Nanoseconds now);
    void handle(std::uint32_t index, std::uint32_t events);
    void receive(Client& client);
    void count(Nanoseconds begin, Nanoseconds now);
    void refill(Client& client, Nanoseconds now);
    void askWhatIsDue(Nanoseconds now);
    void ask(Client& client, Nanoseconds begin);
    void flush(Client& client);
    void listenTo(Client& client, bool writable, int operation);
    void fail(std::string what);

    const Options& _options;
    const Dialect& _dialect;
    const bool _looks;
    Keys _keys;
    std::vector<Client> _clients;
    std::vector<bool> _blocked; ///< which of them wait to write
    Descriptor _poll;
    std::vector<char> _buffer;
    Plan _plan{};
    double _interval = 0;     ///< nanoseconds between two requests of an open loop
    double _due = 0;          ///< when the next one falls due
    std::size_t _turn = 0;    ///< whose it is
    std::uint64_t _quota = 0; ///< requests to send; 0: no limit
    std::uint64_t _asked = 0;
    std::uint64_t _answered = 0;
    Nanoseconds _lastReply = 0;
    Findings _findings;
    Look _before;
    Look _after;
};

} // namespace nearcache::bench
