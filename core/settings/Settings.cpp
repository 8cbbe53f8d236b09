#include "settings/Settings.h"

#include "settings/Address.h"
#include "settings/CoreOptions.h"
#include "settings/Node.h"
#include "settings/OptionReader.h"
#include "settings/PluginChoices.h"
#include "settings/Secrets.h"
#include "settings/Text.h"
#include "settings/Values.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace nearcache {

namespace {

constexpr double maxLinks = 1024;

// Those of Poco::Logger::parseLevel() in every release.
constexpr std::array<std::string_view, 9> logLevels{"none",   "fatal",       "critical", "error", "warning",
                                                    "notice", "information", "debug",    "trace"};

// One of the maps at the top of the document, checked; each of its options has a value.
class Section {
  public:
    Section(const Node& document, const std::string& name, const std::vector<std::string_view>& except = {})
        : _node(document.find(name)), _scope{name, _node ? _node->where : document.where} {
        if (_node && _node->kind != Node::Kind::Map && _node->kind != Node::Kind::Nothing)
            throw SettingsError(_node->where, name,
                                "expected a map of options, got " + std::string(kindName(_node->kind)));
        _values =
            checkOptions(_scope, _node ? rawOptions(*_node, except) : std::vector<RawOption>{}, coreOptions(name));
    }

    [[nodiscard]] const OptionValues& values() const { return *_values; }
    [[nodiscard]] const Node* find(std::string_view name) const { return _node ? _node->find(name) : nullptr; }

    // Where the option stands, or would stand.
    [[nodiscard]] Location where(std::string_view name) const {
        const Node* node = find(name);
        return node ? node->where : _scope.where;
    }

    [[noreturn]] void refuse(std::string_view name, const std::string& expected, const std::string& got) const {
        throw SettingsError(where(name), joinPath(_scope.path, name), "expected " + expected + ", got " + got);
    }

    template <class Number> [[nodiscard]] Number number(std::string_view name) const {
        return static_cast<Number>(values().integer(name));
    }

  private:
    const Node* _node;
    OptionScope _scope;
    std::unique_ptr<OptionValues> _values;
};

// What looks like a URL may hold a password.
std::string shownAddress(const std::string& text) {
    return text.find('@') == std::string::npos ? inQuotes(text)
                                               : "a text with an @, not shown as it may hold a password";
}

void readAddress(const Section& section, BackendSettings& backend) {
    backend.address = section.values().text("address");
    const auto address = parseBackendAddress(backend.address);
    if (!address)
        section.refuse("address", std::string(backendAddressForm), shownAddress(backend.address));
    backend.host = address->host;
    backend.port = address->port;
    backend.unixPath = address->unixPath;
}

unsigned readLinks(const Section& section) {
    const std::string text = section.values().text("links");
    if (text == "auto")
        return 0;
    const auto links = parseValue({"links", OptionType::Integer, "", "", 1, maxLinks}, text);
    if (!links)
        section.refuse("links", "auto or a whole number from 1 to 1024", inQuotes(text));
    return static_cast<unsigned>(std::get<std::int64_t>(*links));
}

// Which of these words the option is.
std::size_t readChoice(const Section& section, std::string_view name, std::initializer_list<std::string_view> words,
                       const std::string& expected) {
    const std::string text = section.values().text(name);
    const auto found = std::ranges::find(words, text);
    if (found == words.end())
        section.refuse(name, expected, inQuotes(text));
    return static_cast<std::size_t>(found - words.begin());
}

BackendSettings readBackend(const Section& section) {
    BackendSettings backend;
    readAddress(section, backend);
    backend.username = section.values().text("username");
    backend.password = readSecret(section.find("password"), section.find("password_file"));
    backend.database = section.number<unsigned>("database");
    backend.links = readLinks(section);
    backend.dedicatedLinks = section.number<unsigned>("dedicated_links");
    backend.connectTimeout = section.values().duration("connect_timeout");
    backend.requestTimeout = section.values().duration("request_timeout");
    backend.heartbeat = section.values().duration("heartbeat");
    return backend;
}

CacheSettings readCache(const Section& section) {
    CacheSettings cache;
    if (const Node* policy = section.find("policy"))
        cache.policy = readPolicy(*policy);
    else
        cache.policy.where = section.where("policy");
    cache.capacity = section.number<std::uint32_t>("capacity");
    cache.ttl = section.values().duration("ttl");
    cache.coherence = static_cast<CacheSettings::Coherence>(
        readChoice(section, "coherence", {"auto", "tracking", "ttl"}, "auto, tracking or ttl"));
    cache.onDisconnect = static_cast<CacheSettings::OnDisconnect>(
        readChoice(section, "on_disconnect", {"serve", "drop"}, "serve or drop"));
    cache.touch = section.values().flag("touch");
    return cache;
}

LimitSettings readLimits(const Section& section) {
    return {section.number<unsigned>("connections"), section.number<unsigned>("parallel")};
}

std::string readLogLevel(const Section& section) {
    std::string level = section.values().text("level");
    if (std::ranges::find(logLevels, level) == logLevels.end())
        section.refuse("level", "none, fatal, critical, error, warning, notice, information, debug or trace",
                       inQuotes(level));
    return level;
}

void requireKnownSections(const Node& document) {
    if (document.kind != Node::Kind::Map && document.kind != Node::Kind::Nothing)
        throw SettingsError(document.where, "",
                            "expected a map of options, got " + std::string(kindName(document.kind)));
    std::vector<std::string> known;
    for (const OptionSection& section : coreOptions())
        known.push_back(section.name);
    for (const Entry& entry : document.entries)
        if (std::ranges::find(known, entry.name) == known.end())
            throw SettingsError(entry.value.where, printable(entry.name), unknownOption(entry.name, known));
}

} // namespace

Settings loadSettings(const std::string& file, const Environment& environment) {
    const Node document = readDocument(file, environment);
    requireKnownSections(document);
    const Section plugins(document, "plugins");
    Settings settings;
    settings.backend = readBackend(Section(document, "backend"));
    settings.cache = readCache(Section(document, "cache", {"policy"}));
    settings.limits = readLimits(Section(document, "limits"));
    settings.pluginsPath = plugins.values().text("path");
    settings.pluginsPathWhere = plugins.where("path");
    settings.logLevel = readLogLevel(Section(document, "log"));
    settings.frontends = readFrontEnds(document.find("frontends"), document.where);
    return settings;
}

std::unique_ptr<OptionValues> readOptions(const PluginChoice& choice, const std::vector<OptionSpec>& specs) {
    return checkOptions({choice.path, choice.where}, choice.options, specs);
}

} // namespace nearcache
