#include "cache/Store.h"

#include "cache/KeyHash.h"
#include "cache/Slots.h"
#include "nearcache/SlotIndex.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>

namespace nearcache {

namespace {

constexpr std::size_t batchUnderLock = 64; // entries reclaimed, or looked at, before others get the lock
constexpr std::size_t looksForRoom = 64;   // for a dropped entry, before a live one is evicted
constexpr std::size_t movesForRoom = 256;  // on the wheel, likewise

std::uint32_t checkedCapacity(std::uint32_t capacity) {
    if (capacity == 0 || capacity > Store::maxCapacity)
        throw std::invalid_argument("the cache's capacity must be 1 to " + std::to_string(Store::maxCapacity));
    return capacity;
}

unsigned checkedGroups(unsigned groups) {
    if (groups == 0 || groups > Store::maxGroups)
        throw std::invalid_argument("the cache's groups must be 1 to " + std::to_string(Store::maxGroups));
    return groups;
}

unsigned checkedReaders(unsigned readers) {
    if (readers == 0)
        throw std::invalid_argument("the cache's readers must be at least 1");
    return readers;
}

/// What an earlier look-up found.
void forget(Lookup& lookup) {
    lookup.found = false;
    lookup.value = {};
    lookup.entry.reset();
    lookup.disconnected = false;
}

/// Has the look-up refer to the value for as long as it likes. False: there is no memory for that.
bool hand(Lookup& lookup, const Slots& slots, Slot slot, LookupBuffer& buffer) {
    const std::string_view value = slots.value(slot);
    if (value.size() > Store::longestCopied) {
        lookup.entry = EntryRef::share(*slots.home(slot));
        lookup.value = value;
        return true;
    }
    try {
        lookup.value = buffer.copy(value);
        return true;
    } catch (const std::bad_alloc&) {
        return false;
    }
}

/// Made before the lock is taken. None: there needs to be none, or there is no memory.
EntryRef homeOf(const Fill& fill) {
    try {
        const bool wanted = !fill.entry && Blocks::isLong(fill.key.size(), fill.value.size());
        return wanted ? Entry::make(fill.key, fill.value) : fill.entry;
    } catch (const std::exception&) {
        return {};
    }
}

[[noreturn]] void endForBrokenPolicy() {
    std::fputs("nearcache: the cache policy named a victim that is not in the cache\n", stderr);
    std::abort();
}

} // namespace

struct Store::Contents {
    Contents(std::uint32_t capacity, std::chrono::nanoseconds ttl) : index(capacity), slots(capacity, ttl, index) {}

    [[nodiscard]] std::uint64_t hashOf(Slot slot) const { return hashKey(slots.key(slot)); }

    SlotIndex index;
    Slots slots;
};

/// Whoever changes the contents is alone, and the policy has heard of every hit before that.
class Store::Writing {
  public:
    explicit Writing(Store& store) : _lock(store._stripes) {
        store._hitLog.drain([&store](std::span<const Slot> hits) { store.tellHits(hits); });
    }

  private:
    Stripes::Writing _lock;
};

Store::Store(const Settings& settings, std::unique_ptr<Policy> policy)
    : _ttl(std::min(settings.ttl, maxTtl)), _capacity(checkedCapacity(settings.capacity)),
      _versions(checkedGroups(settings.groups)), _policy(std::move(policy)),
      _contents(std::make_unique<Contents>(_capacity, _ttl)), _groups(settings.groups),
      _stripes(checkedReaders(settings.readers)) {}

Store::~Store() = default;

Slot Store::slotOf(std::string_view key, std::uint64_t hash) const noexcept {
    return _contents->index.find(hash, [&](Slot slot) { return _contents->slots.key(slot) == key; });
}

bool Store::dropped(Slot slot, unsigned group) const noexcept {
    return _groups.dropped(group, _contents->slots.storedAt(slot));
}

bool Store::live(Slot slot, unsigned group, Time now) const noexcept {
    return now < _contents->slots.endsAt(slot) && !dropped(slot, group);
}

/// How long what was just stored will be served, from this clock reading on or, if that is later, from its time.
std::chrono::milliseconds Store::remaining(Slot slot, Time now) const noexcept {
    const Slots& slots = _contents->slots;
    return std::chrono::ceil<std::chrono::milliseconds>(slots.endsAt(slot) - std::max(now, slots.storedAt(slot)));
}

void Store::prefetch(std::uint64_t hash) const noexcept {
    _contents->index.prefetchTwo(hash);
    _versions.prefetch(hash);
}

void Store::find(std::span<Lookup> batch, LookupBuffer& buffer, Time now) noexcept {
    for (Lookup& lookup : batch)
        forget(lookup);
    Stripes::Reading stripe(_stripes);
    for (; !batch.empty(); batch = batch.subspan(std::min(batch.size(), findBatch))) {
        const std::size_t size = std::min(batch.size(), findBatch);
        const std::size_t hits = findSome(batch.first(size), buffer, now);
        stripe->hits += hits;
        stripe->misses += size - hits;
    }
}

/// Where the keys are, most likely: what lies there is not looked at. Each step is taken for the whole batch, so that
/// the waits for memory overlap.
Store::BatchSlots Store::likelySlots(std::span<const Lookup> batch) const noexcept {
    BatchSlots slots;
    for (const Lookup& lookup : batch)
        _contents->index.prefetch(lookup.hash);
    for (std::size_t i = 0; i < batch.size(); ++i) {
        slots[i] = _contents->index.find(batch[i].hash, [](Slot) { return true; });
        if (slots[i] != noSlot)
            _contents->slots.prefetch(slots[i]);
    }
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (slots[i] != noSlot)
            _contents->slots.prefetchEntry(slots[i]);
    }
    return slots;
}

