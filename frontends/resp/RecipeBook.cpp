#include "RecipeBook.h"

namespace nearcache::respfront {

RecipeBook::Edition RecipeBook::current() {
    const std::lock_guard lock(_mutex);
    const std::uint64_t version = _host.commandsVersion(); // before the table: that may be newer, never older
    if (version == _edition.version)
        return _edition;
    const auto table = _host.commands();
    auto made = table == nullptr ? nullptr : std::make_shared<const Recipes>(*table);
    // Redis mostly is as it was before it was lost: sessions that are long idle keep no recipes of their own alive.
    const bool same = made != nullptr && _edition.recipes != nullptr && *made == *_edition.recipes;
    if (!same)
        _edition.recipes = std::move(made);
    _edition.version = version;
    return _edition;
}

} // namespace nearcache::respfront
