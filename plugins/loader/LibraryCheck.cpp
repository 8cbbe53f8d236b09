#include "loader/LibraryCheck.h"

#include "loader/ElfFile.h"
#include "loader/LoadError.h"

#include "nearcache/Api.h"

#include <dlfcn.h>

#include <set>
#include <system_error>

#define NEARCACHE_TEXT_OF(name) #name
#define NEARCACHE_TEXT(name) NEARCACHE_TEXT_OF(name)

namespace nearcache {

namespace {

constexpr auto manifestFunction = "pocoBuildManifest";

std::string reason() {
    const char* text = dlerror();
    return text ? text : "unknown error of the dynamic linker";
}

// The plugins of the missing one's kind that lie where it should, in alphabetical order.
std::string othersThere(const std::filesystem::path& missing) {
    const std::string name = missing.filename().string();
    const std::string kind = name.substr(0, name.find('_') + 1);
    std::set<std::string> others;
    std::error_code error;
    for (const auto& file : std::filesystem::directory_iterator(missing.parent_path(), error))
        if (!kind.empty() && file.path().extension() == ".so" && file.path().filename().string().starts_with(kind))
            others.insert(file.path().stem().string().substr(kind.size()));
    std::string list;
    for (const std::string& other : others)
        list += (list.empty() ? "" : ", ") + other;
    return list;
}

std::string missingReason(const std::filesystem::path& path) {
    std::error_code error;
    if (!std::filesystem::is_directory(path.parent_path(), error))
        return "there is no such folder";
    const std::string others = othersThere(path);
    return others.empty() ? "there is no such file" : "there is no such file; what is there is " + others;
}

void requireFile(const std::filesystem::path& path) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status))
        throw LoadError(missingReason(path));
    if (!std::filesystem::is_regular_file(status))
        throw LoadError("it is not a file");
    if (isCutShort(path))
        throw LoadError("it is cut short: its end is missing");
}

// The address where the library that holds `address` is mapped, or nothing.
const void* libraryOf(const void* address) {
    Dl_info info{};
    return dladdr(address, &info) ? info.dli_fbase : nullptr;
}

bool isPlugin(const void* address) {
    Dl_info info{};
    if (!dladdr(address, &info) || !info.dli_fname)
        return false;
    void* handle = dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
    if (!handle)
        return false;
    const bool found = dlsym(handle, manifestFunction) != nullptr;
    dlclose(handle);
    return found;
}

} // namespace

void LibraryCheck::Close::operator()(void* handle) const {
    dlclose(handle);
}

LibraryCheck::LibraryCheck(const std::filesystem::path& path) {
    requireFile(path);
    _handle.reset(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL));
    if (!_handle)
        throw LoadError("it cannot be loaded: " + reason());
    if (!dlsym(_handle.get(), manifestFunction))
        throw LoadError("it is not a plugin: it has no manifest, which NEARCACHE_PLUGIN in nearcache/Api.h makes");
}

// A class may come from a library that the plugin is linked with; it may not come from another plugin.
void LibraryCheck::requireOwn(const std::type_info& plugin) const {
    const void* own = libraryOf(dlsym(_handle.get(), manifestFunction));
    if (own != libraryOf(&plugin) && isPlugin(&plugin))
        throw LoadError("it exports a class that another plugin exports too, and would run the other's code: "
                        "build it with -fvisibility=hidden");
}

std::string otherManifest() {
    return "it is a plugin of another kind, or was built for another version of the plugin API than " NEARCACHE_TEXT(
        NEARCACHE_API_NAMESPACE);
}

} // namespace nearcache