/// Returns how many it found.
std::size_t Store::findSome(std::span<Lookup> batch, LookupBuffer& buffer, Time now) noexcept {
    BatchSlots slots = likelySlots(batch);
    std::size_t count = 0;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const bool likely = slots[i] == noSlot || _contents->slots.key(slots[i]) == batch[i].key;
        const Slot slot = likely ? slots[i] : slotOf(batch[i].key, batch[i].hash);
        if (slot != noSlot && serve(batch[i], slot, buffer, now))
            slots[count++] = slot;
    }
    if (count > 0)
        onHits({slots.data(), count});
    return count;
}

/// With one stripe, its reader is alone.
void Store::onHits(std::span<const Slot> hits) noexcept {
    const auto tell = [this](std::span<const Slot> slots) { tellHits(slots); };
    if (_stripes.count() == 1)
        tell(hits);
    else
        _hitLog.add(hits, tell);
}

void Store::tellHits(std::span<const Slot> hits) noexcept {
    _policy->onHits(hits);
    if (_samples.wanted())
        _samples.note(_contents->slots, hits);
}

/// Whether the entry is live, and there is memory to hand it out.
bool Store::serve(Lookup& lookup, Slot slot, LookupBuffer& buffer, Time now) const noexcept {
    const Slots& slots = _contents->slots;
    const unsigned group = _groups.of(lookup.hash);
    const Time storedAt = slots.storedAt(slot);
    const Time endsAt = slots.endsAt(slot);
    if (now >= endsAt || _groups.dropped(group, storedAt) || !hand(lookup, slots, slot, buffer))
        return false;
    const Time readAt = std::max(now, storedAt); // the reader's clock reading may be older than the entry
    lookup.found = true;
    lookup.age = std::chrono::floor<std::chrono::milliseconds>(readAt - storedAt);
    lookup.remaining = std::chrono::ceil<std::chrono::milliseconds>(endsAt - readAt);
    lookup.disconnected = !_groups.connected(group);
    return true;
}

void Store::peek(Lookup& lookup, LookupBuffer& buffer, Time now) const noexcept {
    forget(lookup);
    buffer.clear();
    const Stripes::Reading stripe(_stripes);
    if (const Slot slot = slotOf(lookup.key, lookup.hash); slot != noSlot)
        (void)serve(lookup, slot, buffer, now);
}

bool Store::holds(std::string_view key, std::uint64_t hash, Time now) const noexcept {
    const Stripes::Reading stripe(_stripes);
    const Slot slot = slotOf(key, hash);
    return slot != noSlot && live(slot, _groups.of(hash), now);
}

std::optional<std::chrono::milliseconds> Store::fill(const Fill& fill, Time now) noexcept {
    assert(fill.hash == hashKey(fill.key));
    EntryRef home = homeOf(fill); // in the end, that of what had to go: freed without the lock
    const Writing lock(*this);
    if (!valid(fill.hash, fill.token)) {
        ++_counters.staleFills;
        return std::nullopt;
    }
    if (_contents->slots.overhaulIsDue(now))
        overhaul(now);
    if (_contents->slots.ended(fill.keyEndsAt, now)) {
        ++_counters.lateFills;
        if (const Slot former = slotOf(fill.key, fill.hash); former != noSlot)
            home = removeDead(former, fill.hash);
        return std::nullopt;
    }
    const Slot slot = store(fill, home, now);
    if (slot == noSlot) {
        ++_counters.refusedFills;
        return std::nullopt;
    }
    return remaining(slot, now);
}

