#pragma once

/// Who a client says that it is: `Authorization: Basic …` (RFC 7617) or `Bearer …` (RFC 6750).

#include "nearcache/FrontEnd.h"

#include <memory_resource>
#include <optional>
#include <string_view>

namespace nearcache::http {

/// Whether the field's value names a user and its password. A token is the password of the user `default`, as is what
/// Basic has behind an empty user.
[[nodiscard]] bool isLogin(std::string_view authorization, const Credentials& credentials,
                           std::pmr::memory_resource& memory);

/// Base64 (RFC 4648, section 4), padded; nothing where it is none.
[[nodiscard]] std::optional<std::string_view> decodeBase64(std::string_view text, std::pmr::memory_resource& memory);

} // namespace nearcache::http
