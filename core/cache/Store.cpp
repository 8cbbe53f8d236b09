#include "cache/Store.h"

#include "cache/KeyHash.h"
#include "cache/Slots.h"
#include "nearcache/SlotIndex.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <utility>

namespace nearcache {

namespace {

constexpr std::size_t findBatch = 128;
constexpr std::size_t reclaimBatch = 64;

std::uint32_t checkedCapacity(std::uint32_t capacity) {
    if (capacity == 0 || capacity > Store::maxCapacity)
        throw std::invalid_argument("the cache's capacity must be 1 to " + std::to_string(Store::maxCapacity));
    return capacity;
}

[[noreturn]] void endForBrokenPolicy() {
    std::fputs("nearcache: the cache policy named a victim that is not in the cache\n", stderr);
    std::abort();
}

} // namespace

struct Store::Contents {
    explicit Contents(std::uint32_t capacity) : index(capacity), slots(capacity) {}

    SlotIndex index;
    Slots slots;
};

Store::Store(const Settings& settings, std::unique_ptr<Policy> policy)
    : _ttl(std::min(settings.ttl, maxTtl)), _capacity(checkedCapacity(settings.capacity)), _policy(std::move(policy)),
      _contents(std::make_unique<Contents>(_capacity)) {}

Store::~Store() = default;

Slot Store::slotOf(std::string_view key, std::uint64_t hash) const noexcept {
    return _contents->index.find(hash, [&](Slot slot) { return _contents->slots.entry(slot).key() == key; });
}

bool Store::expired(Slot slot, Time now) const noexcept {
    return now - _contents->slots.entry(slot).storedAt() >= _ttl;
}

void Store::find(std::span<Lookup> batch, Time now) noexcept {
    for (Lookup& lookup : batch)
        lookup.entry.reset();
    const Lock lock(_mutex);
    for (; !batch.empty(); batch = batch.subspan(std::min(batch.size(), findBatch)))
        findSome(batch.first(std::min(batch.size(), findBatch)), now);
}

void Store::findSome(std::span<Lookup> batch, Time now) noexcept {
    if (batch.size() > 1) {
        for (const Lookup& lookup : batch)
            _contents->index.prefetch(lookup.hash);
    }
    std::array<Slot, findBatch> hits;
    std::size_t count = 0;
    for (Lookup& lookup : batch) {
        const Slot slot = findOne(lookup, now);
        hits[count] = slot;
        count += slot != noSlot;
    }
    _counters.hits += count;
    _counters.misses += batch.size() - count;
    if (count > 0)
        _policy->onHits({hits.data(), count});
}

Slot Store::findOne(Lookup& lookup, Time now) const noexcept {
    using std::chrono::milliseconds;
    const Slot slot = slotOf(lookup.key, lookup.hash);
    if (slot == noSlot || expired(slot, now))
        return noSlot;
    lookup.entry = _contents->slots.share(slot);
    const auto age = std::max(now - lookup.entry->storedAt(), Time::duration::zero());
    lookup.age = std::chrono::floor<milliseconds>(age);
    lookup.remaining = std::chrono::ceil<milliseconds>(_ttl - age);
    return slot;
}

EntryRef Store::peek(std::string_view key, std::uint64_t hash, Time now) const noexcept {
    Lookup lookup{.key = key, .hash = hash, .entry = {}};
    const Lock lock(_mutex);
    (void)findOne(lookup, now);
    return std::move(lookup.entry);
}

bool Store::fill(EntryRef entry, std::uint64_t hash, Token token, Time now) noexcept {
    assert(hash == hashKey(entry->key()));
    EntryRef gone; // freed when the lock is let go
    const Lock lock(_mutex);
    if (!valid(hash, token)) {
        ++_counters.staleFills;
        return false;
    }
    const Slot slot = slotOf(entry->key(), hash);
    if (slot != noSlot && !expired(slot, now)) {
        gone = replace(slot, std::move(entry), now);
        return true;
    }
    if (slot != noSlot) {
        gone = remove(slot, Removal::Expired);
    } else if (_contents->slots.full()) {
        gone = makeRoom(hash, now);
        if (!gone) {
            ++_counters.refusedFills;
            return false;
        }
    }
    insert(std::move(entry), hash, now);
    return true;
}

EntryRef Store::replace(Slot slot, EntryRef entry, Time now) noexcept {
    ++_counters.replacements;
    EntryRef before = _contents->slots.replace(slot, std::move(entry), now);
    _policy->onHits({&slot, 1});
    return before;
}

void Store::insert(EntryRef entry, std::uint64_t hash, Time now) noexcept {
    ++_counters.insertions;
    const Slot slot = _contents->slots.put(std::move(entry), now);
    _contents->index.insert(hash, slot);
    _policy->onInsert(slot, hash);
}

EntryRef Store::makeRoom(std::uint64_t incomingHash, Time now) noexcept {
    if (EntryRef head = removeExpiredHead(now))
        return head;
    const Slot victim = _policy->victim(incomingHash);
    if (victim == noSlot)
        return {};
    if (!_contents->slots.used(victim))
        endForBrokenPolicy();
    ++_counters.evictions;
    return take(victim, hashKey(_contents->slots.entry(victim).key()));
}

EntryRef Store::take(Slot slot, std::uint64_t hash) noexcept {
    _contents->index.erase(hash, slot);
    return _contents->slots.take(slot);
}

EntryRef Store::remove(Slot slot, Removal why) noexcept {
    const std::uint64_t hash = hashKey(_contents->slots.entry(slot).key());
    ++(why == Removal::Expired ? _counters.expirations : _counters.invalidations);
    _policy->onRemove(slot, hash, why);
    return take(slot, hash);
}

EntryRef Store::removeExpiredHead(Time now) noexcept {
    const Slot head = _contents->slots.oldest();
    return head != noSlot && expired(head, now) ? remove(head, Removal::Expired) : EntryRef();
}

void Store::invalidate(std::string_view key, std::uint64_t hash) noexcept {
    assert(hash == hashKey(key));
    EntryRef gone;
    const Lock lock(_mutex);
    _versions.bump(hash);
    const Slot slot = slotOf(key, hash);
    if (slot != noSlot)
        gone = remove(slot, Removal::Deleted);
}

void Store::clear() noexcept {
    auto contents = std::make_unique<Contents>(_capacity); // and the old ones, freed when the lock is let go
    const Lock lock(_mutex);
    _versions.bumpAll();
    ++_counters.clears;
    _contents.swap(contents);
    _policy->clear();
}

std::size_t Store::reclaim(Time now, std::size_t atMost) noexcept {
    std::size_t total = 0;
    while (total < atMost) {
        const std::size_t wanted = std::min(atMost - total, reclaimBatch);
        const std::size_t got = reclaimSome(now, wanted);
        total += got;
        if (got < wanted)
            break;
    }
    return total;
}

std::size_t Store::reclaimSome(Time now, std::size_t atMost) noexcept {
    std::array<EntryRef, reclaimBatch> gone;
    std::size_t count = 0;
    const Lock lock(_mutex);
    while (count < atMost && (gone[count] = removeExpiredHead(now)))
        ++count;
    return count;
}

Counters Store::counters() const noexcept {
    const Lock lock(_mutex);
    Counters counters = _counters;
    counters.keys = _contents->slots.size();
    counters.bytes = _contents->slots.bytes();
    return counters;
}

bool Store::check() const noexcept {
    const Lock lock(_mutex);
    const Slots& slots = _contents->slots;
    if (!slots.check() || !_contents->index.check(slots.size()) || !_policy->check())
        return false;
    for (Slot slot = 0; slot < _capacity; ++slot) {
        if (slots.used(slot) && slotOf(slots.entry(slot).key(), hashKey(slots.entry(slot).key())) != slot)
            return false;
    }
    return true;
}

} // namespace nearcache
