// Feeds any bytes to a session of the RESP front-end, whole and in pieces. Both must make the same requests of them;
// what goes to Redis must be one command in the one way to write it; what is answered must be one reply.

#include "frontends/resp/CommandData.cpp" // no library has it
#include "frontends/resp/Driver.h"

#include "nearcache/ReplyFramer.h"
#include "nearcache/Resp.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

using namespace nearcache;
using respfront::CommandParser;
using respfront::Driver;
using respfront::ParseLimits;
using respfront::Seen;

namespace {

void require(bool holds, const char* what) {
    if (!holds) {
        std::fprintf(stderr, "fuzz: %s\n", what);
        std::abort();
    }
}

/// Small, so that a fuzzer reaches them.
constexpr ParseLimits limits{.line = 64, .words = 20, .bulk = 100, .request = 300};

/// The words of a command as it was passed on, written anew.
std::string rewritten(std::string_view command) {
    const ParseLimits wide;
    CommandParser parser(wide);
    CommandParser::ShortWords buffer;
    std::pmr::monotonic_buffer_resource scratch;
    const auto result = parser.next(command, buffer, scratch);
    require(result.status == CommandParser::Status::Complete, "what is passed on is no command");
    std::string text;
    resp::appendCommand(text, result.words);
    return text;
}

void checkForward(const Seen& request) {
    require(rewritten(request.payload) == request.payload, "a command is passed on in an unusual form");
    const bool collects = request.payload.starts_with("*1\r\n$4\r\n"); // EXEC has the keys of others
    for (const std::string& key : request.keys)
        require(collects || request.payload.find(key) != std::string::npos, "a key that is not in the command");
    require(request.road == Request::Road::Own || (!request.waits && !request.release), "a shared road that is not");
}

/// One reply; to UNSUBSCRIBE, one for each name.
void checkAnswer(const Seen& request) {
    resp::ReplyFramer framer;
    for (std::string_view rest = request.payload; !rest.empty();) {
        const auto step = framer.feed(rest);
        require(step.state == resp::ReplyFramer::State::Complete, "an answer that is no reply");
        rest.remove_prefix(step.consumed);
        require(rest.empty() || request.payload.find("unsubscribe\r\n") != std::string::npos,
                "an answer that is more than a reply");
    }
}

void check(const Seen& request) {
    switch (request.action) {
    case Request::Action::Get: return require(request.payload.empty() && request.keys.empty(), "a GET with more");
    case Request::Action::GetMany: return require(request.payload.empty() && !request.keys.empty(), "an empty MGET");
    case Request::Action::Forward: return checkForward(request);
    case Request::Action::Answer: return checkAnswer(request);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    Driver whole(limits);
    const std::vector<Seen> requests = whole.feed(input);
    std::for_each(requests.begin(), requests.end(), check);
    for (const std::size_t piece : {std::size_t{1}, 2 + size % 7}) {
        Driver pieces(limits);
        require(pieces.feedInPieces(input, piece) == requests, "pieces make other requests");
        require(pieces.closed() == whole.closed(), "pieces close otherwise");
    }
    return 0;
}
