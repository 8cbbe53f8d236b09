// Frames any bytes as replies, whole and in pieces, and compares each with what hiredis's reader makes of them: where a
// reply ends, and its type. The two may part only where excuses() says so.

#include "nearcache/ReplyFramer.h"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

using namespace std::string_view_literals;
using nearcache::resp::ReplyFramer;
using State = ReplyFramer::State;

namespace {

void require(bool holds, const char* what) {
    if (!holds) {
        std::fprintf(stderr, "fuzz: %s\n", what);
        std::abort();
    }
}

/// A reply, or the rest of the input that makes none.
struct Part {
    State state;
    std::size_t end; ///< offset in the input
    char type;
    ReplyFramer::Fault fault;

    bool operator==(const Part&) const = default;
};

/// `piece` says how long the next piece is, by its offset.
template <class PieceLength> std::vector<Part> frame(std::string_view input, PieceLength piece) {
    ReplyFramer framer;
    std::vector<Part> parts;
    State state = State::More;
    std::size_t at = 0;
    while (at < input.size() && state != State::Broken) {
        const std::string_view view = input.substr(at, piece(at));
        const std::vector<char> alone(view.begin(), view.end()); // so that a look beyond it is seen
        const std::string_view bytes(alone.data(), alone.size());
        const auto step = framer.feed(bytes);
        require(step.consumed <= bytes.size(), "consumed more than there was");
        require(step.state != State::More || step.consumed == bytes.size(), "More, and bytes left over");
        at += step.consumed;
        state = step.state;
        if (state == State::Complete)
            parts.push_back({state, at, framer.type(), framer.fault()});
    }
    if (state != State::Complete)
        parts.push_back({state, at, framer.type(), framer.fault()});
    return parts;
}

int hiredisType(char type) {
    switch (type) {
    case '+': return REDIS_REPLY_STATUS;
    case '-': return REDIS_REPLY_ERROR;
    case ':': return REDIS_REPLY_INTEGER;
    case '_': return REDIS_REPLY_NIL;
    case '#': return REDIS_REPLY_BOOL;
    case ',': return REDIS_REPLY_DOUBLE;
    case '(': return REDIS_REPLY_BIGNUM;
    case '$': return REDIS_REPLY_STRING;
    case '=': return REDIS_REPLY_VERB;
    case '*': return REDIS_REPLY_ARRAY;
    case '~': return REDIS_REPLY_SET;
    case '%': return REDIS_REPLY_MAP;
    case '>': return REDIS_REPLY_PUSH;
    default: return 0;
    }
}

bool isNull(std::string_view reply) {
    return reply == "$-1\r\n" || reply == "*-1\r\n";
}

/// hiredis's reader over the same input. Without functions that make objects, a reply is its type.
class Reader {
  public:
    explicit Reader(std::string_view input) : _reader(redisReaderCreateWithFunctions(nullptr)), _size(input.size()) {
        require(_reader != nullptr && redisReaderFeed(_reader.get(), input.data(), input.size()) == REDIS_OK, "feed");
    }

    /// The type of the next reply; 0: more bytes are needed, or there was an error.
    int next() {
        void* reply = nullptr;
        _failed = redisReaderGetReply(_reader.get(), &reply) != REDIS_OK;
        return static_cast<int>(reinterpret_cast<std::intptr_t>(reply));
    }

    [[nodiscard]] bool failed() const { return _failed; }
    [[nodiscard]] std::size_t consumed() const { return _size - (_reader->len - _reader->pos); }

    /// Failed over what the framer does not look into, or over a type of RESP3 that hiredis does not have.
    [[nodiscard]] bool excused() const {
        constexpr std::string_view excuses[] = {
            "Bad integer value",       "Bad double value",        "Double value is too large",
            "Bad nil value",           "Bad bool value",          "Bad bignum value",
            "Verbatim string 4 bytes", "got \"!\" as reply type", "got \"|\" as reply type",
        };
        const std::string_view error = _reader->errstr;
        return std::any_of(std::begin(excuses), std::end(excuses),
                           [error](std::string_view excuse) { return error.find(excuse) != std::string_view::npos; });
    }

  private:
    struct Free {
        void operator()(redisReader* reader) const { redisReaderFree(reader); }
    };
    std::unique_ptr<redisReader, Free> _reader;
    std::size_t _size;
    bool _failed = false;
};

/// hiredis counts a push inside a reply as one of its elements.
bool mayHoldPush(std::string_view reply) {
    return reply.find("\n>") != std::string_view::npos;
}

/// The framer is stricter: it looks at the end of a bulk string, only `$` and `*` can be null, and a double begins with
/// no CR or LF.
bool isStricter(const Part& part, std::string_view input) {
    switch (part.fault) {
    case ReplyFramer::Fault::BulkEnd:
    case ReplyFramer::Fault::Depth: return true;
    case ReplyFramer::Fault::Length: return part.end < input.size() && input[part.end] == '-';
    case ReplyFramer::Fault::Line: return input.find(',') != std::string_view::npos;
    default: return false;
    }
}

/// Compares one part. Returns whether the next one can be compared.
bool compare(const Part& part, std::size_t begin, std::string_view input, Reader& reader) {
    const std::string_view bytes = input.substr(begin, part.end - begin);
    if (mayHoldPush(input.substr(begin, part.state == State::Complete ? bytes.size() : input.npos)))
        return false;
    const int type = reader.next();
    if (reader.failed()) {
        require(part.state == State::Broken || reader.excused(), "hiredis alone finds fault");
        return false;
    }
    if (part.state == State::Complete) {
        require(type == (isNull(bytes) ? REDIS_REPLY_NIL : hiredisType(part.type)), "types differ");
        require(reader.consumed() == part.end, "ends differ");
        return true;
    }
    require(type == 0 || (part.state == State::Broken && isStricter(part, input)), "hiredis alone finds a reply");
    return false;
}

void compareWithHiredis(const std::vector<Part>& parts, std::string_view input) {
    Reader reader(input);
    std::size_t begin = 0;
    for (const Part& part : parts) {
        if (!compare(part, begin, input, reader))
            return;
        begin = part.end;
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::vector<Part> parts = frame(input, [](std::size_t) { return std::string_view::npos; });
    require(parts == frame(input, [](std::size_t) { return std::size_t{1}; }), "byte by byte differs");
    require(parts == frame(input, [input](std::size_t at) { return 1 + static_cast<std::uint8_t>(input[at]) % 7U; }),
            "piece by piece differs");
    compareWithHiredis(parts, input);
    return 0;
}
