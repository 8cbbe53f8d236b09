#include "Commands.h"
#include "Handlers.h"
#include "Text.h"

namespace nearcache::respfront {

namespace {

std::string_view encoded(const Call& call) {
    std::pmr::string& text = newText(call.scratch);
    resp::appendCommand(text, call.words);
    return text;
}

/// The keys among the words, in memory that outlives the call.
Words keysOf(const Call& call) {
    const Command& command = *call.command;
    const auto first = static_cast<std::size_t>(command.firstKey);
    const auto step = static_cast<std::size_t>(command.keyStep);
    const std::size_t last = command.lastKey < 0 ? call.words.size() - 1 : static_cast<std::size_t>(command.lastKey);
    const std::size_t count = (last - first) / step + 1;
    auto* const keys = std::pmr::polymorphic_allocator<>(&call.scratch).allocate_object<std::string_view>(count);
    for (std::size_t i = 0; i < count; ++i)
        std::construct_at(keys + i, call.words[first + i * step]);
    return {keys, count};
}

} // namespace

void get(Call& call) {
    call.request.action = Request::Action::Get;
    call.request.key = call.words[1];
}

void forward(Call& call) {
    call.request.action = Request::Action::Forward;
    call.request.payload = call.raw.empty() ? encoded(call) : call.raw;
    call.request.writes = call.command->writes();
    call.request.keys = keysOf(call);
}

} // namespace nearcache::respfront
