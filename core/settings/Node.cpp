#include "settings/Node.h"

#include <algorithm>

namespace nearcache {

const Node* Node::find(std::string_view name) const {
    const auto found = std::ranges::find(entries, name, &Entry::name);
    return found == entries.end() ? nullptr : &found->value;
}

std::vector<RawOption> rawOptions(const Node& node, const std::vector<std::string_view>& except) {
    std::vector<RawOption> options;
    for (const Entry& entry : node.entries)
        if (std::ranges::find(except, entry.name) == except.end())
            options.push_back({entry.name, entry.value.kind, entry.value.text, entry.value.where});
    return options;
}

std::string_view kindName(Node::Kind kind) {
    switch (kind) {
    case Node::Kind::Nothing: return "nothing";
    case Node::Kind::Scalar: return "a single value";
    case Node::Kind::List: return "a list";
    case Node::Kind::Map: return "a map";
    }
    return "";
}

std::string joinPath(std::string_view path, std::string_view name) {
    std::string joined(path);
    if (!joined.empty())
        joined += '.';
    return joined += name;
}

} // namespace nearcache
