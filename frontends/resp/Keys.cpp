#include "Keys.h"

#include "Text.h"

#include <algorithm>
#include <cstdint>
#include <memory>

namespace nearcache::respfront {

namespace {

/// Positions of words; both are included, and may be beyond the end.
struct Range {
    std::int64_t first;
    std::int64_t last;
};

void addKeys(FoundKeys& found, Words words, Range range, std::int64_t step) {
    const auto count = static_cast<std::int64_t>(words.size());
    const std::int64_t last = std::min(range.last, count - 1);
    for (std::int64_t at = std::max<std::int64_t>(range.first, 1); at <= last; at += std::max<std::int64_t>(step, 1))
        found.keys.push_back(words[static_cast<std::size_t>(at)]);
}

/// Where the words behind the keyword begin; 0 if it is not there. The last word is no keyword, having nothing behind
/// it; nor has the command's name anything before it.
std::int64_t behindKeyword(const KeySpec& spec, Words words) {
    const auto count = static_cast<std::int64_t>(words.size());
    const bool backwards = spec.index < 0;
    std::int64_t at = backwards ? count + spec.index : spec.index;
    for (; at >= 1 && at < count; at += backwards ? -1 : 1) {
        if (isWord(words[static_cast<std::size_t>(at)], spec.keyword))
            return at + 1;
    }
    return 0;
}

/// 0: the keys that it is about are not there.
std::int64_t beginOf(const KeySpec& spec, Words words) {
    if (spec.begin == KeySpec::Begin::Keyword)
        return behindKeyword(spec, words);
    return spec.index >= 0 ? spec.index : static_cast<std::int64_t>(words.size()) + spec.index;
}

Range rangeOf(const KeySpec& spec, std::int64_t begin, Words words) {
    const auto count = static_cast<std::int64_t>(words.size());
    if (spec.last >= 0)
        return {begin, begin + spec.last};
    if (spec.limit < 2)
        return {begin, count + spec.last};
    return {begin, begin + (count - begin) / spec.limit + spec.last};
}

/// None where the count is no count.
std::optional<Range> countedRange(const KeySpec& spec, std::int64_t begin, Words words) {
    const auto count = static_cast<std::int64_t>(words.size());
    const std::int64_t at = begin + spec.numberAt;
    if (at < 0 || at >= count)
        return std::nullopt;
    const auto number = resp::parseInteger(words[static_cast<std::size_t>(at)]);
    if (!number || *number < 0)
        return std::nullopt;
    const std::int64_t step = std::max(spec.step, 1);
    return Range{begin + spec.first, begin + spec.first + (std::min(*number, count) - 1) * step};
}

void apply(const KeySpec& spec, Words words, FoundKeys& found) {
    if (spec.notKeys)
        return;
    if (spec.begin == KeySpec::Begin::Unknown || spec.find == KeySpec::Find::Unknown) {
        found.complete = false;
        return;
    }
    found.complete = found.complete && !spec.incomplete;
    const std::int64_t begin = beginOf(spec, words);
    if (begin < 1)
        return;
    found.writes = found.writes || spec.writes;
    if (spec.find == KeySpec::Find::Range)
        return addKeys(found, words, rangeOf(spec, begin, words), spec.step);
    if (const auto range = countedRange(spec, begin, words))
        addKeys(found, words, *range, spec.step);
    else
        found.complete = false;
}

bool isSort(const CommandInfo& command) {
    return command.name == "sort" || command.name == "sort_ro";
}

/// SORT, whose description says less than its words: STORE has a key behind it, BY and GET have patterns of keys.
void findKeysOfSort(Words words, FoundKeys& found) {
    addKeys(found, words, {1, 1}, 1);
    for (std::size_t at = 2; at + 1 < words.size(); ++at) {
        if (isWord(words[at], "store")) {
            found.keys.push_back(words[at + 1]);
            found.writes = true;
        }
        found.complete = found.complete && !isWord(words[at], "by") && !isWord(words[at], "get");
    }
}

std::optional<KeyPlaces> placesOf(const KeySpec& spec) {
    const bool fixed = spec.begin == KeySpec::Begin::Index && spec.index > 0 && spec.find == KeySpec::Find::Range;
    const bool halved = spec.last < 0 && spec.limit > 1;
    if (!fixed || halved || spec.notKeys || spec.incomplete)
        return std::nullopt;
    const std::int64_t last = spec.last;
    return KeyPlaces{spec.index, last < 0 ? last : spec.index + last, std::max(spec.step, 1)};
}

} // namespace

bool hasKeys(const CommandInfo& command) {
    return command.firstKey > 0 || command.movableKeys || !command.keys.empty();
}

FoundKeys findKeys(const CommandInfo& command, Words words, std::pmr::memory_resource& memory) {
    FoundKeys found(memory);
    if (isSort(command)) {
        findKeysOfSort(words, found);
        return found;
    }
    for (const KeySpec& spec : command.keys)
        apply(spec, words, found);
    if (!command.keys.empty())
        return found;
    found.complete = !command.movableKeys;
    if (command.firstKey <= 0)
        return found;
    const std::int64_t last =
        command.lastKey < 0 ? static_cast<std::int64_t>(words.size()) + command.lastKey : command.lastKey;
    addKeys(found, words, {command.firstKey, last}, command.keyStep);
    return found;
}

std::optional<KeyPlaces> keyPlaces(const CommandInfo& command) {
    if (isSort(command) || command.movableKeys || command.keys.size() > 1)
        return std::nullopt;
    if (!command.keys.empty())
        return placesOf(command.keys.front());
    if (command.firstKey <= 0)
        return KeyPlaces();
    return KeyPlaces{command.firstKey, command.lastKey, std::max(command.keyStep, 1)};
}

Words KeyPlaces::several(Words words, std::pmr::memory_resource& memory) const {
    const auto count = static_cast<std::int64_t>(words.size());
    const std::int64_t end = std::min(last < 0 ? count + last : last, count - 1);
    if (first > end)
        return {};
    const auto size = static_cast<std::size_t>(step == 1 ? end - first : (end - first) / step) + 1;
    auto* const keys = std::pmr::polymorphic_allocator<>(&memory).allocate_object<std::string_view>(size);
    auto from = static_cast<std::size_t>(first);
    for (std::size_t i = 0; i < size; ++i, from += static_cast<std::size_t>(step))
        std::construct_at(keys + i, words[from]);
    return {keys, size};
}

} // namespace nearcache::respfront
