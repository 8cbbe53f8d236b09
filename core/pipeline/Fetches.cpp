#include "pipeline/Fetches.h"

#include "cache/KeyHash.h"
#include "pipeline/Operations.h"

#include <algorithm>
#include <utility>

namespace nearcache {

class Fetches::Fetch final : public PendingGet {
  public:
    struct Waiter {
        Operation* operation;
        Operations* origin;
    };

    Fetch(Fetches& owner, std::string wanted, std::uint64_t hashed, FetchLink& road)
        : hash(hashed), link(road), _owner(owner), _key(std::move(wanted)) {}

    [[nodiscard]] const std::string& key() const override { return _key; }

    void onSend() override {
        sent = true;
        token = _owner._store.token(hash);
    }

    void onOutcome(Outcome outcome) override { _owner.finished(*this, std::move(outcome)); }

    /// What it will bring is no older than a request made now.
    [[nodiscard]] bool joinable() const { return !sent || _owner._store.valid(hash, token); }

    const std::uint64_t hash;
    FetchLink& link;
    std::vector<Waiter> waiters; ///< the first one is whom it was begun for
    Store::Token token{};        ///< once sent
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

void Fetches::fetch(const std::string& key, std::uint64_t hash, FetchLink& link, Operation& operation,
                    Operations& origin) {
    const auto [begin, end] = _fetches.equal_range(key);
    const auto joinable = std::find_if(begin, end, [](const auto& entry) { return entry.second->joinable(); });
    if (joinable != end) {
        joinable->second->waiters.push_back({&operation, &origin});
        return;
    }
    if (&origin.loop() != &_loop && answerFromStore(key, hash, operation, origin))
        return;
    const auto fetch = std::make_shared<Fetch>(*this, key, hash, link);
    fetch->waiters.push_back({&operation, &origin});
    _fetches.emplace(key, fetch);
    this->begin(fetch);
}

/// While the request was on its way here from another worker, a fetch of its key may have been done.
bool Fetches::answerFromStore(const std::string& key, std::uint64_t hash, Operation& operation, Operations& origin) {
    Outcome outcome;
    outcome.entry = _store.peek(key, hash, _loop.now());
    if (!outcome.entry)
        return false;
    outcome.kind = Reply::Kind::Value;
    report(operation, origin, outcome, Reply::Source::Collapsed, true, false);
    return true;
}

void Fetches::begin(const FetchRef& fetch) {
    if (_gate.sequential()) { // its request holds the slot already
        send(fetch);
        return;
    }
    fetch->ticket = _gate.enter(_waiter);
    if (fetch->ticket != 0) {
        _waiting.emplace(fetch->ticket, fetch);
        return;
    }
    fetch->holdsSlot = true;
    send(fetch);
}

bool Fetches::onSlotGranted(std::uint64_t ticket) {
    auto granted = _waiting.extract(ticket);
    if (granted.empty())
        return false;
    const FetchRef fetch = std::move(granted.mapped());
    fetch->ticket = 0;
    fetch->holdsSlot = true;
    send(fetch);
    return true;
}

void Fetches::send(const FetchRef& fetch) {
    fetch->link.get(fetch);
}

void Fetches::finished(Fetch& fetch, Outcome outcome) {
    const bool stored = outcome.kind == Reply::Kind::Value &&
                        _store.fill(outcome.entry, fetch.hash, fetch.token, _loop.now());
    const auto waiters = std::move(fetch.waiters);
    bool slot = std::exchange(fetch.holdsSlot, false);
    if (waiters.empty() && slot)
        _gate.leave();
    forget(fetch);
    auto source = Reply::Source::Fetched;
    for (const auto& [operation, origin] : waiters) {
        report(*operation, *origin, outcome, source, stored, std::exchange(slot, false));
        source = Reply::Source::Collapsed;
    }
}

void Fetches::report(Operation& operation, Operations& origin, const Outcome& outcome, Reply::Source source,
                     bool stored, bool slot) {
    if (&origin.loop() == &_loop) {
        origin.onOutcome(operation, outcome, source, stored, slot);
        return;
    }
    origin.loop().post([&operation, &origin, outcome, source, stored, slot] {
        origin.onOutcome(operation, outcome, source, stored, slot);
    });
}

void Fetches::withdraw(const std::string& key, const Operation& operation) {
    const auto [begin, end] = _fetches.equal_range(key);
    for (auto i = begin; i != end; ++i) {
        const FetchRef fetch = i->second;
        auto& waiters = fetch->waiters;
        const auto found = std::find_if(waiters.begin(), waiters.end(), [&operation](const Fetch::Waiter& waiter) {
            return waiter.operation == &operation;
        });
        if (found == waiters.end())
            continue;
        const auto [withdrawn, origin] = *found;
        waiters.erase(found);
        if (waiters.empty())
            drop(fetch);
        if (&origin->loop() == &_loop)
            origin->onWithdrawn(*withdrawn);
        else
            origin->loop().post([withdrawn = withdrawn, origin = origin] { origin->onWithdrawn(*withdrawn); });
        return;
    }
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
