// A load generator: asks a server as fast as it answers, or at a fixed rate, checks every reply, and prints what it
// found as one JSON object. Exits with 1 where a reply was wrong, and 2 where it could not begin.

#include "Dialect.h"
#include "Idle.h"
#include "Options.h"
#include "Plan.h"
#include "Values.h"
#include "Worker.h"

#include <cstdio>
#include <exception>
#include <limits>
#include <memory>
#include <sys/resource.h>
#include <thread>
#include <vector>

using namespace nearcache::bench;

namespace {

void allowDescriptors() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

Plan makePlan(const Options& options) {
    const auto nanoseconds = [](double seconds) { return static_cast<Nanoseconds>(seconds * 1e9); };
    const Nanoseconds start = nowInNanoseconds();
    if (options.requests > 0)
        return {start, start, std::numeric_limits<Nanoseconds>::max()};
    const Nanoseconds from = start + nanoseconds(options.warmUp);
    return {start, from, from + nanoseconds(options.seconds)};
}

void runAll(std::vector<std::unique_ptr<Worker>>& workers, const Plan& plan) {
    std::vector<std::thread> threads;
    for (std::size_t i = 1; i < workers.size(); ++i)
        threads.emplace_back([&plan, &worker = *workers[i]] { worker.run(plan); });
    workers.front()->run(plan);
    for (std::thread& thread : threads)
        thread.join();
}

Findings sum(const std::vector<std::unique_ptr<Worker>>& workers) {
    Findings all;
    for (const auto& worker : workers) {
        const Findings& part = worker->findings();
        all.latency.add(part.latency);
        if (all.errors == 0)
            all.firstError = part.firstError;
        all.errors += part.errors;
    }
    return all;
}

void printWatched(const Options& options, const Look& before, const Look& after) {
    for (std::size_t i = 0; i < options.watch.size() && i < before.cpu.size() && i < after.cpu.size(); ++i) {
        std::printf(
            "%s\"%d\": {\"user\": %.3f, \"system\": %.3f, \"waited\": %.4f, \"rss_before\": %llu, \"rss\": %llu}",
            i == 0 ? "" : ", ", options.watch[i], after.cpu[i].user - before.cpu[i].user,
            after.cpu[i].system - before.cpu[i].system, after.waited[i] - before.waited[i],
            static_cast<unsigned long long>(before.resident[i]), static_cast<unsigned long long>(after.resident[i]));
    }
}

void print(const Options& options, const Findings& found, const Look& before, const Look& after) {
    const double seconds = static_cast<double>(after.at - before.at) / 1e9;
    const Histogram& latency = found.latency;
    std::printf(
        "{\"requests\": %llu, \"errors\": %llu, \"seconds\": %.4f, \"rate\": %.1f, \"latency\": {\"min\": %.1f, "
        "\"mean\": %.1f, \"p50\": %.1f, \"p99\": %.1f, \"p99.9\": %.1f, \"max\": %.1f}, \"processes\": {",
        static_cast<unsigned long long>(latency.count()), static_cast<unsigned long long>(found.errors), seconds,
        seconds > 0 ? static_cast<double>(latency.count()) / seconds : 0, latency.least(), latency.mean(),
        latency.quantile(0.5), latency.quantile(0.99), latency.quantile(0.999), latency.most());
    printWatched(options, before, after);
    std::printf("}, \"waited\": %.4f}\n", after.loadWaited - before.loadWaited);
}

int run(const Options& options) {
    allowDescriptors();
    const Values values(options);
    const auto dialect = makeDialect(options, values);
    const auto idle = openIdle(options, *dialect);
    std::vector<std::unique_ptr<Worker>> workers;
    for (unsigned i = 0; i < options.threads; ++i)
        workers.push_back(std::make_unique<Worker>(options, *dialect, i));
    runAll(workers, makePlan(options));
    const Findings found = sum(workers);
    print(options, found, workers.front()->before(), workers.front()->after());
    if (found.errors > 0)
        std::fprintf(stderr, "load: %s\n", found.firstError.c_str());
    return found.errors > 0 ? 1 : 0;
}

} // namespace

int main(int count, char** arguments) {
    try {
        return run(readOptions(count, arguments));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "load: %s\n%s", error.what(), count == 1 ? usage() : "");
        return 2;
    }
}
