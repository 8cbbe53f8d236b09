#pragma once

/// The plugins that the configuration names, loaded. Whatever is wrong with one is a SettingsError that names the
/// YAML's file and line, the library and the reason.

#include "loader/PluginLibrary.h"
#include "nearcache/FrontEnd.h"
#include "nearcache/Policy.h"
#include "settings/Settings.h"

#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace nearcache {

class Plugins {
  public:
    explicit Plugins(std::filesystem::path folder) : _folder(std::move(folder)) {}

    [[nodiscard]] std::unique_ptr<Policy> makePolicy(const CacheSettings& settings);
    [[nodiscard]] std::unique_ptr<FrontEnd> makeFrontEnd(const FrontEndSettings& settings, const Host& host,
                                                         const Credentials& credentials);

  private:
    template <class Base> using Libraries = std::map<std::string, std::unique_ptr<PluginLibrary<Base>>>;

    template <class Base>
    const Base& find(Libraries<Base>& libraries, const std::string& kind, const PluginChoice& choice);
    template <class Make> auto make(const PluginChoice& choice, const Plugin& plugin, Make make);

    std::filesystem::path _folder;
    Libraries<PolicyPlugin> _policies;
    Libraries<FrontEndPlugin> _frontEnds;
};

} // namespace nearcache
