#pragma once

/// What a client has told about itself, and its number.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace nearcache::respfront {

class SessionState {
  public:
    explicit SessionState(std::uint64_t number) : id(number) {}

    /// Empty: none.
    [[nodiscard]] std::string_view name() const { return _identity ? _identity->name : std::string_view(); }
    void setName(std::string_view name) { identity().name = name; }

    /// The client library's name, or else its version.
    void setLibrary(bool isName, std::string_view value) {
        (isName ? identity().libraryName : identity().libraryVersion) = value;
    }

    const std::uint64_t id; ///< unique in the process's life

  private:
    struct Identity {
        std::string name;
        std::string libraryName;
        std::string libraryVersion;
    };

    Identity& identity() {
        if (!_identity)
            _identity = std::make_unique<Identity>();
        return *_identity;
    }

    std::unique_ptr<Identity> _identity; ///< apart, so that a client that says nothing takes no memory for it
};

} // namespace nearcache::respfront
