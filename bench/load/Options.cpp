#include "Options.h"

#include <charconv>
#include <functional>
#include <map>
#include <stdexcept>
#include <string_view>

namespace nearcache::bench {

namespace {

using Setter = std::function<void(Options&, std::string_view)>;

template <class Number> Number number(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < Number{})
        throw std::runtime_error("'" + std::string(text) + "' is no such number");
    return value;
}

template <class Number> Setter set(Number Options::*member) {
    return [member](Options& options, std::string_view text) { options.*member = number<Number>(text); };
}

template <class Enum> Setter choose(Enum Options::*member, std::map<std::string_view, Enum> names) {
    return [member, names = std::move(names)](Options& options, std::string_view text) {
        const auto found = names.find(text);
        if (found == names.end())
            throw std::runtime_error("'" + std::string(text) + "' is no choice");
        options.*member = found->second;
    };
}

void setSize(Options& options, std::string_view text) {
    const auto dash = text.find('-');
    options.smallest = number<std::uint32_t>(text.substr(0, dash));
    options.largest = dash == std::string_view::npos ? options.smallest : number<std::uint32_t>(text.substr(dash + 1));
}

void setWatch(Options& options, std::string_view text) {
    for (;;) {
        const auto comma = text.find(',');
        options.watch.push_back(number<int>(text.substr(0, comma)));
        if (comma == std::string_view::npos)
            return;
        text.remove_prefix(comma + 1);
    }
}

const std::map<std::string_view, Setter>& setters() {
    static const std::map<std::string_view, Setter> all{
        {"--address", [](Options& options, std::string_view text) { options.address = text; }},
        {"--protocol",
         choose(&Options::protocol,
                {{"resp", Protocol::Resp}, {"memcached", Protocol::Memcached}, {"http", Protocol::Http}})},
        {"--command",
         choose(
             &Options::command,
             {{"get", Command::Get}, {"set", Command::Set}, {"absent", Command::Absent}, {"lrange", Command::Range}})},
        {"--connections", set(&Options::connections)},
        {"--idle", set(&Options::idle)},
        {"--depth", set(&Options::depth)},
        {"--threads", set(&Options::threads)},
        {"--warm-up", set(&Options::warmUp)},
        {"--seconds", set(&Options::seconds)},
        {"--requests", set(&Options::requests)},
        {"--rate", set(&Options::rate)},
        {"--keys", set(&Options::keys)},
        {"--first-key", set(&Options::firstKey)},
        {"--order",
         choose(&Options::order, {{"uniform", Order::Uniform}, {"sequence", Order::Sequence}, {"zipf", Order::Zipf}})},
        {"--skew", set(&Options::skew)},
        {"--writes", set(&Options::writes)},
        {"--size", setSize},
        {"--check", choose(&Options::check, {{"full", Check::Full}, {"size", Check::Size}})},
        {"--seed", set(&Options::seed)},
        {"--watch", setWatch},
    };
    return all;
}

void checkOptions(const Options& options) {
    const auto require = [](bool holds, const char* what) {
        if (!holds)
            throw std::runtime_error(what);
    };
    require(!options.address.empty(), "--address must be given");
    require(options.connections > 0 && options.depth > 0 && options.keys > 0,
            "connections, depth and keys: at least 1");
    require(options.threads > 0 && options.threads <= options.connections, "threads: 1 to the number of connections");
    require(options.smallest > 0 && options.smallest <= options.largest, "--size: N or SMALLEST-LARGEST");
    require(options.writes <= 1, "--writes: a share");
    require(options.skew > 0 && options.skew < 1, "--skew: between 0 and 1");
    require(options.protocol == Protocol::Resp || (options.command != Command::Range && options.writes == 0),
            "LRANGE and --writes are for RESP");
    require(options.protocol != Protocol::Http || options.command != Command::Set, "no SET over HTTP");
}

} // namespace

Options readOptions(int count, char** arguments) {
    Options options;
    for (int i = 1; i < count; i += 2) {
        const std::string name = arguments[i];
        const auto found = setters().find(name);
        if (found == setters().end() || i + 1 == count)
            throw std::runtime_error(name + (i + 1 == count ? " needs a value" : " is no option"));
        try {
            found->second(options, arguments[i + 1]);
        } catch (const std::runtime_error& error) {
            throw std::runtime_error(name + ": " + error.what());
        }
    }
    checkOptions(options);
    return options;
}

const char* usage() {
    return "load --address HOST:PORT|PATH [--protocol resp|memcached|http] [--command get|set|absent|lrange]\n"
           "     [--connections 50] [--depth 1] [--threads 1] [--idle 0] [--rate R] [--seconds 3] [--warm-up 0.5]\n"
           "     [--requests N] [--keys 1] [--order uniform|sequence|zipf] [--first-key 0] [--skew 0.99] [--writes 0]\n"
           "     [--size 64|64-4096] [--check full|size] [--seed 1] [--watch PID,PID]\n";
}

} // namespace nearcache::bench
