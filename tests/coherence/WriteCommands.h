#pragma once

#include <map>
#include <string>
#include <vector>

namespace nearcache::coherence {

/// How to try a write command. Commands are separated by ` ; `, their words by a space. The words k1, k2, k3 and dst
/// stand for keys; @DUMP for a serialized string, @SHA for a script that sets its key, @PORT for another Redis's port.
struct Trial {
    const char* command; ///< in lower case, a subcommand as `xgroup|create`
    const char* before;  ///< done in Redis itself
    const char* run;     ///< sent through the proxy: it must not fail, and must change a key
};

/// At least one for each command that writes to keys, of all Redis and Valkey versions known.
const std::vector<Trial>& writeTrials();

/// Commands that are not tried, with the reason.
const std::map<std::string, std::string>& untriedWrites();

/// Those that can change keys though the table of commands does not say so.
const std::vector<std::string>& unflaggedWrites();

} // namespace nearcache::coherence
