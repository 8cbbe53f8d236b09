#include "SessionState.h"

#include <utility>

namespace nearcache::respfront {

namespace {

constexpr std::string_view defaultUser = "default";

} // namespace

SessionState::SessionState(const Client& client, unsigned database, bool trusted)
    : id(client.id), standing(database), _note(client.note), _trusted(trusted) {
    publish();
}

void SessionState::setName(std::string_view name) {
    identity().name = name;
    _changed = true;
}

void SessionState::setLibrary(bool isName, std::string_view value) {
    (isName ? identity().libraryName : identity().libraryVersion) = value;
    _changed = true;
}

std::string_view SessionState::user() const {
    return _identity && !_identity->user.empty() ? std::string_view(_identity->user) : defaultUser;
}

void SessionState::setUser(std::string_view user) {
    if (user == this->user())
        return;
    identity().user = user;
    _changed = true;
}

bool SessionState::takeSilence() {
    return std::exchange(_skip, false) || _mute;
}

std::uint32_t SessionState::beginAttempt() {
    const std::uint32_t number = _attempt ? (_attempt->number + 1) % attemptNumbers : 0;
    _attempt = std::make_unique<Attempt>(Attempt{number, standing.place(), _protocol, std::string(user())});
    return number;
}

void SessionState::takeBack(std::uint32_t attempt) {
    if (!_attempt || _attempt->number != attempt)
        return;
    standing.goBack(_attempt->place);
    _protocol = _attempt->protocol;
    setUser(_attempt->user);
    publish();
}

void SessionState::reset(bool trusted) {
    if (_attempt)
        (void)beginAttempt(); // whatever is under way concerns the client as it was
    standing.forget();
    if (_identity)
        _identity->name = _identity->user = {};
    _protocol = 2;
    _trusted = trusted;
    _mute = _skip = false;
    _changed = true;
}

void SessionState::publish() {
    if (_note == nullptr)
        return;
    const Visible now = visible();
    if (!_changed && _published && *_published == now)
        return;
    if (!_published)
        _published = std::make_unique<Visible>();
    *_published = now;
    _changed = false;
    _note->set(describe());
}

SessionState::Identity& SessionState::identity() {
    if (!_identity)
        _identity = std::make_unique<Identity>();
    return *_identity;
}

SessionState::Visible SessionState::visible() const {
    using Family = Standing::Family;
    return {standing.place().database,
            standing.subscriptions(Family::Channels),
            standing.subscriptions(Family::Patterns),
            standing.subscriptions(Family::Shards),
            standing.isMonitoring() ? 1U : 0U,
            _protocol};
}

/// In the words of Redis's CLIENT LIST.
std::string SessionState::describe() const {
    static const Identity nobody;
    const Identity& who = _identity ? *_identity : nobody;
    const Visible now = visible();
    const char* const flags = standing.isMonitoring() ? "O" : standing.isSubscribed() ? "P" : "N";
    // Client libraries read these as numbers. A connection here has no buffers while it is idle; those at work are its
    // worker's.
    constexpr const char* buffers = " multi=-1 qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 obl=0 oll=0 omem=0 tot-mem=0";
    return "name=" + who.name + " flags=" + flags + " db=" + std::to_string(now[0]) + " sub=" + std::to_string(now[1]) +
           " psub=" + std::to_string(now[2]) + " ssub=" + std::to_string(now[3]) + buffers +
           " user=" + std::string(user()) + " resp=" + std::to_string(_protocol) + " lib-name=" + who.libraryName +
           " lib-ver=" + who.libraryVersion;
}

} // namespace nearcache::respfront
