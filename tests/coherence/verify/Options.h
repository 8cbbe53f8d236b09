#pragma once

#include "coherence/verify/Address.h"

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace nearcache::coherence {

struct Options {
    bool help = false;

    // What is verified: either started here…
    bool start = false;
    std::string proxy;                           ///< path of the proxy's program
    std::string redisServer;                     ///< path of redis-server; empty: the build's
    std::size_t instances = 1;                   ///< proxies
    std::map<std::string, std::string> settings; ///< of the proxies, as `cache.ttl`: `5s`
    bool showLogs = false;                       ///< what the proxies have written, at the end

    // …or there already. `resp` and `http` one for each proxy; http may be left out.
    std::optional<Address> redis;
    std::vector<Address> resp;
    std::vector<Address> http;

    std::chrono::milliseconds duration{10000}; ///< of each phase
    std::chrono::milliseconds every{500};      ///< between two disturbances, about
    std::chrono::milliseconds away{1500};      ///< how long Redis is frozen, or cut off
    std::size_t keys = 100;
    double writesPerSecond = 200; ///< in all
    unsigned throughPercent = 25; ///< of them through the proxies
    double readsPerSecond = 5000; ///< in all; 0: as many as they can
    std::size_t readers = 4;      ///< connections over RESP, a proxy; one more over HTTP
    std::size_t writers = 4;      ///< of each kind: past the proxies, and through them

    bool onlyGet = false; ///< no other command reads

    std::vector<std::string> disturbances; ///< a phase each, after a quiet one
    bool skipPlain = false;                ///< no quiet phase

    std::optional<double> maxStaleMs;
    std::optional<double> maxStalePercent;
    double minHitPercent = 0; ///< of the reads over HTTP
    bool allRoads = false;    ///< a command that the proxy refuses is a failure
};

/// Throws std::invalid_argument or Poco::Exception, with words for the user.
Options parseOptions(int count, char** words);

/// What --help prints.
void printHelp();

} // namespace nearcache::coherence
