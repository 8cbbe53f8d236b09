#pragma once

/// What front-ends are told about the process.

#include "backend/Health.h"
#include "cache/Store.h"
#include "nearcache/FrontEnd.h"
#include "net/Acceptor.h"
#include "net/Clock.h"
#include "pipeline/Gate.h"
#include "settings/Settings.h"

namespace nearcache {

class HostFacts final : public Host {
  public:
    /// All of these outlive it.
    HostFacts(const Settings& settings, const Store& store, const Gate& gate, const ConnectionLimit& connections,
              const Health& health, unsigned workers, unsigned links);

    [[nodiscard]] std::string_view version() const override;
    [[nodiscard]] unsigned database() const override { return _settings.backend.database; }
    [[nodiscard]] std::vector<Fact> facts() const override;

  private:
    using Facts = std::vector<Fact>;

    void addServer(Facts& facts) const;
    void addClients(Facts& facts) const;
    void addCache(Facts& facts) const;
    void addBackend(Facts& facts) const;

    const Settings& _settings;
    const Store& _store;
    const Gate& _gate;
    const ConnectionLimit& _connections;
    const Health& _health;
    const unsigned _workers;
    const unsigned _links;
    const Time _start = Clock::now();
};

} // namespace nearcache
