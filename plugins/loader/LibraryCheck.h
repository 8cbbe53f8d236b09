#pragma once

/// What Poco's loader does not say, or not in every release: why a library is no plugin.

#include <filesystem>
#include <memory>
#include <string>
#include <typeinfo>

namespace nearcache {

/// A library opened beside Poco's loader, all its symbols resolved, so that one that lacks something is refused at the
/// start and not when it first calls it.
class LibraryCheck {
  public:
    /// Throws LoadError for a missing file, one that is not a library or cannot be used, and one without a manifest.
    explicit LibraryCheck(const std::filesystem::path& path);

    /// Throws LoadError where a plugin's class turns out to be that of another plugin's library: both export a class of
    /// this name, and the dynamic linker takes the first one's.
    void requireOwn(const std::type_info& plugin) const;

  private:
    struct Close {
        void operator()(void* handle) const;
    };

    std::unique_ptr<void, Close> _handle;
};

/// The reason why a library has a manifest, but not the one that was asked for.
[[nodiscard]] std::string otherManifest();

} // namespace nearcache
