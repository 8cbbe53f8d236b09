#include "pipeline/Fetches.h"

#include "nearcache/Prefetch.h"
#include "pipeline/Operations.h"

#include <utility>

namespace nearcache {

namespace {

/// How many places before its turn what a fetch is needs to be on its way to the processor, and what it needs then.
constexpr std::size_t far = 8;
constexpr std::size_t near = 4;

} // namespace

class Fetches::Fetch final : public PendingGet {
  public:
    void begin(Fetches& owner, const Key& wanted, FetchLink& road, bool oneOfMany) {
        _owner = &owner;
        _key = wanted.name;
        hash = wanted.hash;
        many = oneOfMany;
        link = &road;
        resent = sent = holdsSlot = false;
        ticket = 0;
    }

    /// It is over. A long key's memory is given back.
    void end() {
        waiters.clear();
        if (_key.capacity() > longestKept)
            std::string().swap(_key);
    }

    [[nodiscard]] std::string_view key() const override { return _key; }

    void onSend() override {
        sent = true;
        token = _owner->_store.token(hash);
        sentAt = _owner->_loop.now();
    }

    void prepare() const override {
        if (!waiters.empty())
            prefetch(waiters.first().operation, sizeof(Operation));
        _owner->_store.prefetch(hash);
        _owner->_fetches.prefetch(hash);
    }

    void onOutcome(const Outcome& outcome) override { _owner->finished(*this, outcome); }

    /// What it will bring is no older than a request made now, and tells as much as that needs. A request for many holds
    /// a slot: it does not wait for a fetch that waits for one.
    [[nodiscard]] bool joinable(const Waiter& waiter) const {
        const bool fits = waiter.many ? ticket == 0 : !many;
        return fits && (!sent || _owner->_store.valid(hash, token));
    }

    std::uint64_t hash = 0;
    Fetch* chained = nullptr;
    bool many = false; ///< by a request for many, which tells a key of another type from none as little as Redis does
    bool sent = false;
    bool holdsSlot = false;
    FetchLink* link = nullptr;
    Waiters waiters;          ///< the first one is whom it was begun for
    Store::Token token{};     ///< once sent
    Time sentAt{};            ///< once sent
    std::uint64_t ticket = 0; ///< of its place in line for a slot

  private:
    static constexpr std::size_t longestKept = 512;

