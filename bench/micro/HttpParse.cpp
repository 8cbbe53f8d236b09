/// From bytes to HTTP requests: as short as they get, and with the fields that a browser's fetch() sends.

#include "frontends/http/Fakes.h"
#include "http/Parse.h"

#include <benchmark/benchmark.h>

#include <memory_resource>
#include <string>

using namespace nearcache;

namespace {

constexpr http::Limits limits;
constexpr std::string_view shortRequest = "GET /get?key=key:0000000000001234 HTTP/1.1\r\nHost: bench\r\n\r\n";
constexpr std::string_view longRequest =
    "GET /get?key=key:0000000000001234 HTTP/1.1\r\nHost: cache.example.org:6000\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101\r\n"
    "Accept: */*\r\nAccept-Language: en\r\nAccept-Encoding: gzip, deflate\r\n"
    "Referer: http://example.org/index.html\r\nOrigin: http://example.org\r\n"
    "Connection: keep-alive\r\n\r\n";

void parse(benchmark::State& state, std::string_view input) {
    const http::test::FakeHost host;
    const http::test::FakeCredentials credentials;
    http::Parse parser(limits, host, credentials);
    for (auto _ : state) {
        std::pmr::monotonic_buffer_resource scratch;
        Request request;
        const Parsed parsed = parser.next(input, scratch, request);
        if (parsed.status != Parsed::Status::Complete || request.action != Request::Action::Get)
            state.SkipWithError("not a GET");
        benchmark::DoNotOptimize(request.key.data());
    }
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(parse, short, shortRequest)->Name("HttpParse/short GET");
BENCHMARK_CAPTURE(parse, long, longRequest)->Name("HttpParse/GET with 8 fields");

} // namespace
