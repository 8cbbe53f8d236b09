#include "pipeline/OwnOrder.h"

#include <algorithm>

namespace nearcache {

namespace {

/// Whether a command has to do with what a GET asks for.
bool concerns(const Operation& command, const Operation& reader) {
    return command.scope != Request::Scope::Keys || haveCommonKey(command, reader);
}

/// Whether a command goes to Redis behind this one: what has a slot was sent, and who waits for one comes first.
bool goesBehind(const Operation& later, const Operation& earlier) {
    using State = Operation::State;
    return earlier.state == State::UnderWay || (earlier.state == State::Waiting && later.takesSlot());
}

/// Whether a command may be sent right behind this one: by the same link, so that Redis keeps the order.
bool mayFollow(const Operation& later, const Operation& earlier) {
    return goesBehind(later, earlier) && later.road == earlier.road && !earlier.waits && !earlier.release &&
           (later.own() || later.protocol == earlier.protocol);
}

} // namespace

bool hasKey(const Operation& operation, std::uint64_t hash) {
    return std::any_of(operation.keys.begin(), operation.keys.end(),
                       [hash](const Key& key) { return key.hash == hash; });
}

bool haveCommonKey(const Operation& a, const Operation& b) {
    return std::any_of(a.keys.begin(), a.keys.end(), [&b](const Key& key) { return hasKey(b, key.hash); });
}

bool mustWait(const Operation& later, const Operation& earlier) {
    using Action = Request::Action;
    if (later.own() && earlier.release)
        return true; // the road is given back when that is written
    if (earlier.finished() || later.action == Action::Answer || earlier.action == Action::Answer)
        return false;
    if (later.action == Action::Forward && earlier.action == Action::Forward)
        return !mayFollow(later, earlier);
    if (later.own() || earlier.own())
        return true;
    if (later.reads() && earlier.reads())
        return (later.many() || earlier.many()) && haveCommonKey(later, earlier);
    return concerns(later.reads() ? earlier : later, later.reads() ? later : earlier);
}

} // namespace nearcache
