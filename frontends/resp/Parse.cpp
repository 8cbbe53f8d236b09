#include "Parse.h"

#include "Inline.h"
#include "Text.h"

#include <algorithm>
#include <optional>

namespace nearcache::respfront {

namespace {

using Result = CommandParser::Result;
using Status = CommandParser::Status;

constexpr std::string_view invalidCount = "invalid multibulk length";
constexpr std::string_view invalidBulk = "invalid bulk length";
constexpr std::string_view unexpectedType = "expected '$', got '";

bool endsWithNewLine(std::string_view input, std::size_t end) {
    return input.substr(end - resp::newLine.size(), resp::newLine.size()) == resp::newLine;
}

} // namespace

Result CommandParser::next(std::string_view input, ShortWords& buffer, std::pmr::memory_resource& scratch) {
    if (_position == 0 && _scanned == 0) {
        if (const Words words = readShort(input, buffer); !words.empty()) {
            const char* const end = words.back().data() + words.back().size() + resp::newLine.size();
            const std::string_view raw(input.data(), static_cast<std::size_t>(end - input.data()));
            return {Status::Complete, raw.size(), words, raw, {}};
        }
    }
    return nextSlowly(input, scratch);
}

Result CommandParser::nextSlowly(std::string_view input, std::pmr::memory_resource& scratch) {
    std::size_t skipped = 0;
    while (skipped < input.size()) {
        const std::string_view rest = input.substr(skipped);
        Result result = rest.front() == '*' ? parseArray(rest, scratch) : parseLine(rest, scratch);
        result.consumed += skipped;
        if (result.status != Status::Complete || !result.words.empty())
            return result;
        skipped = result.consumed;
    }
    return {.consumed = skipped};
}

/// Nearly all commands are short and arrive whole: they are read in one go. Whatever is odd is left to nextSlowly().
Words CommandParser::readShort(std::string_view input, ShortWords& buffer) const {
    const char* const end = input.data() + input.size();
    std::uint32_t count = 0;
    const char* at = resp::readShortNumber(input.data(), end, '*', count);
    if (at == nullptr || count == 0 || count > buffer.size())
        return {};
    for (std::uint32_t i = 0; i < count; ++i) {
        at = resp::readShortBulk(at, end, buffer[i]);
        if (at == nullptr || buffer[i].size() > _limits->bulk)
            return {};
    }
    if (static_cast<std::size_t>(at - input.data()) > _limits->request)
        return {};
    return {buffer.data(), count};
}

Result CommandParser::parseArray(std::string_view input, std::pmr::memory_resource& scratch) {
    switch (readArray(input)) {
    case Progress::Blocked: return {};
    case Progress::Failed: return failed(input, scratch);
    case Progress::Done: break;
    }
    return complete(wordsIn(input, scratch), input.substr(0, _position));
}

CommandParser::Progress CommandParser::readArray(std::string_view input) {
    if (_wordsLeft == unknown) {
        const Progress progress = readCount(input);
        if (progress != Progress::Done)
            return progress;
    }
    while (_wordsLeft > 0) {
        const Progress progress = readWord(input);
        if (progress != Progress::Done)
            return progress;
    }
    return Progress::Done;
}

CommandParser::Progress CommandParser::readCount(std::string_view input) {
    const std::size_t begin = _position + 1;
    const Progress progress = readLengthLine(input, "too big mbulk count string", invalidCount);
    if (progress != Progress::Done)
        return progress;
    const auto count = resp::parseInteger(input.substr(begin, _position - resp::newLine.size() - begin));
    if (!count || *count > _limits->words)
        return fail(invalidCount);
    _wordsLeft = std::max(*count, std::int64_t{0});
    return Progress::Done;
}

CommandParser::Progress CommandParser::readWord(std::string_view input) {
    if (_bulkLength == unknown) {
        const Progress progress = readBulkLength(input);
        if (progress != Progress::Done)
            return progress;
    }
    const auto length = static_cast<std::size_t>(_bulkLength);
    const std::size_t end = _position + length + resp::newLine.size();
    if (input.size() < end)
        return Progress::Blocked;
    if (!endsWithNewLine(input, end))
        return fail("bulk string does not end with CRLF");
    _words.push_back({_position, length});
    _position = _scanned = end;
    _bulkLength = unknown;
    --_wordsLeft;
    return Progress::Done;
}

CommandParser::Progress CommandParser::readBulkLength(std::string_view input) {
    const std::size_t begin = _position;
    const Progress progress = readLengthLine(input, "too big bulk count string", invalidBulk);
    if (progress != Progress::Done)
        return progress;
    if (input[begin] != '$') {
        _unexpected = input[begin];
        return fail(unexpectedType);
    }
    const std::string_view line = input.substr(begin, _position - resp::newLine.size() - begin);
    const auto length = resp::parseInteger(line.substr(1));
    return length ? checkBulkLength(*length) : fail(invalidBulk);
}

CommandParser::Progress CommandParser::checkBulkLength(std::int64_t length) {
    if (length < 0 || static_cast<std::uint64_t>(length) > _limits->bulk)
        return fail(invalidBulk);
    if (_position + static_cast<std::uint64_t>(length) + resp::newLine.size() > _limits->request)
        return fail("too big request");
    _bulkLength = length;
    return Progress::Done;
}

/// Moves _position behind the line that begins there, if the whole line has come.
CommandParser::Progress CommandParser::readLengthLine(std::string_view input, std::string_view tooLong,
                                                      std::string_view invalid) {
    const std::string_view window = input.substr(0, _position + std::min(input.size() - _position, _limits->line + 1));
    const std::size_t end = window.find('\r', _scanned);
    if (end == std::string_view::npos) {
        _scanned = window.size();
        return window.size() - _position > _limits->line ? fail(tooLong) : Progress::Blocked;
    }
    _scanned = end;
    if (end + 1 == input.size())
        return Progress::Blocked;
    if (input[end + 1] != '\n')
        return fail(invalid);
    _position = _scanned = end + resp::newLine.size();
    return Progress::Done;
}

Result CommandParser::parseLine(std::string_view input, std::pmr::memory_resource& scratch) {
    const std::string_view window = input.substr(0, _limits->line + 1);
    const std::size_t end = window.find('\n', _scanned);
    if (end == std::string_view::npos) {
        _scanned = window.size();
        if (window.size() <= _limits->line)
            return {};
        (void)fail("too big inline request");
        return failed(input, scratch);
    }
    _position = end + 1;
    const auto words = splitLine(input.substr(0, end), scratch);
    if (!words) {
        (void)fail("unbalanced quotes in request");
        return failed(input, scratch);
    }
    return complete(*words, {});
}

Result CommandParser::complete(Words words, std::string_view raw) {
    const std::size_t length = _position;
    reset();
    return {Status::Complete, length, words, raw, {}};
}

CommandParser::Progress CommandParser::fail(std::string_view error) {
    _error = error;
    return Progress::Failed;
}

Result CommandParser::failed(std::string_view input, std::pmr::memory_resource& scratch) const {
    std::string_view error = _error;
    if (_error == unexpectedType) {
        std::pmr::string& text = newText(scratch);
        text.append(_error).append(1, _unexpected).append(1, '\'');
        error = text;
    }
    return {Status::Broken, input.size(), {}, {}, error};
}

Words CommandParser::wordsIn(std::string_view input, std::pmr::memory_resource& scratch) const {
    auto* const words = std::pmr::polymorphic_allocator<>(&scratch).allocate_object<std::string_view>(_words.size());
    for (std::size_t i = 0; i < _words.size(); ++i)
        std::construct_at(words + i, input.substr(_words[i].offset, _words[i].length));
    return {words, _words.size()};
}

void CommandParser::reset() {
    _position = _scanned = 0;
    _wordsLeft = _bulkLength = unknown;
    _words = {};
}

} // namespace nearcache::respfront
