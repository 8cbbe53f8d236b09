#include "loader/ElfFile.h"

#include <link.h>

#include <cstring>
#include <fstream>

namespace nearcache {

namespace {

using FileHeader = ElfW(Ehdr);
using ProgramHeader = ElfW(Phdr);

template <class Struct> bool read(std::ifstream& file, Struct& out) {
    return static_cast<bool>(file.read(reinterpret_cast<char*>(&out), sizeof out));
}

bool isElf(const FileHeader& header) {
    return std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 && header.e_phentsize == sizeof(ProgramHeader);
}

bool fits(const ProgramHeader& segment, std::uintmax_t size) {
    return segment.p_offset <= size && segment.p_filesz <= size - segment.p_offset;
}

} // namespace

bool isCutShort(const std::filesystem::path& library) {
    std::error_code error;
    const auto size = std::filesystem::file_size(library, error);
    std::ifstream file(library, std::ios::binary);
    FileHeader header{};
    if (error || !read(file, header) || !isElf(header))
        return false;
    file.seekg(static_cast<std::streamoff>(header.e_phoff));
    for (unsigned i = 0; i < header.e_phnum; ++i) {
        ProgramHeader segment{};
        if (!read(file, segment) || (segment.p_type == PT_LOAD && !fits(segment, size)))
            return true;
    }
    return false;
}

} // namespace nearcache
