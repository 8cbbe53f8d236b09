/// From bytes to commands: a pipeline of 64, parsed one by one.

#include "resp/Parse.h"

#include <benchmark/benchmark.h>

#include <memory_resource>
#include <string>

using nearcache::respfront::CommandParser;
using nearcache::respfront::ParseLimits;

namespace {

constexpr int depth = 64;
constexpr ParseLimits limits;

std::string pipelineOf(std::string_view command) {
    std::string all;
    for (int i = 0; i < depth; ++i)
        all += command;
    return all;
}

constexpr std::string_view get = "*2\r\n$3\r\nGET\r\n$20\r\nkey:0000000000001234\r\n";
constexpr std::string_view set = "*3\r\n$3\r\nSET\r\n$20\r\nkey:0000000000001234\r\n$10\r\n0123456789\r\n";

/// The shortcut that all whole GETs take.
void respGet(benchmark::State& state) {
    const std::string input = pipelineOf(get);
    const CommandParser parser(limits);
    for (auto _ : state) {
        std::string_view key;
        std::string_view rest = input;
        while (const auto length = parser.readGet(rest, key)) {
            benchmark::DoNotOptimize(key);
            rest.remove_prefix(length);
        }
        if (!rest.empty())
            state.SkipWithError("not read as a GET");
    }
    state.SetItemsProcessed(state.iterations() * depth);
}

void respAny(benchmark::State& state, std::string_view command) {
    const std::string input = pipelineOf(command);
    CommandParser parser(limits);
    CommandParser::ShortWords words;
    std::pmr::monotonic_buffer_resource scratch;
    for (auto _ : state) {
        for (std::string_view rest = input; !rest.empty();) {
            const auto result = parser.next(rest, words, scratch);
            benchmark::DoNotOptimize(result.words.data());
            rest.remove_prefix(result.consumed);
        }
    }
    state.SetItemsProcessed(state.iterations() * depth);
}

BENCHMARK(respGet)->Name("RespParse/GET");
BENCHMARK_CAPTURE(respAny, get, get)->Name("RespParse/GET as any command");
BENCHMARK_CAPTURE(respAny, set, set)->Name("RespParse/SET");

} // namespace
