#include "backend/CommandTableReader.h"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nearcache {

namespace {

/// Where a command's fields stand.
enum Field : std::size_t { Name, Arity, Flags, FirstKey, LastKey, KeyStep, Categories, Tips, KeySpecs, Subcommands };
constexpr std::size_t leastFields = KeyStep + 1;

constexpr int maxNesting = 4; // subcommands of subcommands; Redis has one level

/// What the table has wrong.
struct Correction {
    std::string_view command;
    bool CommandInfo::*flag;
};
constexpr std::array corrections{
    // They do whatever their script does, and say nothing about it.
    Correction{"eval", &CommandInfo::write},
    Correction{"evalsha", &CommandInfo::write},
    Correction{"fcall", &CommandInfo::write},
    // It does whatever was queued.
    Correction{"exec", &CommandInfo::write},
    // It writes the count that it has found into the value (Redis's own key specification says so, from 7.0 on).
    Correction{"pfcount", &CommandInfo::write},
    // They wait by design.
    Correction{"wait", &CommandInfo::blocking},
    Correction{"waitaof", &CommandInfo::blocking},
};

using Elements = std::span<redisReply* const>;

Elements elementsOf(const redisReply* reply) {
    return reply->element != nullptr ? Elements(reply->element, reply->elements) : Elements();
}

std::string lowerCase(const redisReply* reply) {
    std::string text(reply->str != nullptr ? std::string_view(reply->str, reply->len) : std::string_view());
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

std::optional<int> integerOf(const redisReply* reply) {
    using Limits = std::numeric_limits<int>;
    if (reply->type != REDIS_REPLY_INTEGER || reply->integer < Limits::min() || reply->integer > Limits::max())
        return std::nullopt;
    return static_cast<int>(reply->integer);
}

/// The value behind this name in a flat list of names and values (a map in RESP3, which hiredis gives as such, too).
const redisReply* valueOf(const redisReply* map, std::string_view name) {
    const auto pairs = elementsOf(map);
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2)
        if (lowerCase(pairs[i]) == name)
            return pairs[i + 1];
    return nullptr;
}

std::optional<int> integerIn(const redisReply* map, std::string_view name) {
    const auto* const value = valueOf(map, name);
    return value != nullptr ? integerOf(value) : std::nullopt;
}

/// A part of a key specification: its type, and what is specified.
struct Part {
    std::string type;
    const redisReply* spec = nullptr;
};

Part partOf(const redisReply* keySpec, std::string_view name) {
    const auto* const part = valueOf(keySpec, name);
    const auto* const type = part != nullptr ? valueOf(part, "type") : nullptr;
    const auto* const spec = part != nullptr ? valueOf(part, "spec") : nullptr;
    return type != nullptr && spec != nullptr ? Part{lowerCase(type), spec} : Part{};
}

void readBegin(const Part& part, KeySpec& spec) {
    const auto* const keyword = part.type == "keyword" ? valueOf(part.spec, "keyword") : nullptr;
    const auto index = part.type == "index" ? integerIn(part.spec, "index") : std::nullopt;
    const auto from = keyword != nullptr ? integerIn(part.spec, "startfrom") : std::nullopt;
    if (index) {
        spec.begin = KeySpec::Begin::Index;
        spec.index = *index;
    } else if (from) {
        spec.begin = KeySpec::Begin::Keyword;
        spec.keyword = lowerCase(keyword);
        spec.index = *from;
    }
}

void readFind(const Part& part, KeySpec& spec) {
    const bool range = part.type == "range";
    if (!range && part.type != "keynum")
        return;
    const auto step = integerIn(part.spec, "keystep");
    const auto first = integerIn(part.spec, range ? "lastkey" : "keynumidx");
    const auto second = integerIn(part.spec, range ? "limit" : "firstkey");
    if (!step || !first || !second)
        return;
    spec.find = range ? KeySpec::Find::Range : KeySpec::Find::Number;
    spec.step = *step;
    (range ? spec.last : spec.numberAt) = *first;
    (range ? spec.limit : spec.first) = *second;
}

KeySpec readKeySpec(const redisReply* reply) {
    KeySpec spec;
    if (const auto* const flags = valueOf(reply, "flags")) {
        for (const auto* const element : elementsOf(flags)) {
            const auto flag = lowerCase(element);
            spec.writes |= flag == "rw" || flag == "ow" || flag == "rm";
            spec.notKeys |= flag == "not_key";
            spec.incomplete |= flag == "incomplete";
        }
    }
    readBegin(partOf(reply, "begin_search"), spec);
    readFind(partOf(reply, "find_keys"), spec);
    return spec;
}

void readFlags(const redisReply* reply, CommandInfo& command) {
    for (const auto* const element : elementsOf(reply)) {
        const auto flag = lowerCase(element);
        command.write |= flag == "write";
        command.readOnly |= flag == "readonly";
        command.blocking |= flag == "blocking";
        command.movableKeys |= flag == "movablekeys";
    }
}

bool readNumbers(Elements fields, CommandInfo& command) {
    const auto arity = integerOf(fields[Arity]);
    const auto first = integerOf(fields[FirstKey]);
    const auto last = integerOf(fields[LastKey]);
    const auto step = integerOf(fields[KeyStep]);
    if (!arity || !first || !last || !step)
        return false;
    command.arity = *arity;
    command.firstKey = *first;
    command.lastKey = *last;
    command.keyStep = *step;
    return true;
}

void correct(CommandInfo& command) {
    for (const auto& [name, flag] : corrections)
        if (command.name == name)
            command.*flag = true;
}

std::vector<CommandInfo> readCommands(const redisReply* reply, int nesting);

std::optional<CommandInfo> readCommand(const redisReply* reply, int nesting) {
    const auto fields = elementsOf(reply);
    CommandInfo command;
    if (fields.size() < leastFields || !readNumbers(fields, command))
        return std::nullopt;
    command.name = lowerCase(fields[Name]);
    if (nesting > 0) // `config|get`
        command.name.erase(0, command.name.rfind('|') + 1);
    if (command.name.empty())
        return std::nullopt;
    readFlags(fields[Flags], command);
    if (fields.size() > KeySpecs)
        for (const auto* const spec : elementsOf(fields[KeySpecs]))
            command.keys.push_back(readKeySpec(spec));
    if (fields.size() > Subcommands && nesting < maxNesting)
        command.subcommands = readCommands(fields[Subcommands], nesting + 1);
    if (nesting == 0)
        correct(command);
    return command;
}

std::vector<CommandInfo> readCommands(const redisReply* reply, int nesting) {
    std::vector<CommandInfo> commands;
    for (const auto* const element : elementsOf(reply))
        if (auto command = readCommand(element, nesting))
            commands.push_back(*std::move(command));
    return commands;
}

} // namespace

std::shared_ptr<const CommandTable> readCommandTable(const redisReply& reply) {
    if (reply.type != REDIS_REPLY_ARRAY)
        return nullptr;
    auto commands = readCommands(&reply, 0);
    if (commands.empty())
        return nullptr;
    return std::make_shared<CommandTable>(std::move(commands));
}

std::shared_ptr<const CommandTable> leastCommandTable() {
    std::vector<CommandInfo> commands;
    for (const char* name : {"blmove", "blmpop", "blpop", "brpop", "brpoplpush", "bzmpop", "bzpopmax", "bzpopmin",
                             "wait", "waitaof", "xread", "xreadgroup"}) {
        CommandInfo& command = commands.emplace_back();
        command.name = name;
        command.arity = -1;
        command.write = command.blocking = command.movableKeys = true;
    }
    return std::make_shared<CommandTable>(std::move(commands));
}

} // namespace nearcache
