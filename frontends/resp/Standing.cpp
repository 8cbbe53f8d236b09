#include "Standing.h"

#include <algorithm>
#include <cstring>

namespace nearcache::respfront {

namespace {

std::string_view copy(std::string_view text, std::pmr::memory_resource& memory) {
    auto* const kept = static_cast<char*>(memory.allocate(text.size() + 1, 1));
    if (!text.empty())
        std::memcpy(kept, text.data(), text.size());
    return {kept, text.size()};
}

Words copy(const std::vector<std::string>& keys, std::pmr::memory_resource& memory) {
    auto* const kept = std::pmr::polymorphic_allocator<>(&memory).allocate_object<std::string_view>(keys.size());
    std::transform(keys.begin(), keys.end(), kept, [&](const std::string& key) { return copy(key, memory); });
    return {kept, keys.size()};
}

} // namespace

bool Standing::holds() const {
    return _inTransaction || _watching || _monitoring || _stuck || _place.otherUser || _place.database != _home ||
           isSubscribed();
}

bool Standing::isSubscribed() const {
    return _details != nullptr && std::any_of(std::begin(_details->names), std::end(_details->names),
                                              [](const Names& names) { return !names.empty(); });
}

std::size_t Standing::subscriptions(Family family) const {
    return _details == nullptr ? 0 : _details->names[static_cast<std::size_t>(family)].size();
}

void Standing::watch(Words keys) {
    _watching = true;
    addKeys(keys);
}

/// What was watched is still known as touched, which does no harm.
void Standing::unwatch() {
    _watching = false;
}

void Standing::beginTransaction() {
    if (!_watching)
        forgetTransaction();
    _inTransaction = true;
}

void Standing::queue(const Effect& effect) {
    Details& all = details();
    addKeys(effect.keys);
    all.scope = std::max(all.scope, effect.scope);
    all.writes = all.writes || effect.writes;
}

void Standing::queueSticky() {
    details().sticks = true;
}

void Standing::queueStream() {
    details().sticks = details().streams = true;
}

void Standing::spoil() {
    details().spoilt = true;
}

bool Standing::isSpoilt() const {
    return _details != nullptr && _details->spoilt;
}

Effect Standing::execute(std::pmr::memory_resource& memory) {
    Effect effect;
    if (_details != nullptr) {
        effect = {copy(_details->keys, memory), _details->scope, _details->writes, false};
        _stuck = _stuck || _details->sticks;
        _streaming = _streaming || _details->streams;
    }
    discard();
    return effect;
}

void Standing::discard() {
    _inTransaction = _watching = false;
    forgetTransaction();
}

void Standing::subscribe(Family family, Words names, bool streams) {
    Names& known = details().names[static_cast<std::size_t>(family)];
    for (const std::string_view name : names) {
        const bool fits = known.size() < maxNames && details().nameBytes + name.size() <= maxNameBytes;
        if (fits && known.emplace(name).second)
            details().nameBytes += name.size();
        _stuck = _stuck || !fits;
    }
    _streaming = _streaming || streams;
}

void Standing::unsubscribe(Family family, Words names) {
    if (_details == nullptr)
        return;
    Names& known = _details->names[static_cast<std::size_t>(family)];
    const auto forget = [&](Names::iterator name) {
        _details->nameBytes -= name->size();
        return known.erase(name);
    };
    for (auto name = names.empty() ? known.begin() : known.end(); name != known.end();)
        name = forget(name);
    for (const std::string_view name : names) {
        if (const auto found = known.find(name); found != known.end())
            forget(found);
    }
}

void Standing::monitor() {
    _monitoring = _streaming = true;
}

void Standing::forget() {
    *this = Standing(_home);
}

void Standing::route(Request& request, bool own) {
    const bool held = holds();
    if (!held && !_road && !own)
        return;
    request.road = Request::Road::Own;
    request.release = !held;
    if (_streaming)
        request.expect = Request::Expect::Stream;
    request.waits = request.waits && !_streaming && !_inTransaction;
    _road = held;
    if (!held) {
        _streaming = false;
        _details.reset();
    }
}

Standing::Details& Standing::details() {
    if (_details == nullptr)
        _details = std::make_unique<Details>();
    return *_details;
}

void Standing::addKeys(Words keys) {
    Details& all = details();
    for (const std::string_view key : keys) {
        if (all.keys.size() >= maxKeys || all.keyBytes + key.size() > maxKeyBytes) {
            all.scope = std::max(all.scope, Request::Scope::Some);
            return;
        }
        all.keyBytes += key.size();
        all.keys.emplace_back(key);
    }
}

void Standing::forgetTransaction() {
    if (_details == nullptr)
        return;
    _details->keys = {};
    _details->keyBytes = 0;
    _details->scope = Request::Scope::Keys;
    _details->writes = _details->sticks = _details->streams = _details->spoilt = false;
}

} // namespace nearcache::respfront