/// Where, or noSlot.
Slot Store::store(const Fill& fill, EntryRef& home, Time now) noexcept {
    const Slot former = slotOf(fill.key, fill.hash);
    if (former == noSlot)
        return insert(fill, home, now);
    if (live(former, _groups.of(fill.hash), now))
        return replace(former, fill, home, now);
    EntryRef dead = removeDead(former, fill.hash);
    const Slot slot = insert(fill, home, now);
    if (dead)
        home = std::move(dead);
    return slot;
}

Slot Store::replace(Slot slot, const Fill& fill, EntryRef& home, Time now) noexcept {
    if (!_contents->slots.replace(slot, fill.key, fill.value, home, now, fill.keyEndsAt)) {
        home = remove(slot, fill.hash, Removal::Deleted); // what there is no memory for is newer than this
        return noSlot;
    }
    ++_counters.replacements;
    _policy->onHits({&slot, 1});
    return slot;
}

Slot Store::insert(const Fill& fill, EntryRef& home, Time now) noexcept {
    EntryRef gone;
    if (_contents->slots.full() && !makeRoom(fill.hash, now, gone))
        return noSlot;
    const Slot slot =
        _contents->slots.put(fill.key, fill.value, std::exchange(home, std::move(gone)), now, fill.keyEndsAt);
    if (slot == noSlot)
        return noSlot;
    ++_counters.insertions;
    _groups.onStored(_groups.of(fill.hash));
    _contents->index.insert(fill.hash, slot);
    _policy->onInsert(slot, fill.hash);
    return slot;
}

bool Store::makeRoom(std::uint64_t incomingHash, Time now, EntryRef& gone) noexcept {
    std::size_t looks = looksForRoom;
    if (removeDropped(looks, gone))
        return true;
    _contents->slots.advance(now, movesForRoom);
    return removeExpired(now, gone) || evict(incomingHash, gone);
}

bool Store::evict(std::uint64_t incomingHash, EntryRef& gone) noexcept {
    const Slot victim = _policy->victim(incomingHash);
    if (victim == noSlot)
        return false;
    if (!_contents->slots.used(victim))
        endForBrokenPolicy();
    const std::uint64_t hash = _contents->hashOf(victim);
    ++(dropped(victim, _groups.of(hash)) ? _counters.invalidations : _counters.evictions);
    gone = take(victim, hash);
    return true;
}

/// Returns the home of the entry, if it had one.
EntryRef Store::take(Slot slot, std::uint64_t hash) noexcept {
    _contents->index.prefetch(hash); // of a victim, nothing has looked at it for long
    _groups.onRemoved(_groups.of(hash), _contents->slots.storedAt(slot));
    EntryRef home = _contents->slots.take(slot);
    _contents->index.erase(hash, slot);
    return home;
}

EntryRef Store::remove(Slot slot, std::uint64_t hash, Removal why) noexcept {
    ++(why == Removal::Expired ? _counters.expirations : _counters.invalidations);
    _policy->onRemove(slot, hash, why);
    return take(slot, hash);
}

/// What is not served any more, whether it was dropped or has expired.
EntryRef Store::removeDead(Slot slot, std::uint64_t hash) noexcept {
    return remove(slot, hash, dropped(slot, _groups.of(hash)) ? Removal::Deleted : Removal::Expired);
}

/// A dropped entry, if one is found among so many slots. Counts them down.
bool Store::removeDropped(std::size_t& looks, EntryRef& gone) noexcept {
    while (looks > 0 && _groups.dropped() > 0) {
        --looks;
        const Slot slot = _sweepAt;
        _sweepAt = slot + 1 < _contents->slots.begun() ? slot + 1 : 0;
        if (!_contents->slots.used(slot))
            continue;
        const std::uint64_t hash = _contents->hashOf(slot);
        if (!dropped(slot, _groups.of(hash)))
            continue;
        gone = remove(slot, hash, Removal::Deleted);
        return true;
    }
    return false;
}

bool Store::removeExpired(Time now, EntryRef& gone) noexcept {
    const Slot slot = _contents->slots.expiredOne(now);
    if (slot == noSlot)
        return false;
    gone = removeDead(slot, _contents->hashOf(slot));
    return true;
}

