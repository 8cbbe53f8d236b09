#include "settings/Secrets.h"

#include <cerrno>
#include <cstring>
#include <fstream>

namespace nearcache {

namespace {

constexpr std::string_view defaultUser = "default";

std::string textOf(const Node* node) {
    if (node == nullptr || node->kind == Node::Kind::Nothing)
        return {};
    if (node->kind != Node::Kind::Scalar)
        throw SettingsError(node->where, node->path, "expected text, got " + std::string(kindName(node->kind)));
    return node->text;
}

std::string contents(const Node& node, const std::string& file) {
    errno = 0;
    std::ifstream stream(file, std::ios::binary);
    std::string bytes(maxSecret + 3, '\0'); // one more than the longest password with its line end
    stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(stream.gcount()));
    if (!stream.is_open() || stream.bad()) {
        const char* const why = errno != 0 ? std::strerror(errno) : "unknown error"; // NOLINT(concurrency-mt-unsafe)
        throw SettingsError(node.where, node.path, std::string("cannot be read: ") + why);
    }
    return bytes;
}

std::string readFile(const Node& node, const std::string& file) {
    std::string secret = contents(node, file);
    for (const char end : {'\n', '\r'})
        if (secret.ends_with(end))
            secret.pop_back();
    if (secret.empty())
        throw SettingsError(node.where, node.path, "the file is empty; it must hold a password");
    if (secret.size() > maxSecret)
        throw SettingsError(node.where, node.path, "the file is longer than any password, which is 64KiB");
    return secret;
}

} // namespace

std::string readSecret(const Node* text, const Node* file) {
    std::string given = textOf(text);
    const std::string name = textOf(file);
    if (name.empty())
        return given;
    if (!given.empty())
        throw SettingsError(file->where, file->path, "is given beside the password itself; one of them must go");
    return readFile(*file, name);
}

std::vector<std::pair<std::string, std::string>> readUsers(const Node& frontend) {
    std::vector<std::pair<std::string, std::string>> users;
    if (auto password = readSecret(frontend.find("password"), frontend.find("password_file")); !password.empty())
        users.emplace_back(defaultUser, std::move(password));
    const Node* const more = frontend.find("users");
    if (more == nullptr || more->kind == Node::Kind::Nothing)
        return users;
    if (more->kind != Node::Kind::Map)
        throw SettingsError(more->where, more->path,
                            "expected a map of names to passwords, got " + std::string(kindName(more->kind)));
    for (const auto& [name, value] : more->entries) {
        if (name == defaultUser && !users.empty() && users.front().first == defaultUser)
            throw SettingsError(value.where, value.path, "is given beside the password of that user");
        users.emplace_back(name, textOf(&value));
        if (name.empty() || users.back().second.empty())
            throw SettingsError(value.where, value.path, "a name or a password is empty");
    }
    return users;
}

} // namespace nearcache
