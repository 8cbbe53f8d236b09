#pragma once

/// What becomes of commands as far as their names alone tell, which is enough for most of them: made once from Redis's
/// command table, so that it need not be asked again for each command. Once made it never changes, so that any thread
/// may read it.

#include "Keys.h"

#include "nearcache/CommandTable.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace nearcache::respfront {

/// A command that is passed on, by a road that many share, and concerns its keys and nothing else.
struct Recipe {
    KeyPlaces keys;
    bool writes = false;

    bool operator==(const Recipe&) const = default;
};

/// `name` is in the table, in lower case. Nullopt where it takes execute() to say what becomes of such a command.
[[nodiscard]] std::optional<Recipe> recipeOf(const CommandTable& table, std::string_view name);

/// Recipes by name. Some 30 KiB.
class Recipes {
  public:
    explicit Recipes(const CommandTable& table);

    /// The recipe for a command of that name, in whatever case; null if there is none.
    [[nodiscard]] const Recipe* find(std::string_view name) const {
        if (name.empty() || name.size() > longest)
            return nullptr;
        const Name wanted = folded(name);
        for (std::size_t at = placeOf(wanted);; at = (at + 1) & (_slots.size() - 1)) {
            const Slot& slot = _slots[at];
            if (slot.name == wanted)
                return &slot.recipe;
            if (slot.name.size == 0)
                return nullptr;
        }
    }

    bool operator==(const Recipes&) const = default;

  private:
    /// A name's bytes, each with the bit set that tells a small letter from a capital. That makes other bytes alike,
    /// too, but none of them a letter: who compares with names of nothing but letters compares exactly.
    struct Name {
        std::uint64_t head = 0; ///< the first eight bytes, or as many as there are
        std::uint64_t tail = 0; ///< the last ones, of which some may be in the head as well
        std::uint64_t size = 0; ///< 0: there is no name
        bool operator==(const Name&) const = default;
    };
    struct Slot {
        Name name{};
        Recipe recipe{};
        bool operator==(const Slot&) const = default;
    };

    static constexpr std::size_t longest = 16;

    /// `name` has between 1 and `longest` bytes.
    [[nodiscard]] static Name folded(std::string_view name);

    [[nodiscard]] std::size_t placeOf(const Name& name) const {
        constexpr std::uint64_t spread = 0x9E3779B97F4A7C15; // 2^64 divided by the golden ratio
        return static_cast<std::size_t>((name.head * spread + name.tail) * spread >> _shift);
    }
    void add(std::string_view name, const Recipe& recipe);

    unsigned _shift;          ///< what is left of 64 bits numbers the slots
    std::vector<Slot> _slots; ///< a name's is the first free one from its place on; half of them at least stay free
};

} // namespace nearcache::respfront