/// What the janitor does, without whom it is O(capacity): see Slots::overhaulIsDue().
void Store::overhaul(Time now) noexcept {
    while (!_contents->slots.advance(now, _capacity)) {
    }
    for (EntryRef gone; removeExpired(now, gone);)
        gone.reset();
    _contents->slots.overhauled(now);
}

void Store::invalidate(std::string_view key, std::uint64_t hash) noexcept {
    assert(hash == hashKey(key));
    EntryRef gone;
    const Writing lock(*this);
    _versions.bump(hash);
    const Slot slot = slotOf(key, hash);
    if (slot != noSlot)
        gone = remove(slot, hash, Removal::Deleted);
}

void Store::drop(unsigned group) noexcept {
    assert(group < _groups.count());
    const Writing lock(*this);
    ++_counters.drops;
    _versions.bumpGroup(group);
    _groups.drop(group, _contents->slots.seal());
}

void Store::clear() noexcept {
    const Writing lock(*this);
    ++_counters.clears;
    const Time newest = _contents->slots.seal();
    for (unsigned group = 0; group < _groups.count(); ++group) {
        _versions.bumpGroup(group);
        _groups.drop(group, newest);
    }
}

void Store::setConnected(unsigned group, bool connected) noexcept {
    assert(group < _groups.count());
    const Writing lock(*this);
    _groups.setConnected(group, connected);
}

std::size_t Store::sweep(std::size_t atMost) noexcept {
    std::size_t total = 0;
    for (bool more = true; more && total < atMost;)
        total += sweepSome(atMost - total, more);
    return total;
}

std::size_t Store::sweepSome(std::size_t atMost, bool& more) noexcept {
    std::array<EntryRef, batchUnderLock> gone;
    std::size_t looks = gone.size();
    std::size_t count = 0;
    const Writing lock(*this);
    while (count < std::min(atMost, gone.size()) && removeDropped(looks, gone[count]))
        ++count;
    more = _groups.dropped() > 0;
    return count;
}

std::size_t Store::reclaim(Time now, std::size_t atMost) noexcept {
    std::size_t total = 0;
    for (bool more = true; more && total < atMost;)
        total += reclaimSome(now, atMost - total, more);
    return total;
}

std::size_t Store::reclaimSome(Time now, std::size_t atMost, bool& more) noexcept {
    std::array<EntryRef, batchUnderLock> gone;
    std::size_t count = 0;
    const Writing lock(*this);
    const bool allKnown = _contents->slots.advance(now, gone.size());
    while (count < std::min(atMost, gone.size()) && removeExpired(now, gone[count]))
        ++count;
    more = !allKnown || count == gone.size();
    return count;
}

void Store::sampleHits(unsigned oneIn) noexcept {
    const Writing lock(*this);
    _samples.every(oneIn);
}

std::vector<std::string> Store::takeSamples() {
    HitSamples::Taken taken;
    {
        const Writing lock(*this);
        _samples.take(_contents->slots, taken);
    }
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < taken.count; ++i)
        keys.emplace_back(taken.keys[i]);
    std::ranges::sort(keys);
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end()); // the ranges' version is too new for clang-tidy 14
    return keys;
}

Counters Store::counters() const noexcept {
    const Stripes::Writing lock(_stripes);
    Counters counters = _counters;
    for (const Stripes::Stripe& stripe : lock.stripes()) {
        counters.hits += stripe.hits;
        counters.misses += stripe.misses;
    }
    counters.keys = _contents->slots.size() - _groups.dropped();
    counters.dropped = _groups.dropped();
    counters.bytes = _contents->slots.bytes();
    return counters;
}

bool Store::check() const noexcept {
    const Stripes::Writing lock(_stripes);
    const Slots& slots = _contents->slots;
    if (!slots.check() ||
        !_contents->index.check(slots.size(), [this](Slot slot) { return _contents->hashOf(slot); }) ||
        !_policy->check())
        return false;
    Groups counted = _groups; // of whose counts nothing may be left
    for (Slot slot = 0; slot < _capacity; ++slot) {
        if (!slots.used(slot))
            continue;
        const std::uint64_t hash = _contents->hashOf(slot);
        if (slotOf(slots.key(slot), hash) != slot)
            return false;
        counted.onRemoved(counted.of(hash), slots.storedAt(slot));
    }
    return counted.empty();
}

} // namespace nearcache
