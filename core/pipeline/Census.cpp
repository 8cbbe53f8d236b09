#include "pipeline/Census.h"

#include <algorithm>
#include <utility>

namespace nearcache {

namespace {

bool isCommand(const Operation& operation) {
    return operation.action == Request::Action::Forward;
}

/// Of all others, a command waits for GETs of its keys only, and a GET for commands of its own.
bool isSpecial(const Operation& operation) {
    return operation.many() || operation.own() || operation.release || operation.waits ||
           operation.scope != Request::Scope::Keys || operation.expect != Request::Expect::Reply;
}

} // namespace

Census::~Census() {
    if (_keys != nullptr)
        giveBack();
}

void Census::giveBack() {
    _reserve.giveBack(*std::exchange(_keys, nullptr));
}

void Census::count(const Operation& operation, std::size_t step) {
    _all += step;
    if (isCommand(operation)) {
        _commands += step;
        _resp3 += operation.protocol == 3 ? step : 0;
    }
    if (!isSpecial(operation))
        return;
    _special += step;
    _owned += operation.own() ? step : 0;
    _waiting += operation.waits ? step : 0;
}

KeyCounts& Census::keysLike(const Operation& operation) const {
    return isCommand(operation) ? _keys->commanded : _keys->read;
}

void Census::add(const Operation& operation) {
    if (_keys == nullptr)
        _keys = &_reserve.take();
    count(operation, 1);
    auto& counts = keysLike(operation);
    for (const Key& key : operation.keys)
        counts.add(key.hash);
}

void Census::remove(const Operation& operation) {
    count(operation, std::size_t{0} - 1);
    auto& counts = keysLike(operation);
    for (const Key& key : operation.keys)
        counts.remove(key.hash);
    if (_all > 0)
        return;
    _keys->read.clear();
    _keys->commanded.clear();
    giveBack();
}

bool Census::waitsForNone(const Operation& operation) const {
    if (!uniform())
        return false;
    if (_commands == (isCommand(operation) ? _all : 0))
        return true;
    const KeyCounts& others = isCommand(operation) ? _keys->read : _keys->commanded;
    return std::all_of(operation.keys.begin(), operation.keys.end(),
                       [&others](const Key& key) { return others.atMost(key.hash) == 0; });
}

bool Census::isAlone(std::uint64_t hash, bool counted) const {
    return _keys == nullptr || (_special == 0 && (_commands == 0 || _keys->commanded.atMost(hash) == 0) &&
                                _keys->read.atMost(hash) == (counted ? 1U : 0U));
}

} // namespace nearcache
