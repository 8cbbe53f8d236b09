#include "app/Plugins.h"

#include <Poco/Exception.h>

#include <utility>

namespace nearcache {

template <class Base>
const Base& Plugins::find(Libraries<Base>& libraries, const std::string& kind, const PluginChoice& choice) {
    auto& library = libraries[choice.name];
    const auto file = pluginFile(_folder, kind, choice.name);
    try {
        if (library == nullptr)
            library = std::make_unique<PluginLibrary<Base>>(file);
    } catch (const LoadError& error) {
        throw SettingsError(choice.where, choice.path, "cannot load " + file.string() + ": " + error.what());
    }
    return library->plugin();
}

/// What a plugin throws while it makes its object is about its options.
template <class Make> auto Plugins::make(const PluginChoice& choice, const Plugin& plugin, Make make) {
    const auto options = readOptions(choice, plugin.options());
    std::string trouble;
    try {
        if (auto made = make(*options))
            return made;
        trouble = "the plugin made nothing";
    } catch (const Poco::Exception& error) {
        trouble = error.displayText();
    } catch (const std::exception& error) {
        trouble = error.what();
    }
    throw SettingsError(choice.where, choice.path, choice.name + ": " + trouble);
}

std::unique_ptr<Policy> Plugins::makePolicy(const CacheSettings& settings) {
    const auto& plugin = find(_policies, "policy", settings.policy);
    return make(settings.policy, plugin, [&](const OptionValues& options) {
        return plugin.create({.capacity = settings.capacity, .options = options});
    });
}

std::unique_ptr<FrontEnd> Plugins::makeFrontEnd(const FrontEndSettings& settings, const Host& host,
                                                const Credentials& credentials) {
    const auto& plugin = find(_frontEnds, "frontend", settings.plugin);
    return make(settings.plugin, plugin, [&](const OptionValues& options) {
        return plugin.create({.host = host, .options = options, .credentials = credentials});
    });
}

} // namespace nearcache
