#include "coherence/verify/Clients.h"

#include "coherence/verify/HttpReader.h"
#include "coherence/verify/RespReader.h"
#include "coherence/verify/Writer.h"

#include <stdexcept>

namespace nearcache::coherence {

namespace {

constexpr std::chrono::seconds timeout{5};

/// A road is tried on a connection of its own: a refusal may leave one in the middle of a transaction.
std::optional<std::string> refusal(const Address& proxy, const ReadRoad& road) {
    const std::vector<std::string> names(road.keys(), "nearcache-verify:probe");
    Connection connection(proxy, 2, timeout);
    connection.ensure();
    road.ask(connection, names);
    const auto result = road.take(connection, names);
    const auto* error = std::get_if<std::string>(&result);
    return error == nullptr ? std::nullopt : std::optional(*error);
}

std::optional<std::string> refusal(const Address& proxy, const WriteRoad& road) {
    Connection connection(proxy, 2, timeout);
    connection.ensure();
    return road.execute(connection, "nearcache-verify:probed", "x");
}

template <class Road> std::vector<Road> accepted(const Options& options, const Address& proxy, std::ostream& notes) {
    std::vector<Road> out;
    for (const auto& road : Road::all()) {
        const auto why = refusal(proxy, road);
        if (!why) {
            out.push_back(road);
            continue;
        }
        if (options.allRoads)
            throw std::runtime_error(std::string("the proxy refuses ") + road.name() + ": " + *why);
        notes << "left out, as the proxy refuses it: " << road.name() << ": " << why->substr(0, why->find(',')) << '\n';
    }
    if (out.empty())
        throw std::runtime_error("the proxy refuses every command");
    return out;
}

void speaksResp3(const Options& options, const Address& proxy, std::ostream& notes) {
    Connection connection(proxy, 3, timeout);
    connection.ensure();
    if (connection.protocol() == 3)
        return;
    if (options.allRoads)
        throw std::runtime_error("the proxy refuses HELLO 3");
    notes << "left out, as the proxy refuses it: HELLO 3\n";
}

using Clients = std::vector<std::unique_ptr<Client>>;

void addReaders(Clients& out, const Options& options, const Stage& stage, const Keys& keys,
                const std::vector<ReadRoad>& roads) {
    const auto proxies = stage.resp().size();
    const auto all = proxies * options.readers + stage.http().size();
    const std::vector get{
        ReadRoad(ReadRoad::Kind::Get)}; // a reader that passes on nothing is held up less without Redis
    const double each = options.readsPerSecond / static_cast<double>(all);
    for (std::size_t proxy = 0; proxy < proxies; ++proxy) {
        const auto instance = static_cast<int>(proxy);
        const auto place = " of proxy " + std::to_string(proxy);
        for (std::size_t i = 0; i < options.readers; ++i)
            out.push_back(std::make_unique<RespReader>(RespReader::Settings{"reader " + std::to_string(i) + place,
                                                                            stage.resp()[proxy], instance,
                                                                            i % 2 == 0 ? 2 : 3, each, timeout, roads},
                                                       keys));
        if (!stage.http().empty())
            out.push_back(std::make_unique<HttpReader>(
                HttpReader::Settings{"reader" + place, stage.http()[proxy], instance, each, timeout}, keys));
    }
}

/// `count` writers that share the rate.
void addWriters(Clients& out, Writer::Settings settings, std::size_t count, double rate, Keys& keys, Gate& gate) {
    settings.writesPerSecond = rate / static_cast<double>(count);
    for (; settings.number < count; ++settings.number)
        out.push_back(std::make_unique<Writer>(settings, keys, gate));
}

void addWriters(Clients& out, const Options& options, const Stage& stage, Keys& keys, Gate& gate, std::ostream& notes) {
    Writer::Settings settings{stage.redis(), stage.resp(), false, 0, 0, timeout, {}};
    const double through = options.writesPerSecond * options.throughPercent / 100;
    if (options.throughPercent < 100)
        addWriters(out, settings, options.writers, options.writesPerSecond - through, keys, gate);
    if (options.throughPercent == 0)
        return;
    settings.through = true;
    settings.roads = accepted<WriteRoad>(options, stage.resp().at(0), notes);
    addWriters(out, settings, options.writers, through, keys, gate);
}

} // namespace

Clients makeClients(const Options& options, const Stage& stage, Keys& keys, Gate& gate, std::ostream& notes) {
    const auto& proxy = stage.resp().at(0);
    const auto readRoads =
        options.onlyGet ? std::vector{ReadRoad(ReadRoad::Kind::Get)} : accepted<ReadRoad>(options, proxy, notes);
    speaksResp3(options, proxy, notes);
    Clients out;
    addReaders(out, options, stage, keys, readRoads);

    addWriters(out, options, stage, keys, gate, notes);
    return out;
}

} // namespace nearcache::coherence
