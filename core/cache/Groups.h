#pragma once

/// Groups of keys that are dropped together: all whose home is one link, what it has read being worth nothing when it
/// is lost.
///
/// Dropping a group is O(1): the time of the newest entry is noted, and what was stored no later is not served again.
/// The store gives every entry that follows a later time, so entries need no field for it. Not thread-safe: under the
/// store's lock.
///
/// Invariant: the entries of the store are the dropped ones and those that each group counts as held.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

namespace nearcache {

/// Which of so many groups a key belongs to, and so which link fetches it. REQUIRES: groups > 0.
[[nodiscard]] constexpr unsigned groupOf(std::uint64_t hash, unsigned groups) noexcept {
    return groups == 1 ? 0 : static_cast<unsigned>((hash >> 16) % groups);
}

class Groups {
  public:
    using Time = std::chrono::steady_clock::time_point;

    /// Throws std::bad_alloc. REQUIRES: count > 0.
    explicit Groups(unsigned count) : _groups(count) {}

    [[nodiscard]] unsigned count() const { return static_cast<unsigned>(_groups.size()); }
    [[nodiscard]] unsigned of(std::uint64_t hash) const { return groupOf(hash, count()); }

    [[nodiscard]] bool connected(unsigned group) const { return _groups[group].connected; }
    void setConnected(unsigned group, bool connected) { _groups[group].connected = connected; }

    /// Whether an entry of this group that was stored then has been dropped.
    [[nodiscard]] bool dropped(unsigned group, Time storedAt) const { return storedAt <= _groups[group].droppedUpTo; }

    /// How many entries have been dropped and are still in their slots.
    [[nodiscard]] std::uint32_t dropped() const { return _dropped; }

    /// Drops all entries of the group. None that is stored later may bear the time of the newest, or an earlier one.
    void drop(unsigned group, Time newest) {
        _groups[group].droppedUpTo = newest;
        _dropped += _groups[group].held;
        _groups[group].held = 0;
    }

    void onStored(unsigned group) { ++_groups[group].held; }

    void onRemoved(unsigned group, Time storedAt) { --(dropped(group, storedAt) ? _dropped : _groups[group].held); }

    /// Whether no entries are counted.
    [[nodiscard]] bool empty() const {
        return _dropped == 0 && std::ranges::all_of(_groups, [](const Group& group) { return group.held == 0; });
    }

  private:
    struct Group {
        Time droppedUpTo = Time::min();
        std::uint32_t held = 0;
        bool connected = true;
    };

    std::vector<Group> _groups;
    std::uint32_t _dropped = 0;
};

} // namespace nearcache
