#pragma once

/// The users of a front-end, as it sees them: who may come in, and nothing else. It keeps no password, only digests.

#include "nearcache/FrontEnd.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace nearcache {

class CredentialList final : public Credentials {
  public:
    /// Names and passwords; see FrontEndSettings::users.
    explicit CredentialList(const std::vector<std::pair<std::string, std::string>>& users);

    [[nodiscard]] bool required() const override { return !_users.empty(); }

    /// O(users), plus O(bytes given): each is compared whole, with digests of the same length, whatever is wrong.
    [[nodiscard]] bool check(std::string_view user, std::string_view password) const override;

  private:
    using Digest = std::array<unsigned char, 32>; ///< SHA-256, FIPS 180-4

    struct User {
        Digest name;
        Digest password;
    };

    static Digest digestOf(std::string_view text);

    std::vector<User> _users;
};

} // namespace nearcache
