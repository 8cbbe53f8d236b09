// Reads a file with yaml-cpp and makes the plain tree of it. What yaml-cpp lets pass is refused here: a key that stands
// twice, a second document, a tree that contains itself.

#include "settings/Node.h"
#include "settings/Text.h"
#include "settings/Variables.h"

#include <yaml-cpp/yaml.h>

#include <cerrno>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <system_error>

namespace nearcache {

namespace {

constexpr std::size_t maxFileSize = std::size_t{1} << 20;
constexpr int maxDepth = 8;       // the deepest option lies three deep
constexpr int maxNodes = 100'000; // aliases can make a small file's tree as big as they like

std::string readFile(const std::string& file) {
    errno = 0;
    std::ifstream stream(file, std::ios::binary);
    std::string text(maxFileSize + 1, '\0');
    if (stream)
        stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!stream.eof() && !stream.good())
        throw SettingsError({file, 0}, "", "cannot be read: " + std::generic_category().message(errno));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    if (text.size() > maxFileSize)
        throw SettingsError({file, 0}, "", "is longer than 1MiB");
    return text;
}

// yaml-cpp's texts end in what was found in the file, if in anything, and that may be a password.
std::string messageOf(const YAML::Exception& error) {
    return "is not valid YAML: " + error.msg.substr(0, error.msg.find(": "));
}

class TreeBuilder {
  public:
    TreeBuilder(const std::string& file, const Environment& environment) : _file(file), _environment(environment) {}

    Node build(const YAML::Node& yaml, std::string path, const Location& where, int depth) {
        if (depth > maxDepth || ++_nodes > maxNodes)
            throw SettingsError(where, path, "is nested too deep, or contains itself");
        Node node;
        node.where = where;
        node.path = std::move(path);
        if (yaml.IsScalar())
            fillScalar(node, yaml);
        else if (yaml.IsSequence())
            fillList(node, yaml, depth);
        else if (yaml.IsMap())
            fillMap(node, yaml, depth);
        return node;
    }

  private:
    [[nodiscard]] Location locate(const YAML::Node& yaml) const { return {_file, yaml.Mark().line + 1}; }

    void fillScalar(Node& node, const YAML::Node& yaml) {
        node.kind = Node::Kind::Scalar;
        try {
            node.text = replaceVariables(yaml.Scalar(), _environment);
        } catch (const VariableError& error) {
            throw SettingsError(node.where, node.path, error.what());
        }
    }

    void fillList(Node& node, const YAML::Node& yaml, int depth) {
        node.kind = Node::Kind::List;
        for (const YAML::Node& item : yaml) {
            std::string path = node.path + "[" + std::to_string(node.items.size()) + "]";
            node.items.push_back(build(item, std::move(path), item.IsNull() ? node.where : locate(item), depth + 1));
        }
    }

    void fillMap(Node& node, const YAML::Node& yaml, int depth) {
        node.kind = Node::Kind::Map;
        for (const auto& pair : yaml) { // no structured binding: a pair of yaml-cpp's is a node too
            const YAML::Node& key = pair.first;
            const Location where = locate(key);
            if (!key.IsScalar())
                throw SettingsError(where, node.path, "an option's name must be a single value");
            std::string path = joinPath(node.path, printable(key.Scalar()));
            if (const Node* first = node.find(key.Scalar()))
                throw SettingsError(where, path, "is there already, on line " + std::to_string(first->where.line));
            node.entries.push_back({key.Scalar(), build(pair.second, std::move(path), where, depth + 1)});
        }
    }

    const std::string& _file;
    const Environment& _environment;
    int _nodes = 0;
};

std::vector<YAML::Node> parse(const std::string& file) {
    try {
        return YAML::LoadAll(readFile(file));
    } catch (const YAML::Exception& error) {
        throw SettingsError({file, error.mark.line + 1}, "", messageOf(error));
    }
}

} // namespace

Node readDocument(const std::string& file, const Environment& environment) {
    const std::vector<YAML::Node> documents = parse(file);
    if (documents.size() > 1)
        throw SettingsError({file, documents[1].Mark().line + 1}, "", "a second YAML document begins here");
    const YAML::Node document = documents.empty() ? YAML::Node() : documents.front();
    return TreeBuilder(file, environment).build(document, "", {file, 0}, 0);
}

} // namespace nearcache
