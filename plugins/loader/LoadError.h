#pragma once

/// Why a plugin cannot be loaded.

#include <stdexcept>

namespace nearcache {

/// what() is the reason alone: the caller knows the library's path and the configuration's line.
class LoadError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

} // namespace nearcache
