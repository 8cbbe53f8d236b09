#include "Effect.h"

#include "Keys.h"
#include "Text.h"

#include <algorithm>

namespace nearcache::respfront {

namespace {

bool isOneOf(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// What runs scripts touches keys that nobody declared.
bool runsScript(std::string_view name) {
    return isOneOf(name, {"eval", "evalsha", "eval_ro", "evalsha_ro", "fcall", "fcall_ro"});
}

/// What the table calls a write without keys concerns all of them, but for this, which concerns none.
bool storesScripts(std::string_view name) {
    return name == "function";
}

/// The table has XREAD and XREADGROUP as blocking, which they are with BLOCK only.
bool blocks(const CommandInfo& command, Words words) {
    if (!command.blocking)
        return isOneOf(command.name, {"wait", "waitaof"});
    if (!isOneOf(command.name, {"xread", "xreadgroup"}))
        return true;
    return std::any_of(words.begin(), words.end(), [](std::string_view word) { return isWord(word, "block"); });
}

/// The subcommand, or the command itself; null for a subcommand that there is not, which Redis will say.
const CommandInfo* resolve(const CommandInfo& command, Words words) {
    if (command.subcommands.empty() || words.size() < 2)
        return &command;
    const auto found = std::find_if(command.subcommands.begin(), command.subcommands.end(),
                                    [&](const CommandInfo& one) { return isWord(words[1], one.name); });
    return found == command.subcommands.end() ? nullptr : &*found;
}

Words keep(const std::pmr::vector<std::string_view>& keys, std::pmr::memory_resource& memory) {
    auto* const kept = std::pmr::polymorphic_allocator<>(&memory).allocate_object<std::string_view>(keys.size());
    std::uninitialized_copy(keys.begin(), keys.end(), kept);
    return {kept, keys.size()};
}

Request::Scope scopeOf(std::string_view name, const CommandInfo& command, const FoundKeys& found) {
    if (command.write && !hasKeys(command) && !storesScripts(name) && !runsScript(name))
        return Request::Scope::All;
    if (command.readOnly && !hasKeys(command) && !runsScript(name))
        return Request::Scope::Listing;
    return found.complete && !runsScript(name) ? Request::Scope::Keys : Request::Scope::Some;
}

} // namespace

Effect effectOf(const CommandTable& table, std::string_view name, Words words, std::pmr::memory_resource& memory) {
    const CommandInfo* const parent = table.find(name);
    if (parent == nullptr)
        return {.scope = Request::Scope::Some, .writes = true}; // a module's, loaded since the table was made
    if (name == "debug")
        return {.scope = Request::Scope::All, .writes = true}; // RELOAD, POPULATE…, of which Redis tells nobody
    const CommandInfo* const command = resolve(*parent, words);
    if (command == nullptr)
        return {};
    const FoundKeys found = findKeys(*command, words, memory);
    return {.keys = found.keys.empty() ? Words() : keep(found.keys, memory),
            .scope = scopeOf(name, *command, found),
            .writes = command->write || found.writes,
            .blocks = blocks(*command, words)};
}

} // namespace nearcache::respfront
