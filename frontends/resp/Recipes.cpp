#include "Recipes.h"

#include "Commands.h"
#include "Effect.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory_resource>

namespace nearcache::respfront {

namespace {

bool hasOnlyLetters(std::string_view name) {
    return std::all_of(name.begin(), name.end(), [](char byte) { return byte >= 'a' && byte <= 'z'; });
}

template <class Number> std::uint64_t load(const char* from) {
    Number number;
    std::memcpy(&number, from, sizeof number);
    return number;
}

} // namespace

/// effectOf() is asked with no words but the name: it tells the same with others, where keys have fixed places, nothing
/// blocks and there are no subcommands.
std::optional<Recipe> recipeOf(const CommandTable& table, std::string_view name) {
    const CommandInfo& command = *table.find(name);
    const auto places = keyPlaces(command);
    if (!places || command.blocking || !command.subcommands.empty() || !isPassedOn(name))
        return std::nullopt;
    std::pmr::monotonic_buffer_resource memory;
    const Effect effect = effectOf(table, name, Words(&name, 1), memory);
    if (effect.blocks || effect.scope != Request::Scope::Keys)
        return std::nullopt;
    return Recipe{*places, effect.writes};
}

/// In the order of names, so that equal tables make equal recipes.
Recipes::Recipes(const CommandTable& table) {
    std::vector<std::string_view> names;
    table.forEach([&](const CommandInfo& command) { names.push_back(command.name); });
    std::sort(names.begin(), names.end());
    const std::size_t slots = std::bit_ceil(2 * names.size() + 2);
    _shift = 64 - static_cast<unsigned>(std::bit_width(slots - 1));
    _slots.resize(slots);
    for (const std::string_view name : names) {
        if (const auto recipe = recipeOf(table, name))
            add(name, *recipe);
    }
}

void Recipes::add(std::string_view name, const Recipe& recipe) {
    if (name.empty() || name.size() > longest || !hasOnlyLetters(name))
        return;
    const Name key = folded(name);
    std::size_t at = placeOf(key);
    while (_slots[at].name.size != 0)
        at = (at + 1) & (_slots.size() - 1);
    _slots[at] = {key, recipe};
}

Recipes::Name Recipes::folded(std::string_view name) {
    constexpr std::uint64_t small = 0x2020202020202020;
    const char* const begin = name.data();
    const char* const end = begin + name.size();
    if (name.size() >= 8)
        return {load<std::uint64_t>(begin) | small, load<std::uint64_t>(end - 8) | small, name.size()};
    if (name.size() >= 4)
        return {load<std::uint32_t>(begin) | small, load<std::uint32_t>(end - 4) | small, name.size()};
    const char* const middle = begin + name.size() / 2;
    const std::uint64_t all =
        load<std::uint8_t>(begin) | load<std::uint8_t>(middle) << 8U | load<std::uint8_t>(end - 1) << 16U;
    return {all | small, 0, name.size()};
}

} // namespace nearcache::respfront
