#include "ClientFilter.h"

#include "Text.h"

#include <algorithm>

namespace nearcache::respfront {

namespace {

constexpr const char* syntaxError = "ERR syntax error";

std::string_view typeOf(const ClientFacts& client) {
    return fieldOf(client.note, "flags") == "P" ? "pubsub" : "normal";
}

} // namespace

std::string lineOf(const ClientFacts& client) {
    std::string line = "id=" + std::to_string(client.id) + " addr=" + client.address + " laddr=" + client.localAddress +
                       " age=" + std::to_string(client.age.count()) + " idle=" + std::to_string(client.idle.count());
    if (!client.note.empty())
        line += " " + client.note;
    return line;
}

std::string_view fieldOf(std::string_view line, std::string_view name) {
    while (!line.empty()) {
        const std::size_t end = std::min(line.find(' '), line.size());
        const std::string_view field = line.substr(0, end);
        if (field.size() > name.size() && field.starts_with(name) && field[name.size()] == '=')
            return field.substr(name.size() + 1);
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    return {};
}

std::string ClientFilter::read(Words options) {
    for (std::size_t at = 0; at < options.size(); ++at) {
        if (at + 1 == options.size())
            return syntaxError;
        const bool ids = isWord(options[at], "id");
        if (std::string error = readOption(options[at], options[at + 1]); !error.empty())
            return error;
        // Numbers may follow each other.
        for (++at; ids && at + 1 < options.size() && resp::parseInteger(options[at + 1]); ++at) {
            if (std::string error = readId(options[at + 1]); !error.empty())
                return error;
        }
    }
    return {};
}

std::string ClientFilter::readOption(std::string_view option, std::string_view value) {
    if (isWord(option, "id"))
        return readId(value);
    if (isWord(option, "type"))
        return readType(value);
    if (isWord(option, "addr"))
        return _address = value, std::string();
    if (isWord(option, "laddr"))
        return _localAddress = value, std::string();
    if (isWord(option, "user"))
        return _user = value, std::string();
    if (isWord(option, "maxage"))
        return _minimumAge = resp::parseInteger(value), std::string(_minimumAge ? "" : syntaxError);
    if (!isWord(option, "skipme") || !(isWord(value, "yes") || isWord(value, "no")))
        return syntaxError;
    return _skipSelf = isWord(value, "yes"), std::string();
}

std::string ClientFilter::readId(std::string_view value) {
    const auto number = resp::parseInteger(value);
    if (!number || *number <= 0)
        return "ERR client-id should be greater than 0";
    _ids.push_back(static_cast<std::uint64_t>(*number));
    _byId = true;
    return {};
}

std::string ClientFilter::readType(std::string_view value) {
    for (const std::string_view type : {"normal", "pubsub", "master", "replica", "slave"}) {
        if (isWord(value, type))
            return _type = type, std::string();
    }
    return "ERR Unknown client type '" + std::string(shown(value)) + "'";
}

bool ClientFilter::matches(const ClientFacts& client) const {
    if (_skipSelf && client.id == _self)
        return false;
    if (_byId && std::find(_ids.begin(), _ids.end(), client.id) == _ids.end())
        return false;
    return (!_address || *_address == client.address) && (!_localAddress || *_localAddress == client.localAddress) &&
           (!_user || *_user == fieldOf(client.note, "user")) && (!_type || *_type == typeOf(client)) &&
           (!_minimumAge || client.age.count() >= *_minimumAge);
}

} // namespace nearcache::respfront
