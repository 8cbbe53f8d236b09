#include "settings/PluginChoices.h"

#include "settings/Address.h"
#include "settings/Characters.h"
#include "settings/Secrets.h"
#include "settings/Text.h"

#include <algorithm>

namespace nearcache {

namespace {

constexpr std::string_view pluginNameForm = "a plugin's name, made of a-z, 0-9, _ and -";
constexpr std::size_t maxPluginName = 64;

std::string expected(std::string_view form, const std::string& got) {
    return "expected " + std::string(form) + ", got " + got;
}

bool isPluginName(std::string_view text) {
    const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || isDigit(c) || c == '_' || c == '-'; };
    return !text.empty() && text.size() <= maxPluginName && std::ranges::all_of(text, allowed);
}

std::string readName(const Node& node) {
    if (node.kind != Node::Kind::Scalar)
        throw SettingsError(node.where, node.path, expected(pluginNameForm, std::string(kindName(node.kind))));
    if (!isPluginName(node.text))
        throw SettingsError(node.where, node.path, expected(pluginNameForm, inQuotes(node.text)));
    return node.text;
}

// `; is plugn (line 3) meant?` where an entry has nearly that name.
std::string misspelling(const Node& map, std::string_view name) {
    std::vector<std::string> names;
    for (const Entry& entry : map.entries)
        names.push_back(entry.name);
    const std::string meant = nearest(name, names);
    if (meant.empty())
        return "";
    return "; is " + printable(meant) + " (line " + std::to_string(map.find(meant)->where.line) + ") meant?";
}

const Node& required(const Node& map, std::string_view name, std::string_view form) {
    if (const Node* node = map.find(name))
        return *node;
    throw SettingsError(map.where, joinPath(map.path, name),
                        "is missing; expected " + std::string(form) + misspelling(map, name));
}

PluginChoice readChoice(const Node& map, const std::vector<std::string_view>& notItsOwn) {
    const Node& plugin = required(map, "plugin", pluginNameForm);
    return {readName(plugin), plugin.where, map.path, rawOptions(map, notItsOwn)};
}

FrontEndSettings readFrontEnd(const Node& node) {
    if (node.kind != Node::Kind::Map)
        throw SettingsError(
            node.where, node.path,
            expected("a map of plugin, listen and the plugin's own options", std::string(kindName(node.kind))));
    FrontEndSettings frontend;
    frontend.plugin = readChoice(node, {"plugin", "listen", "password", "password_file", "users"});
    const Node& listen = required(node, "listen", listenAddressForm);
    const auto address = parseListenAddress(listen.text);
    if (!address)
        throw SettingsError(listen.where, listen.path,
                            expected(listenAddressForm, listen.kind == Node::Kind::Scalar
                                                            ? inQuotes(listen.text)
                                                            : std::string(kindName(listen.kind))));
    frontend.listenHost = address->host;
    frontend.listenPort = address->port;
    frontend.where = listen.where;
    frontend.users = readUsers(node);
    return frontend;
}

void requireOwnAddress(const FrontEndSettings& frontend, const std::string& path,
                       const std::vector<FrontEndSettings>& others) {
    for (const FrontEndSettings& other : others)
        if (frontend.listenPort != 0 && frontend.listenPort == other.listenPort &&
            frontend.listenHost == other.listenHost)
            throw SettingsError(frontend.where, joinPath(path, "listen"),
                                "is the address of the front-end on line " + std::to_string(other.where.line) + " too");
}

} // namespace

PluginChoice readPolicy(const Node& node) {
    if (node.kind == Node::Kind::Map)
        return readChoice(node, {"plugin"});
    return {readName(node), node.where, node.path, {}};
}

std::vector<FrontEndSettings> readFrontEnds(const Node* list, const Location& document) {
    if (!list || list->kind == Node::Kind::Nothing || (list->kind == Node::Kind::List && list->items.empty()))
        throw SettingsError(list ? list->where : document, "frontends",
                            "at least one front-end is needed, with plugin and listen");
    if (list->kind != Node::Kind::List)
        throw SettingsError(list->where, list->path,
                            expected("a list of front-ends", std::string(kindName(list->kind))));
    std::vector<FrontEndSettings> frontends;
    for (const Node& item : list->items) {
        FrontEndSettings frontend = readFrontEnd(item);
        requireOwnAddress(frontend, item.path, frontends);
        frontends.push_back(std::move(frontend));
    }
    return frontends;
}

} // namespace nearcache
