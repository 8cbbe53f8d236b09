#pragma once

#include "coherence/verify/Connection.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nearcache::coherence {

/// A way to give a key a value, or to delete it.
class WriteRoad {
  public:
    enum class Kind : std::uint8_t { Set, SetEx, GetSet, MSet, Script, UndeclaredScript, Transaction, Rename, Delete };

    explicit WriteRoad(Kind kind) : _kind(kind) {}
    static std::vector<WriteRoad> all();

    [[nodiscard]] const char* name() const;
    [[nodiscard]] bool deletes() const { return _kind == Kind::Delete; }

    /// Executes it. Nothing: done. Otherwise the words of the error, which leave open whether it was executed.
    std::optional<std::string> execute(Connection& connection, const std::string& key, const std::string& value) const;

  private:
    [[nodiscard]] std::vector<Words> commands(const std::string& key, const std::string& value) const;

    Kind _kind;
};

} // namespace nearcache::coherence
