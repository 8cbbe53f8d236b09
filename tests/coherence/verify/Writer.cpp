#include "coherence/verify/Writer.h"

#include "coherence/verify/Pace.h"

namespace nearcache::coherence {

namespace {

/// Longer than Redis is ever frozen: a direct write waits it out.
constexpr std::chrono::minutes directTimeout{1};

} // namespace

Writer::Through::Through(const Settings& settings, std::size_t instance, std::size_t slots)
    : own(settings.proxies[instance], 2, settings.timeout), told(settings.proxies[instance], 3, settings.timeout),
      ownViewer("writer " + std::to_string(settings.number), static_cast<int>(instance), slots),
      toldViewer("told by writer " + std::to_string(settings.number), static_cast<int>(instance), slots) {}

Writer::Writer(const Settings& settings, Keys& keys, Gate& gate)
    : _settings(settings), _keys(keys), _gate(gate), _redis(settings.redis, 2, directTimeout),
      _random(std::random_device()()) {
    for (std::size_t i = 0; settings.through && i < settings.proxies.size(); ++i)
        _proxies.push_back(std::make_unique<Through>(settings, i, keys.size()));
}

Tally Writer::run(const std::atomic<bool>& stop) {
    Tally tally;
    Pace pace(_settings.writesPerSecond);
    while (!stop) {
        pace.wait();
        if (_settings.through)
            writeThrough(tally);
        else
            writeDirectly(tally);
    }
    return tally;
}

/// Deletions are rare: a key that is absent tells readers less.
const WriteRoad& Writer::choose(const std::vector<WriteRoad>& roads) {
    const auto& chosen = roads[_random() % roads.size()];
    return chosen.deletes() && _random() % 4 != 0 ? roads.front() : chosen;
}

/// One that no other writer is busy with: there are more slots than writers.
std::pair<std::size_t, std::unique_lock<std::mutex>> Writer::anySlot() {
    for (;;) {
        const auto slot = _random() % _keys.size();
        if (auto hold = _keys.tryHold(slot))
            return {slot, std::move(hold)};
    }
}

void Writer::writeDirectly(Tally& tally) {
    const Gate::Pass pass(_gate);
    const auto [slot, hold] = anySlot();
    if (write(slot, _redis, History::direct, choose(_directRoads), tally))
        ++tally.directWrites;
}

void Writer::writeThrough(Tally& tally) {
    const Gate::Pass pass(_gate);
    const auto [slot, hold] = anySlot();
    const auto instance = _random() % _proxies.size();
    auto& proxy = *_proxies[instance];
    if (!write(slot, proxy.own, static_cast<int>(instance), choose(_settings.roads), tally))
        return;
    ++tally.ownWrites;
    readBack(slot, proxy.own, proxy.ownViewer, tally);
    readBack(slot, proxy.told, proxy.toldViewer, tally);
}

bool Writer::write(std::size_t slot, Connection& connection, int instance, const WriteRoad& road, Tally& tally) {
    const auto history = _keys.at(slot);
    std::optional<std::string> trouble;
    bool sent = false;
    try {
        connection.ensure();
        sent = true;
        const auto index = history->begin(road.deletes(), instance);
        trouble = road.execute(connection, history->key(), valueOf(history->key(), index));
        if (!trouble) {
            history->acknowledge(index);
            return true;
        }
    } catch (const ConnectionLost& lost) {
        trouble = lost.what();
    }
    ++tally.unavailable;
    tally.addError(*trouble);
    if (sent) {
        ++tally.doubtful;
        _keys.replace(slot);
    }
    return false;
}

void Writer::readBack(std::size_t slot, Connection& connection, Viewer& viewer, Tally& tally) {
    const Target target{slot, _keys.at(slot)};
    const ReadRoad road(ReadRoad::Kind::Get);
    const std::vector<std::string> names{target.history->key()};
    try {
        connection.ensure();
        const auto sent = Clock::now();
        road.ask(connection, names);
        const auto result = road.take(connection, names);
        viewer.noteReply(road, result, {target}, sent, Clock::now(), tally);
    } catch (const ConnectionLost& lost) {
        ++tally.unavailable;
        tally.addError(lost.what());
    }
}

} // namespace nearcache::coherence
