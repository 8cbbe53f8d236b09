#pragma once

/// What the value of a key is: it follows from the key's number alone, so that every reply can be checked without
/// remembering anything. It begins with the key's name; what follows begins elsewhere in a common pattern for each key.

#include "Options.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nearcache::bench {

class Values {
  public:
    explicit Values(const Options& options);

    [[nodiscard]] std::uint32_t sizeOf(std::uint64_t key) const;
    void append(std::string& out, std::uint64_t key) const;

    /// REQUIRES: value.size() is sizeOf(key).
    [[nodiscard]] bool matches(std::string_view value, std::uint64_t key) const;

  private:
    [[nodiscard]] std::string_view filler(std::uint64_t key, std::size_t size) const;

    std::vector<std::uint32_t> _sizes; ///< a few thousand, of which each key has one
    std::string _pattern;
};

} // namespace nearcache::bench
