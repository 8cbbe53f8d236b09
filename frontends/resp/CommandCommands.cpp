#include "Commands.h"
#include "Handlers.h"
#include "Reply.h"
#include "Text.h"

#include <algorithm>

namespace nearcache::respfront {

namespace {

/// A command, and the one that it is a subcommand of.
struct Entry {
    const Command* command;
    const Command* parent = nullptr;
};

/// A command by the name that Redis gives it: `get`, `client|id`.
Entry lookUp(std::string_view name) {
    const std::size_t bar = std::min(name.find('|'), name.size());
    const Command* const command = find(commands(), name.substr(0, bar));
    if (bar == name.size() || command == nullptr)
        return {command};
    return {find(command->subcommands, name.substr(bar + 1)), command};
}

void appendName(std::pmr::string& reply, const Entry& entry) {
    std::pmr::string name(reply.get_allocator());
    if (entry.parent != nullptr)
        name.append(entry.parent->name).append("|");
    resp::appendBulk(reply, name.append(entry.command->name));
}

void appendFlags(std::pmr::string& reply, std::string_view flags) {
    if (flags.empty())
        return appendArray(reply, 0);
    appendArray(reply, 1 + static_cast<std::size_t>(std::count(flags.begin(), flags.end(), ' ')));
    for (std::size_t end = flags.find(' '); end != std::string_view::npos; end = flags.find(' ')) {
        appendStatus(reply, flags.substr(0, end));
        flags.remove_prefix(end + 1);
    }
    appendStatus(reply, flags);
}

/// The ten fields that a command has since Redis 7.
void appendInfo(std::pmr::string& reply, const Entry& entry) {
    const Command& command = *entry.command;
    appendArray(reply, 10);
    appendName(reply, entry);
    appendInteger(reply, command.arity);
    appendFlags(reply, command.flags);
    for (const int number : {command.firstKey, command.lastKey, command.keyStep})
        appendInteger(reply, number);
    appendArray(reply, 0); // categories of access rights
    appendArray(reply, 0); // hints for clusters
    appendArray(reply, 0); // keys at movable places
    appendArray(reply, command.subcommands.size());
    for (const Command& subcommand : command.subcommands)
        appendInfo(reply, {&subcommand, &command});
}

void appendField(std::pmr::string& reply, std::string_view name, std::string_view value) {
    resp::appendBulk(reply, name);
    resp::appendBulk(reply, value);
}

/// A map, which is an array of twice the length in RESP2.
void appendDocs(std::pmr::string& reply, const Entry& entry) {
    const Command& command = *entry.command;
    appendName(reply, entry);
    appendArray(reply, command.subcommands.empty() ? 6 : 8);
    appendField(reply, "summary", command.summary);
    appendField(reply, "since", command.since);
    appendField(reply, "group", command.group);
    if (command.subcommands.empty())
        return;
    resp::appendBulk(reply, "subcommands");
    appendArray(reply, command.subcommands.size() * 2);
    for (const Command& subcommand : command.subcommands)
        appendDocs(reply, {&subcommand, &command});
}

std::pmr::vector<Entry> allEntries(std::pmr::memory_resource& scratch) {
    std::pmr::vector<Entry> entries(&scratch);
    for (const Command& command : commands())
        entries.push_back({&command});
    return entries;
}

/// The commands named from the third word on, or all; unknown ones have no command.
std::pmr::vector<Entry> chosenEntries(const Call& call) {
    if (call.words.size() < 3)
        return allEntries(call.scratch);
    std::pmr::vector<Entry> entries(&call.scratch);
    for (const std::string_view name : call.words.subspan(2))
        entries.push_back(lookUp(name));
    return entries;
}

void appendHelp(std::pmr::string& reply, const Command& subcommand) {
    std::pmr::string line(reply.get_allocator());
    std::transform(subcommand.name.begin(), subcommand.name.end(), std::back_inserter(line), upper);
    if (!subcommand.syntax.empty())
        line.append(" ").append(subcommand.syntax);
    appendStatus(reply, line);
    appendStatus(reply, line.assign("    ").append(subcommand.summary));
}

} // namespace

void commandCount(Call& call) {
    std::pmr::string& reply = newText(call.scratch);
    appendInteger(reply, static_cast<std::int64_t>(commands().size()));
    call.answer(reply);
}

void commandDocs(Call& call) {
    auto entries = chosenEntries(call);
    std::erase_if(entries, [](const Entry& entry) { return entry.command == nullptr; });
    std::pmr::string& reply = newText(call.scratch);
    appendArray(reply, entries.size() * 2);
    for (const Entry& entry : entries)
        appendDocs(reply, entry);
    call.answer(reply);
}

void commandInfo(Call& call) {
    const auto entries = chosenEntries(call);
    std::pmr::string& reply = newText(call.scratch);
    appendArray(reply, entries.size());
    for (const Entry& entry : entries) {
        if (entry.command == nullptr)
            reply.append(nullBulk);
        else
            appendInfo(reply, entry);
    }
    call.answer(reply);
}

void help(Call& call) {
    const Command& parent = *find(commands(), call.words[0]);
    const bool alone = parent.handler != nullptr;
    std::pmr::string title(&call.scratch);
    std::transform(parent.name.begin(), parent.name.end(), std::back_inserter(title), upper);
    title.append(" <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
    std::pmr::string& reply = newText(call.scratch);
    appendArray(reply, 1 + 2 * (parent.subcommands.size() + (alone ? 1 : 0)));
    appendStatus(reply, title);
    if (alone) {
        appendStatus(reply, "(no subcommand)");
        appendStatus(reply, title.assign("    ").append(parent.summary));
    }
    for (const Command& subcommand : parent.subcommands)
        appendHelp(reply, subcommand);
    call.answer(reply);
}

} // namespace nearcache::respfront
