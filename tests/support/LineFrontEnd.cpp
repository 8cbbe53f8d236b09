#include "support/LineFrontEnd.h"

#include "nearcache/Resp.h"

#include <algorithm>
#include <new>
#include <stdexcept>

namespace nearcache::test {

namespace {

constexpr std::uint32_t faultyTag = 1;
constexpr std::uint32_t manyTag = 2;

using Words = std::vector<std::string_view>;

Words split(std::string_view line) {
    Words words;
    while (!line.empty()) {
        const auto end = std::min(line.find(' '), line.size());
        words.push_back(line.substr(0, end));
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    return words;
}

template <class T> std::span<T> keep(std::span<const T> elements, std::pmr::memory_resource& scratch) {
    auto* const kept = static_cast<T*>(scratch.allocate(elements.size_bytes() + 1, alignof(T)));
    std::uninitialized_copy(elements.begin(), elements.end(), kept);
    return {kept, elements.size()};
}

std::string_view keepText(std::string_view text, std::pmr::memory_resource& scratch) {
    const auto kept = keep(std::span<const char>(text.data(), text.size()), scratch);
    return {kept.data(), kept.size()};
}

const char* nameOf(ErrorCode error) {
    switch (error) {
    case ErrorCode::Unavailable: return "unavailable";
    case ErrorCode::TimedOut: return "timed-out";
    case ErrorCode::WrongType: return "wrong-type";
    case ErrorCode::Backend: return "backend";
    }
    return "?";
}

const char* nameOf(Reply::Source source) {
    switch (source) {
    case Reply::Source::Hit: return "hit";
    case Reply::Source::Fetched: return "fetched";
    case Reply::Source::Collapsed: return "collapsed";
    }
    return "?";
}

/// Takes the word, and the space behind it, from the front of the line, if it is there.
bool takes(std::string_view& line, std::string_view word) {
    const bool there = line.starts_with(word) && line.substr(word.size()).starts_with(' ');
    line.remove_prefix(there ? word.size() + 1 : 0);
    return there;
}

/// Sets what the word says of the request, if it is there.
template <class T> bool takes(std::string_view& line, std::string_view word, T& field, T value) {
    const bool there = takes(line, word);
    if (there)
        field = value;
    return there;
}

bool takeFlag(std::string_view& line, Request& request) {
    return takes(line, "quiet", request.silent, true) || takes(line, "last", request.close, true) ||
           takes(line, "faulty", request.tag, faultyTag) || takes(line, "write", request.writes, true) ||
           takes(line, "some", request.scope, Request::Scope::Some) ||
           takes(line, "listing", request.scope, Request::Scope::Listing) ||
           takes(line, "all", request.scope, Request::Scope::All) ||
           takes(line, "own", request.road, Request::Road::Own) || takes(line, "wait", request.waits, true) ||
           takes(line, "release", request.release, true) ||
           takes(line, "pushes", request.expect, Request::Expect::Pushes) ||
           takes(line, "stream", request.expect, Request::Expect::Stream) ||
           takes(line, "three", request.protocol, std::uint8_t{3});
}

std::string_view takeWord(std::string_view& line) {
    const auto end = std::min(line.find(' '), line.size());
    const auto word = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return word;
}

class LineSession : public Session {
  public:
    Parsed parse(std::string_view input, std::pmr::memory_resource& scratch, Request& request) override {
        const auto end = input.find('\n');
        if (end == std::string_view::npos)
            return {Parsed::Status::Unfinished, 0};
        request = Request();
        takePrefixes(input.substr(0, end), scratch, request);
        return {Parsed::Status::Complete, end + 1};
    }

    void encode(const Reply& reply, std::uint32_t tag, Output& output) override {
        if ((tag & faultyTag) != 0)
            throw std::bad_alloc();
        const bool read = reply.kind == Reply::Kind::Value || reply.kind == Reply::Kind::Absent;
        if ((tag & manyTag) != 0 && read)
            output.append(std::to_string(reply.index + 1) + "/" + std::to_string(reply.count) + " ");
        encodeKind(reply, output);
    }

  private:
    static void encodeKind(const Reply& reply, Output& output) {
        switch (reply.kind) {
        case Reply::Kind::Value:
            output.append("value ");
            output.appendValue(reply);
            appendSource(reply, output);
            return;
        case Reply::Kind::Absent:
            output.append("absent");
            appendSource(reply, output);
            return;
        case Reply::Kind::Relayed:
        case Reply::Kind::Unasked: output.append(reply.bytes); return;
        case Reply::Kind::Error:
            output.append("error " + std::string(nameOf(reply.error)) + " " + std::string(reply.bytes) + "\n");
            return;
        }
    }

    static void appendSource(const Reply& reply, Output& output) {
        output.append(" ");
        output.append(nameOf(reply.source));
        output.append(reply.stored ? " stored" : "");
        output.append(reply.disconnected ? " disconnected\n" : "\n");
    }

    static void takePrefixes(std::string_view line, std::pmr::memory_resource& scratch, Request& request) {
        Words keys;
        bool more = true;
        while (more) {
            more = takeFlag(line, request);
            if (takes(line, "on")) {
                keys.push_back(takeWord(line));
                more = true;
            }
        }
        takeLine(line, keys, scratch, request);
    }

    static void takeLine(std::string_view line, std::span<const std::string_view> keys,
                         std::pmr::memory_resource& scratch, Request& request) {
        const auto words = split(line);
        const auto verb = words.empty() ? std::string_view() : words.front();
        const auto rest = words.empty() ? std::span<const std::string_view>() : std::span(words).subspan(1);
        if (verb == "throw")
            throw std::bad_alloc();
        if (verb == "get") {
            request.action = Request::Action::Get;
            request.key = rest.front();
        } else if (verb == "mget") {
            request.action = Request::Action::GetMany;
            request.tag |= manyTag;
            request.keys = keep(rest, scratch);
        } else if (verb == "set") {
            write("SET", rest, rest.first(1), scratch, request);
        } else if (verb == "del") {
            write("DEL", rest, rest, scratch, request);
        } else if (verb == "do") {
            forward(rest.front(), rest.subspan(1), keys, scratch, request);
        } else {
            request.payload = keepText(std::string(line.substr(std::min<std::size_t>(line.size(), 4))) + "\n", scratch);
        }
    }

    static void write(std::string_view command, std::span<const std::string_view> rest,
                      std::span<const std::string_view> keys, std::pmr::memory_resource& scratch, Request& request) {
        request.writes = true;
        forward(command, rest, keys, scratch, request);
    }

    static void forward(std::string_view command, std::span<const std::string_view> rest,
                        std::span<const std::string_view> keys, std::pmr::memory_resource& scratch, Request& request) {
        Words words{command};
        words.insert(words.end(), rest.begin(), rest.end());
        std::string payload;
        resp::appendCommand(payload, words);
        request.action = Request::Action::Forward;
        request.payload = keepText(payload, scratch);
        request.keys = keep(keys, scratch);
    }
};

} // namespace

std::unique_ptr<Session> LineFrontEnd::open(const Client& /*client*/) const {
    return std::make_unique<LineSession>();
}

} // namespace nearcache::test
