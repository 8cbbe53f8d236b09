#pragma once

/// Which clients CLIENT LIST and CLIENT KILL are about.

#include "Parse.h"

#include "nearcache/FrontEnd.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nearcache::respfront {

/// One client's line, in the words of Redis's CLIENT LIST; what only Redis has (its sockets, its buffers) is left out.
[[nodiscard]] std::string lineOf(const ClientFacts& client);

/// The value of a field in a client's note or line; empty if it is not there.
[[nodiscard]] std::string_view fieldOf(std::string_view line, std::string_view name);

/// Views point into the words.
class ClientFilter {
  public:
    /// Of CLIENT KILL: all but the client itself, if nothing else is said.
    static constexpr bool exceptSelf = true;

    ClientFilter(std::uint64_t self, bool skipSelf) : _self(self), _skipSelf(skipSelf) {}

    /// Reads options and their values. An error in Redis's words, or nothing.
    [[nodiscard]] std::string read(Words options);

    /// By its address alone, as CLIENT KILL knew it first.
    void setAddress(std::string_view address) { _address = address; }

    [[nodiscard]] bool matches(const ClientFacts& client) const;

  private:
    std::string readOption(std::string_view option, std::string_view value);
    std::string readId(std::string_view value);
    std::string readType(std::string_view value);

    std::uint64_t _self;
    bool _skipSelf;
    std::vector<std::uint64_t> _ids;
    bool _byId = false;
    std::optional<std::string_view> _address;
    std::optional<std::string_view> _localAddress;
    std::optional<std::string_view> _user;
    std::optional<std::string> _type;
    std::optional<std::int64_t> _minimumAge;
};

} // namespace nearcache::respfront
