#pragma once

/// Everything that serves, made and wired: the one place that knows all parts.
/// Threads: the process's main thread.

#include "app/HostFacts.h"
#include "app/Janitor.h"
#include "app/Plugins.h"
#include "app/Toucher.h"
#include "backend/BackendFacts.h"
#include "backend/Coherence.h"
#include "backend/ControlLink.h"
#include "backend/Health.h"
#include "backend/Resolver.h"
#include "cache/Store.h"
#include "net/Acceptor.h"
#include "pipeline/Clients.h"
#include "pipeline/Gate.h"
#include "pipeline/LinkBudget.h"
#include "pipeline/WorkerGroup.h"
#include "settings/CredentialList.h"
#include "settings/Settings.h"

#include <memory>
#include <string>
#include <vector>

namespace nearcache {

class Service {
  public:
    /// Loads the plugins and listens; serves nobody yet. Throws SettingsError for what the configuration asks for and
    /// cannot be had, and Poco::Exception for what the system refuses. The settings outlive it.
    Service(const Settings& settings, const std::string& pluginsFolder);
    ~Service();

    void start();

    /// Stops listening, finishes the requests under way, and ends.
    void finish();

  private:
    [[nodiscard]] static unsigned workersFor(const Settings& settings);
    [[nodiscard]] static unsigned linksFor(const Settings& settings);
    [[nodiscard]] static unsigned connectionsFor(const Settings& settings);
    void listen();
    void reachBackend();
    void listenOn(const FrontEndSettings& settings, const FrontEnd& frontEnd);

    const Settings& _settings;
    Plugins _plugins;
    Store _store;
    Gate _gate;
    ConnectionLimit _connectionLimit;
    LinkBudget _linkBudget;
    Clients _clients;
    Health _health;
    Coherence _coherence;
    BackendFacts _backend;
    Resolver _resolver;
    HostFacts _host;
    std::vector<std::unique_ptr<CredentialList>> _credentials;
    std::vector<std::unique_ptr<FrontEnd>> _frontEnds;
    WorkerGroup _workers;
    ControlLink _control;
    Toucher _toucher;
    Acceptor _acceptor;
    Janitor _janitor;
};

} // namespace nearcache
