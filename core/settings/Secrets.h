#pragma once

/// Passwords, as text of the document or in files of their own. No error here shows any of it, nor a file's name, which
/// may be a password in the wrong place.

#include "settings/Node.h"

#include <string>
#include <utility>
#include <vector>

namespace nearcache {

/// The longest password that a file may hold, in bytes.
inline constexpr std::size_t maxSecret = std::size_t{64} * 1024;

/// The text of `text`, or what the file named by `file` holds, but for a line end behind it; each may be missing
/// (nullptr) or empty. Throws SettingsError where both are given, and for a file that cannot be read, holds nothing, or
/// more than maxSecret.
[[nodiscard]] std::string readSecret(const Node* text, const Node* file);

/// The names and passwords in a front-end's `password`, `password_file` and `users`. Throws SettingsError for an empty
/// name or password among `users`, and where `default` is given twice.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> readUsers(const Node& frontend);

} // namespace nearcache
