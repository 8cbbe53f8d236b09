#pragma once

/// The recipes of a front-end, which all its sessions share: new ones are made when Redis's command table is new.

#include "Recipes.h"

#include "nearcache/FrontEnd.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>

namespace nearcache::respfront {

/// Thread-safe.
class RecipeBook {
  public:
    /// What a session keeps of it, until the host has commands of another version. The default is that of version 0.
    struct Edition {
        std::uint64_t version = 0;
        std::shared_ptr<const Recipes> recipes{}; ///< null: there is no table to make any from

        [[nodiscard]] const Recipe* find(std::string_view name) const {
            return recipes == nullptr ? nullptr : recipes->find(name);
        }
    };

    /// `host` must outlive it.
    explicit RecipeBook(const Host& host) : _host(host) {}

    /// Who comes first with a new version makes the recipes, which takes well below a millisecond; others wait for it.
    [[nodiscard]] Edition current();

  private:
    const Host& _host;
    std::mutex _mutex;
    Edition _edition;
};

} // namespace nearcache::respfront
