#include "coherence/verify/Options.h"

#include <Poco/NumberParser.h>
#include <Poco/Util/HelpFormatter.h>
#include <Poco/Util/OptionProcessor.h>
#include <Poco/Util/OptionSet.h>
#include <Poco/Util/Validator.h>

#include <functional>
#include <iostream>
#include <stdexcept>

namespace nearcache::coherence {

namespace {

using Poco::NumberParser;

using Take = std::function<void(Options&, const std::string&)>;

/// One option: what is printed about it, and what it does.
struct Entry {
    const char* name;
    const char* argument; ///< null: none
    const char* description;
    Take take;
};

std::string text(const std::string& word) {
    return word;
}

std::chrono::milliseconds seconds(const std::string& text) {
    const double value = NumberParser::parseFloat(text);
    if (value <= 0 || value > 1e6)
        throw std::invalid_argument("'" + text + "' is no time in seconds");
    return std::chrono::milliseconds(static_cast<long>(value * 1000));
}

std::size_t count(const std::string& text) {
    const auto value = NumberParser::parseUnsigned(text);
    if (value == 0 || value > 1'000'000)
        throw std::invalid_argument("'" + text + "' is not from 1 to 1000000");
    return value;
}

double rate(const std::string& text) {
    const double value = NumberParser::parseFloat(text);
    if (value < 0)
        throw std::invalid_argument("'" + text + "' is negative");
    return value;
}

unsigned percent(const std::string& text) {
    const auto value = NumberParser::parseUnsigned(text);
    if (value > 100)
        throw std::invalid_argument("'" + text + "' is not from 0 to 100");
    return value;
}

void addSetting(Options& options, const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || text.find('.') > equals)
        throw std::invalid_argument("'" + text + "' is no SECTION.OPTION=VALUE");
    options.settings[text.substr(0, equals)] = text.substr(equals + 1);
}

template <class Value, class Parse> Take into(Value Options::*member, Parse parse) {
    return [member, parse](Options& options, const std::string& word) { options.*member = parse(word); };
}

Take also(std::vector<Address> Options::*member) {
    return [member](Options& options, const std::string& word) { (options.*member).push_back(addressOf(word)); };
}

Take flag(bool Options::*member) {
    return [member](Options& options, const std::string&) { options.*member = true; };
}

Take disturbance(const char* name) {
    return [name](Options& options, const std::string&) { options.disturbances.emplace_back(name); };
}

const std::vector<Entry>& entries() {
    static const std::vector<Entry> all{
        {"help", nullptr, "print this", flag(&Options::help)},
        {"start", nullptr, "start a redis-server and the proxies, with --proxy", flag(&Options::start)},
        {"proxy", "PATH", "the proxy's program, to be started", into(&Options::proxy, text)},
        {"redis-server", "PATH", "the redis-server to be started; default: the build's",
         into(&Options::redisServer, text)},
        {"instances", "N", "proxies to be started; default 1", into(&Options::instances, count)},
        {"set", "SECTION.OPTION=VALUE", "an option for the configuration of the proxies", addSetting},
        {"logs", nullptr, "print what the proxies wrote", flag(&Options::showLogs)},
        {"redis", "HOST:PORT", "the Redis behind the proxies; its keys nearcache-verify:* are written",
         into(&Options::redis, addressOf)},
        {"resp", "HOST:PORT", "a running proxy over RESP; may be repeated", also(&Options::resp)},
        {"http", "HOST:PORT", "the same proxy over HTTP, in the same order; may be left out", also(&Options::http)},
        {"duration", "SECONDS", "of each phase; default 10", into(&Options::duration, seconds)},
        {"keys", "N", "default 100", into(&Options::keys, count)},
        {"writes-per-second", "N", "in all; default 200", into(&Options::writesPerSecond, rate)},
        {"through-percent", "N", "of the writes that go through the proxies; default 25",
         into(&Options::throughPercent, percent)},
        {"reads-per-second", "N", "in all, 0 for as many as they can; default 5000",
         into(&Options::readsPerSecond, rate)},
        {"readers", "N", "connections over RESP to each proxy, beside one over HTTP; default 4",
         into(&Options::readers, count)},
        {"writers", "N", "of each kind: past the proxies, and through them; default 4", into(&Options::writers, count)},
        {"only-get", nullptr, "read by GET alone, and by no command that is passed through", flag(&Options::onlyGet)},
        {"no-plain", nullptr, "no phase without disturbances", flag(&Options::skipPlain)},
        {"kill-links", nullptr, "a phase in which Redis closes the proxies' links", disturbance("kill-links")},
        {"flush", nullptr, "a phase with FLUSHALL: destroys all data of that Redis", disturbance("flush")},
        {"restart", nullptr, "a phase in which Redis is killed and started (with --start)", disturbance("restart")},
        {"freeze", nullptr, "a phase in which Redis is stopped and goes on (with --start)", disturbance("freeze")},
        {"partition", nullptr, "a phase in which nothing passes between the proxies and Redis (with --start)",
         disturbance("partition")},
        {"every", "SECONDS", "between two disturbances, about; default 0.5", into(&Options::every, seconds)},
        {"away", "SECONDS", "how long Redis is frozen or cut off; default 1.5", into(&Options::away, seconds)},
        {"max-stale-ms", "MS", "fail if a read is staler", into(&Options::maxStaleMs, rate)},
        {"max-stale-percent", "PERCENT", "fail if more reads of a phase are stale",
         into(&Options::maxStalePercent, rate)},
        {"min-hit-percent", "PERCENT", "fail if fewer reads over HTTP were hits: what caches nothing is coherent",
         into(&Options::minHitPercent, rate)},
        {"all-commands", nullptr, "fail if the proxy refuses a command, instead of leaving it out",
         flag(&Options::allRoads)},
    };
    return all;
}

Poco::Util::OptionSet optionSet() {
    Poco::Util::OptionSet set;
    for (const auto& entry : entries()) {
        Poco::Util::Option option(entry.name, "", entry.description);
        option.required(false).repeatable(true);
        if (entry.argument != nullptr)
            option.argument(entry.argument);
        set.addOption(option);
    }
    return set;
}

void check(const Options& options) {
    if (options.help)
        return;
    if (options.start == options.redis.has_value())
        throw std::invalid_argument("either --start with --proxy, or --redis with --resp");
    if (options.start && options.proxy.empty())
        throw std::invalid_argument("--start needs --proxy");
    if (!options.start && options.resp.empty())
        throw std::invalid_argument("--redis needs --resp");
    if (!options.http.empty() && options.http.size() != options.resp.size())
        throw std::invalid_argument("as many --http as --resp, or none");
    if (options.keys < 4 * options.writers)
        throw std::invalid_argument("fewer than four --keys a writer");
    for (const auto& name : options.disturbances)
        if (!options.start && (name == "restart" || name == "freeze" || name == "partition"))
            throw std::invalid_argument("--" + name + " needs --start");
    if (options.skipPlain && options.disturbances.empty())
        throw std::invalid_argument("--no-plain leaves no phase");
}

} // namespace

