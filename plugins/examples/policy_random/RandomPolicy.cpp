// A cache policy that evicts any key, each with the same chance. It remembers nothing of how keys are used, so a policy
// that cannot beat it on some load is not worth its memory there.
//
// Costs: O(1) for each operation, 8 bytes a slot.

#include <nearcache/Policy.h>

#include <cassert>
#include <cstddef>
#include <random>
#include <vector>

namespace {

// Invariant: _used[0 … _count) are the slots in use, each once, and _place[_used[i]] == i.
class RandomPolicy : public nearcache::Policy {
  public:
    RandomPolicy(std::uint32_t capacity, std::uint64_t seed) : _used(capacity), _place(capacity), _random(seed) {}

    void onHits(std::span<const nearcache::Slot>) noexcept override {}

    void onInsert(nearcache::Slot slot, std::uint64_t) noexcept override {
        _place[slot] = _count;
        _used[_count++] = slot;
    }

    void onRemove(nearcache::Slot slot, std::uint64_t, nearcache::Removal) noexcept override { take(_place[slot]); }

    nearcache::Slot victim(std::uint64_t) noexcept override {
        assert(_count > 0);
        return take(std::uniform_int_distribution<std::uint32_t>(0, _count - 1)(_random));
    }

    void clear() noexcept override { _count = 0; }

    [[nodiscard]] bool check() const noexcept override {
        for (std::uint32_t place = 0; place < _count; ++place)
            if (_used[place] >= _place.size() || _place[_used[place]] != place)
                return false;
        return _count <= _used.size();
    }

  private:
    // The last slot moves to the place that becomes free.
    nearcache::Slot take(std::uint32_t place) noexcept {
        const nearcache::Slot slot = _used[place];
        const nearcache::Slot last = _used[--_count];
        _used[place] = last;
        _place[last] = place;
        return slot;
    }

    std::vector<nearcache::Slot> _used;
    std::vector<std::uint32_t> _place;
    std::uint32_t _count = 0;
    std::mt19937_64 _random;
};

class RandomPolicyPlugin : public nearcache::PolicyPlugin {
  public:
    [[nodiscard]] std::vector<nearcache::OptionSpec> options() const override {
        return {{"seed", nearcache::OptionType::Integer, "1",
                 "Where the random numbers begin: the same seed and the same requests evict the same keys.", 0,
                 2'147'483'647}};
    }

    // Any key of a shard taken at random is as good as any key of the whole.
    [[nodiscard]] bool shardable() const noexcept override { return true; }

    [[nodiscard]] std::unique_ptr<nearcache::Policy> create(const nearcache::PolicyContext& context) const override {
        return std::make_unique<RandomPolicy>(context.capacity,
                                              static_cast<std::uint64_t>(context.options.integer("seed")));
    }
};

} // namespace

NEARCACHE_PLUGIN(nearcache::PolicyPlugin, RandomPolicyPlugin)
