#include "settings/CoreOptions.h"

#include "settings/Characters.h"
#include "settings/Node.h"
#include "settings/Values.h"

#include <algorithm>
#include <cassert>

namespace nearcache {

namespace {

constexpr double hour = 3'600'000; // in milliseconds
constexpr double year = 8760 * hour;
constexpr double maxInt = 2'147'483'647;
constexpr double maxCapacity = 1 << 30;
constexpr double million = 1'000'000;
constexpr double maxDedicatedLinks = 65'536;
constexpr double shortestHeartbeat = 10;

OptionSection backend() {
    return {
        "backend",
        {
            {"address", OptionType::Text, "127.0.0.1:6379",
             "Where Redis is: host:port, a host alone (port 6379), [IPv6]:port, or a Unix socket as unix:/path or "
             "/path."},
            {"username", OptionType::Text, "", "ACL user to log in as; empty for the default user."},
            {"password", OptionType::Text, "", "Password to log in with; empty for none."},
            {"password_file", OptionType::Text, "",
             "File that holds the password, in place of password; a line end behind it is not part of it."},
            {"database", OptionType::Integer, "0", "Number of the database that every request goes to.", 0, maxInt},
            {"links", OptionType::Text, "auto",
             "Connections over which keys are fetched: auto, which is one a worker, or a number from 1 to 1024."},
            {"dedicated_links", OptionType::Integer, "128",
             "Connections that clients may have to themselves at once, over all front-ends, for what belongs to a "
             "connection: transactions, subscriptions, blocking commands, other databases or users; one more gets an "
             "error.",
             1, maxDedicatedLinks},
            {"connect_timeout", OptionType::Duration, "1s",
             "How long opening a connection to Redis may take, logging in included.", 1, hour},
            {"request_timeout", OptionType::Duration, "1s",
             "How long a request may take, waiting for its turn included, before its client gets an error.", 1, hour},
            {"heartbeat", OptionType::Duration, "1s",
             "How often Redis is sent a PING on each connection over which keys are fetched. One that is silent for as "
             "long then is lost.",
             shortestHeartbeat, hour},
        }};
}

OptionSection cache() {
    return {"cache",
            {
                {"policy", OptionType::Text, "lru",
                 "Who is evicted when the cache is full: a policy's name, or a map of plugin (its name) and its own "
                 "options."},
                {"capacity", OptionType::Integer, "100000", "How many keys the cache holds at most.", 1, maxCapacity},
                {"ttl", OptionType::Duration, "60s",
                 "How long a value may be served after it was stored; reading it does not extend that.", 1, year},
                {"coherence", OptionType::Text, "auto",
                 "How the cache learns that a key was changed in Redis: tracking, for which Redis says so at once "
                 "(client tracking, RESP3), and without which nothing is fetched; ttl, which is not before the value's "
                 "time is over; or auto, which is tracking where Redis has it and ttl elsewhere."},
                {"on_disconnect", OptionType::Text, "serve",
                 "What becomes of cached keys while Redis is away: serve, which serves them until their time is over, "
                 "marked as such; or drop, which drops them. Once it is back and tells of changes, none "
                 "from before is served."},
                {"touch", OptionType::Flag, "true",
                 "Whether Redis is told by TOUCH of a sample of the keys that are served from the cache, so that its "
                 "own eviction (maxmemory-policy with LRU or LFU) does not take them for unused."},
            }};
}

OptionSection limits() {
    return {
        "limits",
        {
            {"connections", OptionType::Integer, "10000",
             "How many client connections may be open at once, over all front-ends; one more is refused.", 1, million},
            {"parallel", OptionType::Integer, "512",
             "How many requests are executed at once, over all connections; others wait their turn, and with 1 "
             "everything happens strictly one after the other.",
             1, million},
        }};
}

OptionSection frontends() {
    return {"frontends",
            {
                {"plugin", OptionType::Text, "", "The front-end's name; must be given."},
                {"listen", OptionType::Text, "",
                 "Where clients connect: host:port, [IPv6]:port, or a port alone for all IPv4 addresses; port 0 takes "
                 "any free one; must be given."},
                {"password", OptionType::Text, "",
                 "Password of the user default, which clients must give; empty for none. Without a password and users "
                 "everybody is let in."},
                {"password_file", OptionType::Text, "",
                 "File that holds the password, in place of password; a line end behind it is not part of it."},
                {"users", OptionType::Text, "", "More users: a map of names to passwords."},
            }};
}

OptionSection plugins() {
    return {"plugins",
            {{"path", OptionType::Text, "",
              "Directory of the plugins' libraries; empty for the one that the executable is in."}}};
}

OptionSection log() {
    return {"log",
            {{"level", OptionType::Text, "information",
              "How much is logged: none, fatal, critical, error, warning, notice, information, debug or trace."}}};
}

} // namespace

const std::vector<OptionSection>& coreOptions() {
    static const std::vector<OptionSection> sections{backend(), cache(), limits(), frontends(), plugins(), log()};
    return sections;
}

const std::vector<OptionSpec>& coreOptions(std::string_view section) {
    const auto found = std::ranges::find(coreOptions(), section, &OptionSection::name);
    assert(found != coreOptions().end());
    return found->options;
}

std::string describe(const OptionSpec& option) {
    std::string takes = expectation(option);
    takes.front() = toUpperCase(takes.front());
    const std::string otherwise = option.defaultValue.empty() ? "" : "; default " + option.defaultValue;
    return option.description + " " + takes + otherwise + ".";
}

std::string describeOptions(std::string_view path, const std::vector<OptionSpec>& options) {
    std::string text;
    for (const OptionSpec& option : options)
        text += joinPath(path, option.name) + "\n    " + describe(option) + "\n";
    return text;
}

} // namespace nearcache
