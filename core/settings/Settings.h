#pragma once

/// The configuration: YAML, checked, as plain structs.
///
/// The defaults here are those of the tables in CoreOptions.h, which say what each option means; a test compares them.
/// Nothing here is thread-safe; settings are read once, by the thread that starts the process.

#include "settings/Environment.h"
#include "settings/RawOption.h"
#include "settings/SettingsError.h"

#include "nearcache/Options.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace nearcache {

/// Which plugin, and its own options.
struct PluginChoice {
    std::string name; ///< one or more of a-z 0-9 _ -
    Location where;   ///< of the name; for a default, of what it would stand in
    std::string path; ///< what its options belong to, for messages: `cache.policy`, `frontends[0]`
    std::vector<RawOption> options;
};

struct BackendSettings {
    std::string address = "127.0.0.1:6379"; ///< as written
    std::string host = "127.0.0.1";         ///< a name or an IP address (IPv6 without brackets); or else:
    std::string unixPath;                   ///< exactly one of host and unixPath is set
    std::uint16_t port = 6379;              ///< 1 … 65535; meaningless with unixPath
    std::string username;
    std::string password; ///< as given or from its file; never shown in an error or a log
    unsigned database = 0;
    unsigned links = 0; ///< 0: auto
    unsigned dedicatedLinks = 128;
    std::chrono::milliseconds connectTimeout{1000};
    std::chrono::milliseconds requestTimeout{1000};
    std::chrono::milliseconds heartbeat{1000};
};

struct CacheSettings {
    enum class Coherence : std::uint8_t { Auto, Tracking, Ttl };
    enum class OnDisconnect : std::uint8_t { Serve, Drop };

    PluginChoice policy{.name = "lru", .where = {}, .path = "cache.policy", .options = {}};
    std::uint32_t capacity = 100'000; ///< keys
    std::chrono::milliseconds ttl{60'000};
    Coherence coherence = Coherence::Auto;
    OnDisconnect onDisconnect = OnDisconnect::Serve;
    bool touch = true;
};

struct LimitSettings {
    unsigned connections = 10'000;
    unsigned parallel = 512;
};

struct FrontEndSettings {
    PluginChoice plugin;
    std::string listenHost;       ///< a name or an IP address (IPv6 without brackets)
    std::uint16_t listenPort = 0; ///< 0: any that is free
    Location where;               ///< of `listen`
    /// Names and passwords, each name once, no password empty, never shown in an error or a log; `password` is that of
    /// the user `default`. None: everybody is let in.
    std::vector<std::pair<std::string, std::string>> users;
};

struct Settings {
    BackendSettings backend;
    CacheSettings cache;
    LimitSettings limits;
    std::vector<FrontEndSettings> frontends; ///< at least one; no two with one address
    std::string pluginsPath;                 ///< empty: beside the executable
    Location pluginsPathWhere;
    std::string logLevel = "information"; ///< a name that Poco::Logger::parseLevel() knows
};

/// Reads and checks a file. Throws SettingsError for whatever is wrong with it.
[[nodiscard]] Settings loadSettings(const std::string& file, const Environment& environment = processEnvironment());

/// Checks a plugin's own options against the list it gives, and fills in the defaults. Throws SettingsError.
[[nodiscard]] std::unique_ptr<OptionValues> readOptions(const PluginChoice& choice,
                                                        const std::vector<OptionSpec>& specs);

} // namespace nearcache
