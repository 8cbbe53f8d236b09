#include "coherence/verify/RespReader.h"

namespace nearcache::coherence {

namespace {

constexpr int longestPipeline = 6;

} // namespace

RespReader::RespReader(const Settings& settings, const Keys& keys)
    : _settings(settings), _keys(keys), _connection(settings.address, settings.protocol, settings.timeout),
      _viewer(settings.name, settings.instance, keys.size()), _random(std::random_device()()) {}

Tally RespReader::run(const std::atomic<bool>& stop) {
    Tally tally;
    Pace pace(_settings.readsPerSecond / ((1 + longestPipeline) / 2.0));
    while (!stop) {
        pace.wait();
        try {
            ask(questions(), tally);
        } catch (const ConnectionLost& lost) {
            ++tally.unavailable;
            tally.addError(lost.what());
        }
    }
    return tally;
}

std::vector<RespReader::Question> RespReader::questions() {
    std::vector<Question> out;
    auto slot = _random() % _keys.size();
    for (auto left = 1 + _random() % longestPipeline; left > 0; --left) {
        out.push_back(question(slot));
        if (_random() % 3 == 0)
            slot = _random() % _keys.size();
    }
    return out;
}

RespReader::Question RespReader::question(std::size_t slot) {
    const auto& roads = _settings.roads;
    Question out{_random() % 2 == 0 ? roads.front() : roads[_random() % roads.size()], {}, {}};
    for (auto left = 1 + _random() % out.road.keys(); left > 0; --left) {
        out.targets.push_back({slot, _keys.at(slot)});
        out.names.push_back(out.targets.back().history->key());
        slot = _random() % _keys.size();
    }
    return out;
}

void RespReader::ask(const std::vector<Question>& questions, Tally& tally) {
    _connection.ensure();
    for (const auto& question : questions)
        question.road.ask(_connection, question.names);
    const auto sent = Clock::now();
    for (const auto& question : questions)
        take(question, sent, tally);
}

void RespReader::take(const Question& question, Time sent, Tally& tally) {
    const auto result = question.road.take(_connection, question.names);
    _viewer.noteReply(question.road, result, question.targets, sent, Clock::now(), tally);
}

} // namespace nearcache::coherence
