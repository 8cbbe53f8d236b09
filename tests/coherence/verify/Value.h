#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nearcache::coherence {

/// The number of a state that a key was in: 0 is the first one.
using Index = std::uint32_t;

/// What a key holds in a state: `key|index|padding`. A value that was mixed up, cut or torn is thereby known for one.
std::string valueOf(std::string_view key, Index index);

/// How long it is. Lengths differ for states less than `distinctLengths` apart, and look random.
std::size_t lengthOf(Index index);
inline constexpr Index distinctLengths = 1021;

/// The state that the value belongs to; nothing where it is no value of this key.
std::optional<Index> indexOf(std::string_view key, std::string_view value);

} // namespace nearcache::coherence
