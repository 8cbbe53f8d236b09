#include "coherence/verify/Viewer.h"

namespace nearcache::coherence {

namespace {

std::string described(const Sighting& sighting) {
    switch (sighting.kind) {
    case Sighting::Kind::Value: return "state " + std::to_string(sighting.index);
    case Sighting::Kind::Absent: return "nothing";
    case Sighting::Kind::Length: return "a length of " + std::to_string(sighting.length);
    }
    return {};
}

std::string reproach(const Judgement& judgement, Index before) {
    if (judgement.unknown)
        return ", which it never was";
    std::string out;
    if (judgement.backward)
        out += ", but had shown state " + std::to_string(before);
    if (judgement.ownMissed)
        out += ", but a later state had been written through this proxy";
    return out;
}

double milliseconds(Clock::duration time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

} // namespace

Viewer::Viewer(std::string name, int instance, std::size_t slots)
    : _name(std::move(name)), _instance(instance), _seen(slots) {}

void Viewer::note(const Target& target, Sighting sighting, const std::string& road, Tally& tally) {
    auto& seen = _seen.at(target.slot);
    if (seen.history != target.history)
        seen = {target.history, 0};
    sighting.instance = _instance;
    const auto before = seen.index;
    const auto judgement = target.history->judge(sighting, seen.index);
    if (judgement.ignored)
        return;
    ++tally.reads;
    if (judgement.stale)
        tally.stale.push_back(milliseconds(*judgement.stale));
    tally.backward += judgement.backward ? 1 : 0;
    tally.ownMissed += judgement.ownMissed ? 1 : 0;
    tally.wrong += judgement.unknown ? 1 : 0;
    if (judgement.backward || judgement.ownMissed || judgement.unknown)
        tally.addViolation(_name + " by " + road + ": " + target.history->key() + " shows " + described(sighting) +
                           reproach(judgement, before));
}

void Viewer::noteGarbage(const Target& target, const std::string& road, Tally& tally) const {
    ++tally.reads;
    ++tally.wrong;
    tally.addViolation(_name + " by " + road + ": " + target.history->key() + " shows what is no value of it");
}

void Viewer::noteReply(const ReadRoad& road, const ReadRoad::Result& result, const std::vector<Target>& targets,
                       Time sent, Time received, Tally& tally) {
    if (const auto* error = std::get_if<std::string>(&result)) {
        ++tally.unavailable;
        tally.addError(*error);
        return;
    }
    const auto& shown = std::get<std::vector<ReadRoad::Shown>>(result);
    for (std::size_t i = 0; i < shown.size(); ++i) {
        if (!shown[i]) {
            noteGarbage(targets[i], road.name(), tally);
            continue;
        }
        auto sighting = *shown[i];
        sighting.sent = sent;
        sighting.received = received;
        note(targets[i], sighting, road.name(), tally);
    }
}

} // namespace nearcache::coherence
