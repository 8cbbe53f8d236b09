#pragma once

#include "coherence/verify/Connection.h"
#include "coherence/verify/History.h"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace nearcache::coherence {

/// A way to ask for a key over RESP. A near cache answers some of them itself, and passes others through: whoever mixes
/// them must not see a key go back in time.
class ReadRoad {
  public:
    enum class Kind : std::uint8_t { Get, MGet, GetRange, StrLen, Script, Transaction };

    explicit ReadRoad(Kind kind) : _kind(kind) {}
    static std::vector<ReadRoad> all();

    [[nodiscard]] const char* name() const;

    /// How many keys it takes at most.
    [[nodiscard]] std::size_t keys() const { return _kind == Kind::MGet ? 4 : 1; }

    /// Appends the question to what is to be sent.
    void ask(Connection& connection, const std::vector<std::string>& keys) const;

    /// What one key showed: nothing where it was no value of that key.
    using Shown = std::optional<Sighting>;
    /// An error's words, or what each key showed. Reads all replies to the question in either case.
    using Result = std::variant<std::string, std::vector<Shown>>;
    [[nodiscard]] Result take(Connection& connection, const std::vector<std::string>& keys) const;

  private:
    [[nodiscard]] static Result takeTransaction(Connection& connection, const std::vector<std::string>& keys);

    Kind _kind;
};

} // namespace nearcache::coherence