Options parseOptions(int count, char** words) {
    Options options;
    const auto set = optionSet();
    Poco::Util::OptionProcessor processor(set);
    processor.setUnixStyle(true);
    for (int i = 1; i < count; ++i) {
        std::string name;
        std::string value;
        if (!processor.process(words[i], name, value))
            throw std::invalid_argument(std::string("'") + words[i] + "' is no option; see --help");
        for (const auto& entry : entries())
            if (!name.empty() && name == entry.name)
                entry.take(options, value);
    }
    processor.checkRequired();
    check(options);
    return options;
}

void printHelp() {
    const auto set = optionSet();
    Poco::Util::HelpFormatter formatter(set);
    formatter.setUnixStyle(true);
    formatter.setWidth(110);
    formatter.setCommand("nearcache-verify");
    formatter.setUsage(
        "--start --proxy PATH [OPTION…] | --redis HOST:PORT --resp HOST:PORT [--http HOST:PORT] [OPTION…]");
    formatter.setHeader(
        "Writes to Redis, past a near cache and through it, reads through it, and reports what was stale. "
        "Exit code: 0 if all is well, 1 if a read went back in time, missed a write acknowledged through "
        "the same proxy, or broke a limit given here, 2 if it could not be tried.");
    formatter.format(std::cout);
}

} // namespace nearcache::coherence
