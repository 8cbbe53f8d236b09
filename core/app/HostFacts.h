#pragma once

/// What front-ends are told about the process.

#include "backend/BackendFacts.h"
#include "backend/Coherence.h"
#include "backend/Health.h"
#include "cache/Store.h"
#include "nearcache/FrontEnd.h"
#include "net/Acceptor.h"
#include "net/Clock.h"
#include "pipeline/Clients.h"
#include "pipeline/Gate.h"
#include "pipeline/LinkBudget.h"
#include "settings/Settings.h"

namespace nearcache {

/// What it knows of. All of these outlive it.
struct HostParts {
    const Settings& settings;
    const Store& store;
    const Gate& gate;
    const ConnectionLimit& connections;
    const Clients& clients;
    const LinkBudget& dedicated;
    const Health& health;
    const Coherence& coherence;
    const BackendFacts& backend;
    unsigned workers;
    unsigned links; ///< that fetch
};

class HostFacts final : public Host {
  public:
    explicit HostFacts(const HostParts& parts) : _parts(parts) {}

    [[nodiscard]] std::string_view version() const override;
    [[nodiscard]] unsigned database() const override { return _parts.settings.backend.database; }
    [[nodiscard]] std::shared_ptr<const CommandTable> commands() const override { return _parts.backend.commands(); }
    [[nodiscard]] std::uint64_t commandsVersion() const override { return _parts.backend.commandsVersion(); }
    [[nodiscard]] BackendIdentity backend() const override { return _parts.backend.identity(); }
    [[nodiscard]] std::vector<Fact> facts() const override;
    [[nodiscard]] std::vector<ClientFacts> clients() const override { return _parts.clients.facts(Clock::now()); }
    std::size_t endClients(std::span<const std::uint64_t> ids) const override { return _parts.clients.end(ids); }

  private:
    using Facts = std::vector<Fact>;

    void addServer(Facts& facts) const;
    void addClients(Facts& facts) const;
    void addCache(Facts& facts) const;
    void addCoherence(Facts& facts) const;
    void addBackend(Facts& facts) const;

    const HostParts _parts;
    const Time _start = Clock::now();
};

} // namespace nearcache
