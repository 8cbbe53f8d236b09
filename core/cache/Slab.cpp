#include "cache/Slab.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <new>

namespace nearcache {

Slab::Slab(std::uint32_t blocks)
    : _shift(static_cast<unsigned>(std::countr_zero(std::bit_ceil(std::max(2U, blocks >> 23))))) {
    for (std::size_t number = 0; number < classCount; ++number) {
        _classes[number].granules = granulesOf(number);
        _classes[number].perPage = pageGranules / granulesOf(number);
    }
}

/// Each number of granules up to 64; then 16 classes for every doubling.
std::size_t Slab::classOf(std::uint32_t granules) {
    if (granules <= 64)
        return granules - 1;
    const auto step = static_cast<unsigned>(std::bit_width(granules - 1)) - 5;
    return 64 + (step - 2) * 16 + ((granules - 1) >> step) - 16;
}

std::uint32_t Slab::granulesOf(std::size_t classNumber) {
    const auto number = static_cast<std::uint32_t>(classNumber);
    if (number < 64)
        return number + 1;
    return (number % 16 + 17) << (number / 16 - 2);
}

Slab::Class& Slab::classFor(std::size_t bytes) {
    assert(bytes >= sizeof(Hole) && bytes <= longest);
    return _classes[classOf(static_cast<std::uint32_t>((bytes - 1) >> _shift) + 1)];
}

Slab::Handle Slab::blockAt(const Class& owner, std::uint32_t number) {
    return owner.pages[number / owner.perPage] * pageGranules + number % owner.perPage * owner.granules;
}

Slab::Handle Slab::allocate(std::size_t bytes) noexcept {
    Class& owner = classFor(bytes);
    if (owner.holes > 0) {
        const Handle block = owner.firstHole;
        removeHole(owner, block);
        return block;
    }
    if (owner.begun == owner.pages.size() * owner.perPage && !addPage(owner))
        return none;
    return blockAt(owner, owner.begun++);
}

/// What was moved, if the last block was no hole.
std::optional<Slab::Move> Slab::giveUpLast(Class& owner) noexcept {
    const Handle last = blockAt(owner, --owner.begun);
    const bool isHole = holeAt(last).mark == holeMark;
    const Handle hole = isHole ? last : owner.firstHole;
    removeHole(owner, hole);
    if (!isHole)
        std::memcpy(at(hole), at(last), std::size_t{owner.granules} << _shift);
    if (owner.begun % owner.perPage == 0) {
        _freePages.push_back(owner.pages.back());
        owner.pages.pop_back();
        --_usedPages;
    }
    return isHole ? std::nullopt : std::optional(Move{last, hole});
}

bool Slab::addPage(Class& owner) noexcept {
    try {
        if (_freePages.empty())
            addChunk();
        owner.pages.push_back(_freePages.back());
    } catch (const std::bad_alloc&) {
        return false;
    }
    _freePages.pop_back();
    ++_usedPages;
    return true;
}

/// The first page of all is left out, and costs nothing: no block is to have `none` for its handle.
void Slab::addChunk() {
    const auto first = static_cast<std::uint32_t>(_chunks.size()) * pagesAChunk;
    if (first == maxPages)
        throw std::bad_alloc();
    if (_freePages.capacity() < first + pagesAChunk)
        _freePages.reserve(2 * std::size_t{first + pagesAChunk});
    _chunks.emplace_back(new char[std::size_t{chunkGranules} << _shift]);
    for (std::uint32_t page = first + pagesAChunk; page-- > std::max(1U, first);)
        _freePages.push_back(page);
}

Slab::Hole Slab::holeAt(Handle block) const {
    Hole hole;
    std::memcpy(&hole, at(block), sizeof hole);
    return hole;
}

void Slab::setHole(Handle block, const Hole& hole) const {
    std::memcpy(at(block), &hole, sizeof hole);
}

void Slab::addHole(Class& owner, Handle block) {
    if (owner.holes > 0) {
        Hole next = holeAt(owner.firstHole);
        next.previous = block;
        setHole(owner.firstHole, next);
    }
    setHole(block, {owner.holes > 0 ? owner.firstHole : none, holeMark, none});
    owner.firstHole = block;
    ++owner.holes;
}

void Slab::removeHole(Class& owner, Handle block) {
    const Hole hole = holeAt(block);
    if (hole.next != none) {
        Hole next = holeAt(hole.next);
        next.previous = hole.previous;
        setHole(hole.next, next);
    }
    if (hole.previous == none) {
        owner.firstHole = hole.next;
    } else {
        Hole previous = holeAt(hole.previous);
        previous.next = hole.next;
        setHole(hole.previous, previous);
    }
    --owner.holes;
    setHole(block, {}); // it is none any more
}

bool Slab::check(const Class& owner) const {
    const std::size_t room = owner.pages.size() * owner.perPage;
    if (owner.begun > room || (room > 0 && owner.begun + owner.perPage <= room))
        return false;
    std::uint32_t seen = 0;
    Handle previous = none;
    for (Handle block = owner.firstHole; block != none; block = holeAt(block).next) {
        const Hole hole = holeAt(block);
        if (hole.mark != holeMark || hole.previous != previous || ++seen > owner.holes)
            return false;
        previous = block;
    }
    return seen == owner.holes;
}

bool Slab::check() const {
    std::size_t pages = 0;
    for (const Class& owner : _classes) {
        if (!check(owner))
            return false;
        pages += owner.pages.size();
    }
    return pages == _usedPages && pages + _freePages.size() + (_chunks.empty() ? 0 : 1) == _chunks.size() * pagesAChunk;
}

} // namespace nearcache
