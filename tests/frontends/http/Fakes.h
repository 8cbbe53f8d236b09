#pragma once

/// The process that the front-end believes to run in. Header only: the fuzz target uses it too.

#include "nearcache/FrontEnd.h"

#include <map>
#include <string>

namespace nearcache::http::test {

class FakeHost : public Host {
  public:
    [[nodiscard]] std::string_view version() const override { return "1.0.0"; }
    [[nodiscard]] unsigned database() const override { return 0; }
    [[nodiscard]] std::shared_ptr<const CommandTable> commands() const override { return nullptr; }
    [[nodiscard]] std::uint64_t commandsVersion() const override { return 0; }
    [[nodiscard]] BackendIdentity backend() const override { return {}; }
    [[nodiscard]] std::vector<Fact> facts() const override {
        return {{"cache", "hits", "12"}, {"cache", "mode", "ttl"}};
    }
    [[nodiscard]] std::vector<ClientFacts> clients() const override { return {}; }
    std::size_t endClients(std::span<const std::uint64_t>) const override { return 0; }
};

/// Lets in whom it knows; all, if it knows nobody.
class FakeCredentials : public Credentials {
  public:
    using Users = std::map<std::string, std::string, std::less<>>;

    explicit FakeCredentials(Users users = {}) : _users(std::move(users)) {}

    [[nodiscard]] bool required() const override { return !_users.empty(); }
    [[nodiscard]] bool check(std::string_view user, std::string_view password) const override {
        const auto found = _users.find(user);
        return found != _users.end() && found->second == password;
    }

  private:
    const Users _users;
};

} // namespace nearcache::http::test
