#pragma once

/// One plugin: a shared library, its loader, and an object of the one class that its manifest names.
///
/// One Poco::ClassLoader a library, as a loader looks classes up by name over all its libraries. The library's code
/// stays in the process until its end, so whatever comes from it (an exception's text, a late destructor) may outlive
/// this object; the plugin object itself may not.
/// Not thread-safe while it is made; the plugin's own header says what holds for the plugin.

#include "loader/LibraryCheck.h"
#include "loader/LoadError.h"

#include <Poco/ClassLoader.h>

#include <exception>
#include <filesystem>
#include <memory>
#include <string>

namespace nearcache {

/// `DIRECTORY/policy_lru.so`
[[nodiscard]] std::filesystem::path pluginFile(const std::filesystem::path& directory, const std::string& kind,
                                               const std::string& name);

/// `Base` is PolicyPlugin or FrontEndPlugin.
template <class Base> class PluginLibrary {
  public:
    /// Throws LoadError.
    explicit PluginLibrary(const std::filesystem::path& path) : _path(std::filesystem::absolute(path)), _check(_path) {
        load();
        _plugin = make();
        _check.requireOwn(typeid(*_plugin));
    }

    [[nodiscard]] const std::filesystem::path& path() const { return _path; }
    [[nodiscard]] const Base& plugin() const { return *_plugin; }

  private:
    // What dlopen() may refuse, _check has tried already: the manifest's type is left to be wrong.
    void load() {
        try {
            _loader.loadLibrary(_path.string());
        } catch (const Poco::LibraryLoadException&) {
            throw LoadError(otherManifest());
        }
    }

    [[nodiscard]] std::unique_ptr<Base> make() const {
        const auto& manifest = _loader.manifestFor(_path.string());
        if (manifest.size() != 1)
            throw LoadError("its manifest names " + std::to_string(manifest.size()) + " classes instead of one");
        try {
            return std::unique_ptr<Base>((*manifest.begin())->create());
        } catch (const Poco::Exception& error) {
            throw LoadError("its class cannot be made: " + error.displayText());
        } catch (const std::exception& error) {
            throw LoadError("its class cannot be made: " + std::string(error.what()));
        }
    }

    std::filesystem::path _path;
    LibraryCheck _check;
    Poco::ClassLoader<Base> _loader;
    std::unique_ptr<Base> _plugin; // after the loader: destroyed before it
};

} // namespace nearcache
