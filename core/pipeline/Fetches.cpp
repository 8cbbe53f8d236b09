#include "pipeline/Fetches.h"

#include "cache/KeyHash.h"
#include "pipeline/Operations.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace nearcache {

class Fetches::Fetch final : public PendingGet {
  public:
    Fetch(Fetches& owner, const Key& key, FetchLink& road, bool oneOfMany)
        : number(++owner._lastNumber), hash(key.hash), many(oneOfMany), link(road), _owner(owner), _key(key.name) {}

    [[nodiscard]] const std::string& key() const override { return _key; }

    void onSend() override {
        sent = true;
        token = _owner._store.token(hash);
        sentAt = _owner._loop.now();
    }

    void onOutcome(Outcome outcome) override { _owner.finished(*this, outcome); }

    /// What it will bring is no older than a request made now, and tells as much as that needs.
    [[nodiscard]] bool joinable(const Waiter& waiter) const {
        return (waiter.many || !many) && (!sent || _owner._store.valid(hash, token));
    }

    const std::uint64_t number; ///< of those made later it is greater
    const std::uint64_t hash;
    const bool many; ///< by a request for many, which tells a key of another type from none as little as Redis does
    FetchLink& link;
    std::vector<Waiter> waiters; ///< the first one is whom it was begun for
    Store::Token token{};        ///< once sent
    Time sentAt{};               ///< once sent
    bool sent = false;
    bool holdsSlot = false;
    std::uint64_t ticket = 0; ///< of its place in line for a slot

  private:
    Fetches& _owner;
    const std::string _key;
};

std::size_t Fetches::Hash::operator()(const std::string& key) const {
    return hashKey(key);
}

Fetches::Fetches(Loop& loop, Store& store, Gate& gate, GateWaiter& waiter)
    : _loop(loop), _store(store), _gate(gate), _waiter(waiter) {}

Fetches::~Fetches() = default;

void Fetches::fetch(const Key& key, FetchLink& link, const Waiter& waiter) {
    if (!join(key, waiter) && !answerFromStore(key, waiter))
        begin(make(key, link, waiter));
}

void Fetches::fetchMany(const std::vector<Item>& items, FetchLink& link, Operation& operation, Operations& origin) {
    std::vector<std::shared_ptr<PendingGet>> begun;
    for (const auto& [key, part] : items) {
        const Waiter waiter{&operation, &origin, part, true};
        if (!join(key, waiter) && !answerFromStore(key, waiter))
            begun.push_back(make(key, link, waiter));
    }
    if (!begun.empty())
        link.getMany(begun);
}

/// The newest of the key: who joined an older one might be told less than a request of the same connection before it.
bool Fetches::join(const Key& key, const Waiter& waiter) {
    const auto [begin, end] = _fetches.equal_range(key.name);
    const auto newest =
        std::max_element(begin, end, [](const auto& a, const auto& b) { return a.second->number < b.second->number; });
    if (newest == end || !newest->second->joinable(waiter))
        return false;
    newest->second->waiters.push_back(waiter);
    return true;
}

/// While the request was on its way here from another worker, a fetch of its key may have been done.
bool Fetches::answerFromStore(const Key& key, const Waiter& waiter) {
    if (&waiter.origin->loop() == &_loop)
        return false;
    Lookup lookup{.key = key.name, .hash = key.hash};
    _store.peek(lookup, _value, _loop.now());
    if (!lookup.found)
        return false;
    Outcome outcome;
    outcome.kind = Reply::Kind::Value;
    outcome.entry = lookup.entry ? std::move(lookup.entry) : Entry::make(key.name, lookup.value);
    report(waiter, outcome, Reply::Source::Collapsed, lookup.remaining, false);
    return true;
}

Fetches::FetchRef Fetches::make(const Key& key, FetchLink& link, const Waiter& waiter) {
    auto fetch = std::make_shared<Fetch>(*this, key, link, waiter.many);
    fetch->waiters.push_back(waiter);
    _fetches.emplace(key.name, fetch);
    return fetch;
}

void Fetches::begin(const FetchRef& fetch) {
    if (_gate.sequential()) { // its request holds the slot already
        fetch->link.get(fetch);
        return;
    }
    fetch->ticket = _gate.enter(_waiter);
    if (fetch->ticket != 0) {
        _waiting.emplace(fetch->ticket, fetch);
        return;
    }
    fetch->holdsSlot = true;
    fetch->link.get(fetch);
}