    Fetches* _owner = nullptr;
    std::string _key;
};

Fetches::Fetches(Loop& loop, Store& store, Turnstile& turnstile) : _loop(loop), _store(store), _turnstile(turnstile) {}

Fetches::~Fetches() = default;

void Fetches::fetch(const Key& key, FetchLink& link, const Waiter& waiter) {
    if (!join(key, waiter) && !(isForeign(waiter) && answerFromStore(key, waiter)))
        begin(make(key, link, waiter));
}

void Fetches::fetchMany(const std::vector<Item>& items, FetchLink& link, Operation& operation, Operations& origin) {
    std::vector<PendingGet*> begun;
    for (const auto& [key, part] : items) {
        const Waiter waiter{&operation, &origin, part, true};
        if (!join(key, waiter) && !(isForeign(waiter) && answerFromStore(key, waiter)))
            begun.push_back(&make(key, link, waiter));
    }
    if (!begun.empty())
        link.getMany(begun);
}

Fetches::Fetch* Fetches::newest(const Key& key) const {
    Fetch* fetch = _fetches.first(key.hash);
    while (fetch != nullptr && (fetch->hash != key.hash || fetch->key() != key.name))
        fetch = fetch->chained;
    return fetch;
}

/// The newest of the key: who joined an older one might be told less than a request of the same connection before it.
bool Fetches::join(const Key& key, const Waiter& waiter) {
    Fetch* const fetch = newest(key);
    if (fetch == nullptr || !fetch->joinable(waiter))
        return false;
    fetch->waiters.add(waiter);
    return true;
}

bool Fetches::isForeign(const Waiter& waiter) const {
    return &waiter.origin->loop() != &_loop;
}

/// While the request was on its way here from another worker, a fetch of its key may have been done.
bool Fetches::answerFromStore(const Key& key, const Waiter& waiter) {
    Lookup lookup{.key = key.name, .hash = key.hash};
    _store.peek(lookup, _value, _loop.now());
    if (!lookup.found)
        return false;
    Outcome outcome;
    outcome.kind = Reply::Kind::Value;
    outcome.value = lookup.value;
    outcome.entry = std::move(lookup.entry);
    report(waiter, outcome, Reply::Source::Collapsed, lookup.remaining, false);
    return true;
}

Fetches::Fetch& Fetches::make(const Key& key, FetchLink& link, const Waiter& waiter) {
    Fetch& fetch = _reserve.take();
    fetch.begin(*this, key, link, waiter.many);
    fetch.waiters.add(waiter);
    _fetches.insert(fetch);
    return fetch;
}

void Fetches::begin(Fetch& fetch) {
    if (_turnstile.sequential()) { // its request holds the slot already
        fetch.link->get(fetch);
        return;
    }
    fetch.ticket = _turnstile.enter();
    if (fetch.ticket != 0)
        _waiting.push(fetch.ticket, fetch);
    else
        send(fetch);
}

void Fetches::send(Fetch& fetch) {
    fetch.ticket = 0;
    fetch.holdsSlot = true;
    fetch.link->get(fetch);
}

bool Fetches::onSlotGranted(std::uint64_t ticket) {
    prefetch(_waiting.ahead(far), sizeof(Fetch));
    if (const Fetch* const next = _waiting.ahead(near)) {
        prefetch(next->key().data(), next->key().size());
        _store.prefetchToken(next->hash);
    }
    Fetch* const granted = _waiting.take(ticket);
    if (granted != nullptr)
        send(*granted);
    return granted != nullptr;
}

void Fetches::finished(Fetch& fetch, const Outcome& outcome) {
    const auto lives = store(fetch, outcome);
    bool slot = std::exchange(fetch.holdsSlot, false);
    if (fetch.waiters.empty() && slot)
        _turnstile.leave();
    _fetches.remove(fetch); // from here on nobody joins or leaves
    auto source = Reply::Source::Fetched;
    fetch.waiters.forEach([&](const Waiter& waiter) {
        report(waiter, outcome, source, lives, std::exchange(slot, false));
        source = Reply::Source::Collapsed;
    });
    fetch.end();
    _reserve.giveBack(fetch);
}

/// Its time in Redis is counted from the sending on, so that it ends here no later than there.
std::optional<Milliseconds> Fetches::store(const Fetch& fetch, const Outcome& outcome) {
    if (outcome.kind != Reply::Kind::Value || !outcome.storable)
        return std::nullopt;
    const auto endsAt = outcome.expiresIn ? fetch.sentAt + *outcome.expiresIn : Time::max();
    return _store.fill({.key = fetch.key(),
                        .hash = fetch.hash,
                        .value = outcome.value,
                        .entry = outcome.entry,
                        .token = fetch.token,
                        .keyEndsAt = endsAt},
                       _loop.now());
}

void Fetches::report(const Waiter& waiter, const Outcome& outcome, Reply::Source source,
                     std::optional<Milliseconds> lives, bool slot) {
    if (!isForeign(waiter)) {
        waiter.origin->onOutcome(*waiter.operation, waiter.part, outcome, source, lives, slot);
        return;
    }
    Outcome carried = outcome;
    if (!carried.entry && carried.kind == Reply::Kind::Value) {
        carried.entry = Entry::make({}, outcome.value); // for the way
        carried.value = carried.entry->value();
    }
    waiter.origin->loop().post([waiter, carried, source, lives, slot] {
        waiter.origin->onOutcome(*waiter.operation, waiter.part, carried, source, lives, slot);
    });
}

void Fetches::withdraw(const std::vector<Key>& keys, Operation& operation, Operations& origin) {
    std::uint32_t reports = 1; // this one
    for (const auto& key : keys)
        reports += withdrawFrom(key, operation);
    if (&origin.loop() == &_loop)
        origin.onWithdrawn(operation, reports);
    else
        origin.loop().post([&operation, &origin, reports] { origin.onWithdrawn(operation, reports); });
}

std::uint32_t Fetches::withdrawFrom(const Key& key, const Operation& operation) {
    std::uint32_t reports = 0;
    Fetch* next = nullptr;
    for (Fetch* fetch = _fetches.first(key.hash); fetch != nullptr; fetch = next) {
        next = fetch->chained;
        if (fetch->key() != key.name)
            continue;
        const auto gone = fetch->waiters.remove(operation);
        if (gone > 0 && fetch->waiters.empty())
            drop(*fetch);
        reports += gone;
    }
    return reports;
}

/// Nobody waits for it. One that was sent goes on, since Redis answers it, and its value is as good as any.
void Fetches::drop(Fetch& fetch) {
    const bool waits = fetch.ticket != 0;
    if (waits) {
        _turnstile.giveUp(fetch.ticket);
        _waiting.remove(std::exchange(fetch.ticket, 0));
    }
    if (std::exchange(fetch.holdsSlot, false))
        _turnstile.leave();
    if (!waits && !fetch.link->withdraw(fetch))
        return;
    _fetches.remove(fetch);
    fetch.end();
    _reserve.giveBack(fetch);
}

} // namespace nearcache
