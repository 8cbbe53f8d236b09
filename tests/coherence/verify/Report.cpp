#include "coherence/verify/Report.h"

#include <array>
#include <cstdarg>
#include <cstdio>

namespace nearcache::coherence {

namespace {

constexpr std::size_t longestLine = 400;

[[gnu::format(printf, 1, 2)]] std::string line(const char* format, ...) {
    std::array<char, longestLine> text{};
    std::va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(text.data(), text.size(), format, arguments);
    va_end(arguments);
    return text.data();
}

double hitPercent(const Tally& tally) {
    return tally.httpReads == 0 ? 0
                                : 100.0 * static_cast<double>(tally.httpHits) / static_cast<double>(tally.httpReads);
}

std::string row(const Phase& phase) {
    const auto& tally = phase.tally;
    const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
    return line(
        "%-11s %9llu %7zu %9.4f %8.1f %8.1f %8.1f %8llu %9llu %5llu %11llu %7.1f %8llu %8llu %8llu %8llu %6zu\n",
        phase.name.c_str(), number(tally.reads), tally.stale.size(), tally.stalePercent(), tally.staleQuantile(0.5),
        tally.staleQuantile(0.99), tally.staleQuantile(1), number(tally.backward), number(tally.ownMissed),
        number(tally.wrong), number(tally.unavailable), hitPercent(tally), number(tally.disconnected),
        number(tally.directWrites), number(tally.ownWrites), number(tally.doubtful), phase.hits);
}

} // namespace

void printReport(std::ostream& stream, const std::vector<Phase>& phases) {
    stream << line("%-11s %9s %7s %9s %8s %8s %8s %8s %9s %5s %11s %7s %8s %8s %8s %8s %6s\n", "phase", "reads",
                   "stale", "stale %", "p50 ms", "p99 ms", "worst ms", "backward", "own-write", "wrong", "unavailable",
                   "hit %", "marked", "past it", "through", "doubtful", "struck");
    for (const auto& phase : phases)
        stream << row(phase);
    for (const auto& phase : phases) {
        for (const auto& [text, count] : phase.tally.errors)
            stream << phase.name << ": " << count << " × " << text << '\n';
        for (const auto& text : phase.tally.violations)
            stream << phase.name << ": VIOLATION: " << text << '\n';
    }
}

std::vector<std::string> failures(const Phase& phase, const Options& options) {
    const auto& tally = phase.tally;
    std::vector<std::string> out;
    const auto require = [&](bool holds, const std::string& otherwise) {
        if (!holds)
            out.push_back(phase.name + ": " + otherwise);
    };
    require(tally.backward == 0, "reads went back in time");
    require(tally.ownMissed == 0, "reads missed writes acknowledged through the same proxy");
    require(tally.wrong == 0, "reads showed what was never written");
    require(tally.reads > 0, "nothing was read");
    require(tally.directWrites > 0 || options.throughPercent == 100, "nothing was written past the proxies");
    require(tally.ownWrites > 0 || options.throughPercent == 0, "nothing was written through the proxies");
    require(!phase.disturbed || phase.hits > 0, "the disturbance never struck");
    require(hitPercent(tally) >= options.minHitPercent, line("only %.1f %% hits", hitPercent(tally)));
    if (options.maxStaleMs)
        require(tally.staleQuantile(1) <= *options.maxStaleMs, line("stale for %.1f ms", tally.staleQuantile(1)));
    if (options.maxStalePercent)
        require(tally.stalePercent() <= *options.maxStalePercent, line("%.4f %% stale", tally.stalePercent()));
    return out;
}

} // namespace nearcache::coherence
