#pragma once

#include <filesystem>

namespace nearcache {

/// Whether the file is shorter than its program headers say. dlopen() maps a library without looking, and one that was
/// copied by half then ends the process with SIGBUS. False for what is no library at all: dlopen() says so itself.
/// Source: System V ABI, "Program Header".
[[nodiscard]] bool isCutShort(const std::filesystem::path& library);

} // namespace nearcache
