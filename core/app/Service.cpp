#include "app/Service.h"

#include "app/DescriptorLimit.h"

#include <Poco/Environment.h>
#include <Poco/Exception.h>
#include <Poco/Logger.h>
#include <Poco/Thread.h>

#include <algorithm>
#include <utility>

namespace nearcache {

namespace {

/// Descriptors beside clients and links: of loops, listeners, libraries, the log; and clients being refused.
constexpr unsigned spareDescriptors = 128;

/// How long the end may take beyond what requests may take.
constexpr Milliseconds finishAllowance = Connection::maxLinger + Milliseconds{3'000};

constexpr long attemptPollInterval = 1; // ms

Poco::Logger& logger() {
    return Poco::Logger::get("nearcache");
}

} // namespace

Service::Service(const Settings& settings, const std::string& pluginsFolder)
    : _settings(settings), _plugins(pluginsFolder), _store({.capacity = settings.cache.capacity,
                                                            .ttl = settings.cache.ttl,
                                                            .groups = linksFor(settings),
                                                            .readers = workersFor(settings)},
                                                           _plugins.makePolicy(settings.cache)),
      _gate(settings.limits.parallel), _connectionLimit(connectionsFor(settings)),
      _linkBudget(settings.backend.dedicatedLinks), _health(settings.backend.address), _coherence(settings.cache),
      _host({settings, _store, _gate, _connectionLimit, _clients, _linkBudget, _health, _coherence, _backend,
             workersFor(settings), linksFor(settings)}),
      _workers({_store, _gate, _connectionLimit, _linkBudget, _clients, settings.backend, settings.cache, _health,
                _coherence, _resolver},
               workersFor(settings), linksFor(settings)),
      _control({_workers.loop(), settings.backend, _health, _resolver}, _backend),
      _toucher(_workers.loop(), _store, _control),
      _acceptor(_connectionLimit, [this](Accepted accepted) { _workers.adopt(std::move(accepted)); }),
      _janitor(_store, settings.cache.ttl) {
    listen();
}

Service::~Service() {
    _acceptor.stop();
    _workers.stop();
    _resolver.stop();
}

unsigned Service::workersFor(const Settings& settings) {
    return std::clamp(Poco::Environment::processorCount(), 1U, settings.limits.parallel);
}

unsigned Service::linksFor(const Settings& settings) {
    return settings.backend.links > 0 ? settings.backend.links : workersFor(settings);
}

unsigned Service::connectionsFor(const Settings& settings) {
    const unsigned wanted = settings.limits.connections;
    const unsigned long others =
        3UL * std::max(linksFor(settings), workersFor(settings)) + settings.backend.dedicatedLinks + spareDescriptors;
    const auto allowed = allowDescriptors(wanted + others);
    if (allowed >= wanted + others)
        return wanted;
    const auto possible = static_cast<unsigned>(std::max(allowed, others + 1) - others);
    logger().warning("limits.connections is " + std::to_string(wanted) + ", but the process may open only " +
                     std::to_string(allowed) + " descriptors: " + std::to_string(possible) +
                     " connections are served at once. Raise the limit (ulimit -n) or lower the option.");
    return possible;
}

/// All front-ends are made before the first one listens: nobody is to connect to a start that fails.
void Service::listen() {
    for (const auto& settings : _settings.frontends) {
        _credentials.push_back(std::make_unique<CredentialList>(settings.users));
        _frontEnds.push_back(_plugins.makeFrontEnd(settings, _host, *_credentials.back()));
    }
    for (std::size_t i = 0; i < _frontEnds.size(); ++i)
        listenOn(_settings.frontends[i], *_frontEnds[i]);
}

void Service::listenOn(const FrontEndSettings& settings, const FrontEnd& frontEnd) {
    try {
        const Poco::Net::SocketAddress wanted(settings.listenHost, settings.listenPort);
        const auto bound = _acceptor.listenOn(wanted, frontEnd);
        logger().information("front-end " + settings.plugin.name + " listening on " + bound.toString());
    } catch (const Poco::Exception& error) {
        throw SettingsError(settings.where, settings.plugin.path + ".listen",
                            "cannot listen on " + settings.listenHost + ":" + std::to_string(settings.listenPort) +
                                ": " + error.displayText());
    }
}

/// What the first clients ask for depends on what Redis can do. If it is away, they are told so.
void Service::reachBackend() {
    _workers.loop().post([this] { _control.start(); });
    const auto deadline = Clock::now() + _settings.backend.connectTimeout;
    while (!_backend.attempted() && Clock::now() < deadline)
        Poco::Thread::sleep(attemptPollInterval);
}

void Service::start() {
    _workers.start();
    reachBackend();
    if (_settings.cache.touch)
        _toucher.start();
    _acceptor.start();
    logger().information("ready");
}

void Service::finish() {
    _acceptor.stop();
    const auto deadline = Clock::now() + _settings.backend.requestTimeout + finishAllowance;
    if (!_workers.finish(deadline))
        logger().warning("some clients have not taken their replies in time: they are cut off");
    _workers.stop();
}

} // namespace nearcache
