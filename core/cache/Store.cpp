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

constexpr std::size_t findBatch = 128;
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

/// What an earlier look-up found.
void forget(Lookup& lookup) {
    lookup.found = false;
    lookup.value = {};
    lookup.entry.reset();
    lookup.disconnected = false;
}

/// Has the look-up refer to the value for as long as it likes. False: there is no memory for that.
bool hand(Lookup& lookup, const EntryRef& entry, LookupBuffer& buffer) {
    lookup.value = entry->value();
    if (lookup.value.size() > Store::longestCopied) {
        lookup.entry = entry;
        return true;
    }
    try {
        lookup.value = buffer.copy(lookup.value);
        return true;
    } catch (const std::bad_alloc&) {
        lookup.value = {};
        return false;
    }
}

/// None: there is no memory for it.
EntryRef entryOf(const Fill& fill) {
    try {
        return fill.entry ? fill.entry : Entry::make(fill.key, fill.value);
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
    Contents(std::uint32_t capacity, std::chrono::nanoseconds ttl) : index(capacity), slots(capacity, ttl) {}

    [[nodiscard]] std::uint64_t hashOf(Slot slot) const { return hashKey(slots.entry(slot).key()); }

    SlotIndex index;
    Slots slots;
};

Store::Store(const Settings& settings, std::unique_ptr<Policy> policy)
    : _ttl(std::min(settings.ttl, maxTtl)), _capacity(checkedCapacity(settings.capacity)),
      _versions(checkedGroups(settings.groups)), _policy(std::move(policy)),
      _contents(std::make_unique<Contents>(_capacity, _ttl)), _groups(settings.groups) {}

Store::~Store() = default;

Slot Store::slotOf(std::string_view key, std::uint64_t hash) const noexcept {
    return _contents->index.find(hash, [&](Slot slot) { return _contents->slots.entry(slot).key() == key; });
}

bool Store::dropped(Slot slot, unsigned group) const noexcept {
    return _groups.dropped(group, _contents->slots.entry(slot).storedAt());
}

bool Store::live(Slot slot, unsigned group, Time now) const noexcept {
    return now < _contents->slots.endsAt(slot) && !dropped(slot, group);
}

/// How long what was just stored will be served, from this clock reading on or, if that is later, from its time.
std::chrono::milliseconds Store::remaining(Slot slot, Time now) const noexcept {
    const Slots& slots = _contents->slots;
    return std::chrono::ceil<std::chrono::milliseconds>(slots.endsAt(slot) -
                                                        std::max(now, slots.entry(slot).storedAt()));
}

void Store::find(std::span<Lookup> batch, LookupBuffer& buffer, Time now) noexcept {
    for (Lookup& lookup : batch)
        forget(lookup);
    buffer.clear();
    const Lock lock(_mutex);
    for (; !batch.empty(); batch = batch.subspan(std::min(batch.size(), findBatch)))
        findSome(batch.first(std::min(batch.size(), findBatch)), buffer, now);
}

void Store::findSome(std::span<Lookup> batch, LookupBuffer& buffer, Time now) noexcept {
    if (batch.size() > 1) {
        for (const Lookup& lookup : batch)
            _contents->index.prefetch(lookup.hash);
    }
    std::array<Slot, findBatch> hits;
    std::size_t count = 0;
    for (Lookup& lookup : batch) {
        const Slot slot = findOne(lookup, buffer, now);
        hits[count] = slot;
        count += slot != noSlot;
    }
    _counters.hits += count;
    _counters.misses += batch.size() - count;
    if (count > 0)
        _policy->onHits({hits.data(), count});
    if (_samples.wanted())
        _samples.note(_contents->slots, {hits.data(), count});
}

Slot Store::liveSlot(std::string_view key, std::uint64_t hash, Time now) const noexcept {
    const Slot slot = slotOf(key, hash);
    return slot != noSlot && live(slot, _groups.of(hash), now) ? slot : noSlot;
}

Slot Store::findOne(Lookup& lookup, LookupBuffer& buffer, Time now) const noexcept {
    const Slot slot = liveSlot(lookup.key, lookup.hash, now);
    if (slot == noSlot || !hand(lookup, _contents->slots.share(slot), buffer))
        return noSlot;
    const Time storedAt = _contents->slots.entry(slot).storedAt();
    const Time readAt = std::max(now, storedAt); // the reader's clock reading may be older than the entry
    lookup.found = true;
    lookup.age = std::chrono::floor<std::chrono::milliseconds>(readAt - storedAt);
    lookup.remaining = std::chrono::ceil<std::chrono::milliseconds>(_contents->slots.endsAt(slot) - readAt);
    lookup.disconnected = !_groups.connected(_groups.of(lookup.hash));
    return slot;
}

void Store::peek(Lookup& lookup, LookupBuffer& buffer, Time now) const noexcept {
    forget(lookup);
    buffer.clear();
    const Lock lock(_mutex);
    (void)findOne(lookup, buffer, now);
}

bool Store::holds(std::string_view key, std::uint64_t hash, Time now) const noexcept {
    const Lock lock(_mutex);
    return liveSlot(key, hash, now) != noSlot;
}

std::optional<std::chrono::milliseconds> Store::fill(Fill fill, Time now) noexcept {
    this->fill({&fill, 1}, now);
    return fill.lives;
}

void Store::fill(std::span<Fill> batch, Time now) noexcept {
    while (!batch.empty()) {
        const auto part = batch.first(std::min(batch.size(), batchUnderLock));
        std::array<EntryRef, batchUnderLock> entries; // what is in them at the end is freed without the lock
        std::ranges::transform(part, entries.begin(), entryOf);
        const Lock lock(_mutex);
        for (const Fill& fill : part)
            _contents->index.prefetch(fill.hash);
        for (std::size_t i = 0; i < part.size(); ++i)
            entries[i] = fillOne(part[i], std::move(entries[i]), now);
        batch = batch.subspan(part.size());
    }
}

EntryRef Store::fillOne(Fill& fill, EntryRef entry, Time now) noexcept {
    assert(fill.hash == hashKey(fill.key));
    fill.lives.reset();
    if (!valid(fill.hash, fill.token)) {
        ++_counters.staleFills;
        return entry;
    }
    EntryRef gone;
    const Slot slot = slotOf(fill.key, fill.hash);
    const bool late = _contents->slots.ended(fill.keyEndsAt, now);
    if (slot != noSlot && entry && !late && live(slot, _groups.of(fill.hash), now)) {
        gone = replace(slot, std::move(entry), now, fill.keyEndsAt);
        fill.lives = remaining(slot, now);
        return gone;
    }
    if (slot != noSlot)
        gone = removeDead(slot, fill.hash);
    if (late) {
        ++_counters.lateFills;
        return gone;
    }
    if (!entry || (_contents->slots.full() && !(gone = makeRoom(fill.hash, now)))) {
        ++_counters.refusedFills;
        return gone;
    }
    fill.lives = remaining(insert(std::move(entry), fill.hash, now, fill.keyEndsAt), now);
    return gone;
}

EntryRef Store::replace(Slot slot, EntryRef entry, Time now, Time keyEndsAt) noexcept {
    ++_counters.replacements;
    EntryRef before = _contents->slots.replace(slot, std::move(entry), now, keyEndsAt);
    _policy->onHits({&slot, 1});
    return before;
}

Slot Store::insert(EntryRef entry, std::uint64_t hash, Time now, Time keyEndsAt) noexcept {
    ++_counters.insertions;
    const Slot slot = _contents->slots.put(std::move(entry), now, keyEndsAt);
    _groups.onStored(_groups.of(hash));
    _contents->index.insert(hash, slot);
    _policy->onInsert(slot, hash);
    return slot;
}

EntryRef Store::makeRoom(std::uint64_t incomingHash, Time now) noexcept {
    std::size_t looks = looksForRoom;
    if (EntryRef gone = removeDropped(looks))
        return gone;
    _contents->slots.advance(now, movesForRoom);
    if (EntryRef gone = removeExpired(now))
        return gone;
    return evict(incomingHash);
}

EntryRef Store::evict(std::uint64_t incomingHash) noexcept {
    const Slot victim = _policy->victim(incomingHash);
    if (victim == noSlot)
        return {};
    if (!_contents->slots.used(victim))
        endForBrokenPolicy();
    const std::uint64_t hash = _contents->hashOf(victim);
    ++(dropped(victim, _groups.of(hash)) ? _counters.invalidations : _counters.evictions);
    return take(victim, hash);
}

EntryRef Store::take(Slot slot, std::uint64_t hash) noexcept {
    _groups.onRemoved(_groups.of(hash), _contents->slots.entry(slot).storedAt());
    _contents->index.erase(hash, slot);
    return _contents->slots.take(slot);
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
EntryRef Store::removeDropped(std::size_t& looks) noexcept {
    while (looks > 0 && _groups.dropped() > 0) {
        --looks;
        const Slot slot = _sweepAt;
        _sweepAt = slot + 1 < _contents->slots.begun() ? slot + 1 : 0;
        if (!_contents->slots.used(slot))
            continue;
        const std::uint64_t hash = _contents->hashOf(slot);
        if (dropped(slot, _groups.of(hash)))
            return remove(slot, hash, Removal::Deleted);
    }
    return {};
}

EntryRef Store::removeExpired(Time now) noexcept {
    const Slot slot = _contents->slots.expiredOne(now);
    return slot == noSlot ? EntryRef() : removeDead(slot, _contents->hashOf(slot));
}

void Store::invalidate(std::string_view key, std::uint64_t hash) noexcept {
    assert(hash == hashKey(key));
    EntryRef gone;
    const Lock lock(_mutex);
    _versions.bump(hash);
    const Slot slot = slotOf(key, hash);
    if (slot != noSlot)
        gone = remove(slot, hash, Removal::Deleted);
}

void Store::drop(unsigned group) noexcept {
    assert(group < _groups.count());
    const Lock lock(_mutex);
    ++_counters.drops;
    _versions.bumpGroup(group);
    _groups.drop(group, _contents->slots.seal());
}

void Store::clear() noexcept {
    const Lock lock(_mutex);
    ++_counters.clears;
    const Time newest = _contents->slots.seal();
    for (unsigned group = 0; group < _groups.count(); ++group) {
        _versions.bumpGroup(group);
        _groups.drop(group, newest);
    }
}

void Store::setConnected(unsigned group, bool connected) noexcept {
    assert(group < _groups.count());
    const Lock lock(_mutex);
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
    const Lock lock(_mutex);
    while (count < std::min(atMost, gone.size()) && (gone[count] = removeDropped(looks)))
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
    const Lock lock(_mutex);
    const bool allKnown = _contents->slots.advance(now, gone.size());
    while (count < std::min(atMost, gone.size()) && (gone[count] = removeExpired(now)))
        ++count;
    more = !allKnown || count == gone.size();
    return count;
}

void Store::sampleHits(unsigned oneIn) noexcept {
    const Lock lock(_mutex);
    _samples.every(oneIn);
}

std::vector<std::string> Store::takeSamples() {
    HitSamples::Taken taken;
    {
        const Lock lock(_mutex);
        _samples.take(_contents->slots, taken);
    }
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < taken.count; ++i)
        keys.emplace_back(taken.entries[i]->key());
    std::ranges::sort(keys);
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end()); // the ranges' version is too new for clang-tidy 14
    return keys;
}

Counters Store::counters() const noexcept {
    const Lock lock(_mutex);
    Counters counters = _counters;
    counters.keys = _contents->slots.size() - _groups.dropped();
    counters.dropped = _groups.dropped();
    counters.bytes = _contents->slots.bytes();
    return counters;
}

bool Store::check() const noexcept {
    const Lock lock(_mutex);
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
        if (slotOf(slots.entry(slot).key(), hash) != slot)
            return false;
        counted.onRemoved(counted.of(hash), slots.entry(slot).storedAt());
    }
    return counted.empty();
}

} // namespace nearcache
