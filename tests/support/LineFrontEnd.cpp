#include "support/LineFrontEnd.h"

#include "nearcache/Resp.h"

#include <algorithm>
#include <new>
#include <stdexcept>

namespace nearcache::test {

namespace {

constexpr std::uint32_t faultyTag = 1;

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

class LineSession : public Session {
  public:
    Parsed parse(std::string_view input, std::pmr::memory_resource& scratch, Request& request) override {
        const auto end = input.find('\n');
        if (end == std::string_view::npos)
            return {Parsed::Status::Unfinished, 0};
        takePrefixes(input.substr(0, end), scratch, request);
        return {Parsed::Status::Complete, end + 1};
    }

    void encode(const Reply& reply, std::uint32_t tag, Output& output) override {
        if (tag == faultyTag)
            throw std::bad_alloc();
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
        case Reply::Kind::Relayed: output.append(reply.bytes); return;
        case Reply::Kind::Error:
            output.append("error " + std::string(nameOf(reply.error)) + " " + std::string(reply.bytes) + "\n");
            return;
        }
    }

  private:
    static void appendSource(const Reply& reply, Output& output) {
        output.append(" ");
        output.append(nameOf(reply.source));
        output.append(reply.stored ? " stored\n" : "\n");
    }

    static void takePrefixes(std::string_view line, std::pmr::memory_resource& scratch, Request& request) {
        const auto takes = [&line](std::string_view prefix) {
            const bool there = line.starts_with(prefix);
            line.remove_prefix(there ? prefix.size() : 0);
            return there;
        };
        request.silent = takes("quiet ");
        request.close = takes("last ");
        request.tag = takes("faulty ") ? faultyTag : 0;
        takeLine(line, scratch, request);
    }

    static void takeLine(std::string_view line, std::pmr::memory_resource& scratch, Request& request) {
        const auto words = split(line);
        const auto verb = words.empty() ? std::string_view() : words.front();
        const auto rest = words.empty() ? std::span<const std::string_view>() : std::span(words).subspan(1);
        if (verb == "throw")
            throw std::bad_alloc();
        if (verb == "get") {
            request.action = Request::Action::Get;
            request.key = rest.front();
        } else if (verb == "set") {
            forward("SET", rest, rest.first(1), scratch, request);
        } else if (verb == "del") {
            forward("DEL", rest, rest, scratch, request);
        } else if (verb == "do") {
            forward(rest.front(), rest.subspan(1), {}, scratch, request);
        } else {
            request.payload = keepText(std::string(line.substr(std::min<std::size_t>(line.size(), 4))) + "\n", scratch);
        }
    }

    static void forward(std::string_view command, std::span<const std::string_view> rest,
                        std::span<const std::string_view> writes, std::pmr::memory_resource& scratch,
                        Request& request) {
        Words words{command};
        words.insert(words.end(), rest.begin(), rest.end());
        std::string payload;
        resp::appendCommand(payload, words);
        request.action = Request::Action::Forward;
        request.payload = keepText(payload, scratch);
        request.writes = keep(writes, scratch);
    }
};

} // namespace

std::unique_ptr<Session> LineFrontEnd::open(const Client& /*client*/) const {
    return std::make_unique<LineSession>();
}

} // namespace nearcache::test
