#pragma once

/// What Nearcache knows about itself, in JSON (RFC 8259): an object a section, whole numbers as numbers, all else as
/// text.

#include "nearcache/FrontEnd.h"

#include <span>
#include <string>

namespace nearcache::http {

/// Facts of one section follow each other.
[[nodiscard]] std::string composeStatus(std::span<const Fact> facts);

} // namespace nearcache::http
