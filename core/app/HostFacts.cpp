#include "app/HostFacts.h"

#include <Poco/Process.h>

#include <string>
#include <utility>

namespace nearcache {

std::string_view HostFacts::version() const {
    return NEARCACHE_VERSION;
}

std::vector<Fact> HostFacts::facts() const {
    Facts facts;
    addServer(facts);
    addClients(facts);
    addCache(facts);
    addCoherence(facts);
    addBackend(facts);
    return facts;
}

void HostFacts::addServer(Facts& facts) const {
    const auto uptime = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - _start);
    facts.push_back({"server", "nearcache_version", std::string(version())});
    facts.push_back({"server", "process_id", std::to_string(Poco::Process::id())});
    facts.push_back({"server", "uptime_in_seconds", std::to_string(uptime.count())});
    facts.push_back({"server", "workers", std::to_string(_parts.workers)});
}

void HostFacts::addClients(Facts& facts) const {
    facts.push_back({"clients", "connected_clients", std::to_string(_parts.connections.open())});
    facts.push_back({"clients", "maxclients", std::to_string(_parts.connections.limit())});
    facts.push_back({"clients", "parallel_limit", std::to_string(_parts.settings.limits.parallel)});
    facts.push_back({"clients", "parallel_executing", std::to_string(_parts.gate.taken())});
    facts.push_back({"clients", "parallel_waiting", std::to_string(_parts.gate.waiting())});
}

void HostFacts::addCache(Facts& facts) const {
    const auto counters = _parts.store.counters();
    facts.push_back({"cache", "policy", _parts.settings.cache.policy.name});
    facts.push_back({"cache", "capacity", std::to_string(_parts.settings.cache.capacity)});
    facts.push_back({"cache", "ttl_in_milliseconds", std::to_string(_parts.settings.cache.ttl.count())});
    facts.push_back({"cache", "keys", std::to_string(counters.keys)});
    facts.push_back({"cache", "bytes", std::to_string(counters.bytes)});
    facts.push_back({"cache", "hits", std::to_string(counters.hits)});
    facts.push_back({"cache", "misses", std::to_string(counters.misses)});
    facts.push_back({"cache", "insertions", std::to_string(counters.insertions)});
    facts.push_back({"cache", "replacements", std::to_string(counters.replacements)});
    facts.push_back({"cache", "evictions", std::to_string(counters.evictions)});
    facts.push_back({"cache", "expirations", std::to_string(counters.expirations)});
    facts.push_back({"cache", "invalidations", std::to_string(counters.invalidations)});
    facts.push_back({"cache", "stale_fills", std::to_string(counters.staleFills)});
    facts.push_back({"cache", "late_fills", std::to_string(counters.lateFills)});
    facts.push_back({"cache", "refused_fills", std::to_string(counters.refusedFills)});
    facts.push_back({"cache", "dropped_keys", std::to_string(counters.dropped)});
    facts.push_back({"cache", "drops", std::to_string(counters.drops)});
    facts.push_back({"cache", "clears", std::to_string(counters.clears)});
}

void HostFacts::addCoherence(Facts& facts) const {
    for (auto& fact : _parts.coherence.facts())
        facts.push_back(std::move(fact));
}

void HostFacts::addBackend(Facts& facts) const {
    facts.push_back({"backend", "address", _parts.settings.backend.address});
    facts.push_back({"backend", "database", std::to_string(_parts.settings.backend.database)});
    facts.push_back({"backend", "state", _parts.health.state()});
    facts.push_back({"backend", "links", std::to_string(_parts.links)});
    facts.push_back({"backend", "dedicated_links", std::to_string(_parts.dedicated.open())});
    facts.push_back({"backend", "dedicated_links_limit", std::to_string(_parts.dedicated.limit())});
    facts.push_back({"backend", "links_ready", std::to_string(_parts.health.linksReady())});
}

} // namespace nearcache
