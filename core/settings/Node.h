#pragma once

/// A YAML document as a plain tree, each part with its line.

#include "settings/Environment.h"
#include "settings/RawOption.h"
#include "settings/SettingsError.h"

#include <string>
#include <string_view>
#include <vector>

namespace nearcache {

struct Entry;

struct Node {
    using Kind = RawOption::Kind;

    Kind kind = Kind::Nothing;
    Location where;             ///< of the name in a Map, of the item in a List; line 0 for the document
    std::string path;           ///< for messages: `frontends[0].listen`; empty for the document
    std::string text;           ///< of a Scalar, variables replaced
    std::vector<Node> items;    ///< of a List
    std::vector<Entry> entries; ///< of a Map: each name once, in the file's order

    /// The entry's value, or nullptr.
    [[nodiscard]] const Node* find(std::string_view name) const;
};

struct Entry {
    std::string name;
    Node value;
};

/// The only document in the file; Nothing where it holds none. Throws SettingsError for a file that cannot be read, is
/// no YAML, or is not a tree of named things.
[[nodiscard]] Node readDocument(const std::string& file, const Environment& environment);

/// A Map's entries, those named in `except` left out.
[[nodiscard]] std::vector<RawOption> rawOptions(const Node& node, const std::vector<std::string_view>& except = {});

/// `a list`, for messages.
[[nodiscard]] std::string_view kindName(Node::Kind kind);

/// `path.name`
[[nodiscard]] std::string joinPath(std::string_view path, std::string_view name);

} // namespace nearcache