bool Fetches::onSlotGranted(std::uint64_t ticket) {
    auto granted = _waiting.extract(ticket);
    if (granted.empty())
        return false;
    const FetchRef fetch = std::move(granted.mapped());
    fetch->ticket = 0;
    fetch->holdsSlot = true;
    fetch->link.get(fetch);
    return true;
}

void Fetches::finished(Fetch& fetch, const Outcome& outcome) {
    const auto lives = store(fetch, outcome);
    const auto waiters = std::move(fetch.waiters);
    bool slot = std::exchange(fetch.holdsSlot, false);
    if (waiters.empty() && slot)
        _gate.leave();
    forget(fetch);
    auto source = Reply::Source::Fetched;
    for (const auto& waiter : waiters) {
        report(waiter, outcome, source, lives, std::exchange(slot, false));
        source = Reply::Source::Collapsed;
    }
}

/// Its time in Redis is counted from the sending on, so that it ends here no later than there.
std::optional<Milliseconds> Fetches::store(const Fetch& fetch, const Outcome& outcome) {
    if (outcome.kind != Reply::Kind::Value || !outcome.storable)
        return std::nullopt;
    const auto endsAt = outcome.expiresIn ? fetch.sentAt + *outcome.expiresIn : Time::max();
    return _store.fill({.key = outcome.entry->key(),
                        .hash = fetch.hash,
                        .value = outcome.entry->value(),
                        .entry = outcome.entry,
                        .token = fetch.token,
                        .keyEndsAt = endsAt},
                       _loop.now());
}

void Fetches::report(const Waiter& waiter, const Outcome& outcome, Reply::Source source,
                     std::optional<Milliseconds> lives, bool slot) {
    if (&waiter.origin->loop() == &_loop) {
        waiter.origin->onOutcome(*waiter.operation, waiter.part, outcome, source, lives, slot);
        return;
    }
    waiter.origin->loop().post([waiter, outcome, source, lives, slot] {
        waiter.origin->onOutcome(*waiter.operation, waiter.part, outcome, source, lives, slot);
    });
}

void Fetches::withdraw(const std::vector<Key>& keys, Operation& operation, Operations& origin) {
    std::uint32_t reports = 0;
    for (const auto& key : keys)
        reports += withdrawFrom(key.name, operation);
    if (reports == 0)
        return;
    if (&origin.loop() == &_loop)
        origin.onWithdrawn(operation, reports);
    else
        origin.loop().post([&operation, &origin, reports] { origin.onWithdrawn(operation, reports); });
}

std::uint32_t Fetches::withdrawFrom(const std::string& key, const Operation& operation) {
    const auto [begin, end] = _fetches.equal_range(key);
    std::vector<FetchRef> fetches;
    std::transform(begin, end, std::back_inserter(fetches), [](const auto& entry) { return entry.second; });
    std::uint32_t reports = 0;
    for (const auto& fetch : fetches) {
        const auto gone = std::erase_if(fetch->waiters,
                                        [&operation](const Waiter& waiter) { return waiter.operation == &operation; });
        if (gone > 0 && fetch->waiters.empty())
            drop(fetch);
        reports += static_cast<std::uint32_t>(gone);
    }
    return reports;
}

/// Nobody waits for it. One that was sent goes on, since Redis answers it, and its value is as good as any.
void Fetches::drop(const FetchRef& fetch) {
    if (fetch->ticket != 0) {
        _gate.giveUp(fetch->ticket);
        _waiting.erase(std::exchange(fetch->ticket, 0));
        forget(*fetch);
    } else if (fetch->link.withdraw(*fetch)) {
        forget(*fetch);
    }
    if (std::exchange(fetch->holdsSlot, false))
        _gate.leave();
}

void Fetches::forget(const Fetch& fetch) {
    const auto [begin, end] = _fetches.equal_range(fetch.key());
    const auto found = std::find_if(begin, end, [&fetch](const auto& entry) { return entry.second.get() == &fetch; });
    if (found != end)
        _fetches.erase(found);
}

} // namespace nearcache
