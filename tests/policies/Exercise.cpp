#include "Exercise.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <vector>

namespace nearcache {

namespace {

class Driver {
  public:
    Driver(const PolicyMaker& make, std::uint32_t capacity, unsigned seed)
        : _policy(make(capacity)), _keyIn(capacity), _capacity(capacity), _random(seed) {
        for (Slot slot = capacity; slot-- > 0;)
            _free.push_back(slot);
    }

    [[nodiscard]] testing::AssertionResult step() {
        const auto result = act(_random() % 100);
        return result && !_policy->check() ? testing::AssertionFailure() << "an invariant is broken" : result;
    }

  private:
    testing::AssertionResult act(unsigned dice) {
        if (dice < 50 || _used.empty())
            return insert(_random() % (3 * _capacity + 2));
        if (dice < 85)
            return hit();
        if (dice < 99)
            return remove(dice % 2 == 0 ? Removal::Deleted : Removal::Expired);
        return clear();
    }

    /// Keys are few, so that evicted ones come back.
    testing::AssertionResult insert(std::uint64_t key) {
        const auto held = std::ranges::find_if(_used, [&](Slot slot) { return _keyIn[slot] == key; });
        if (held != _used.end())
            return hit(*held);
        if (_free.empty()) {
            const Slot victim = _policy->victim(key);
            if (std::erase(_used, victim) != 1)
                return testing::AssertionFailure() << "victim " << victim << " is not in use";
            _free.push_back(victim);
        }
        const Slot slot = _free.back();
        _free.pop_back();
        _used.push_back(slot);
        _keyIn[slot] = key;
        _policy->onInsert(slot, key);
        return testing::AssertionSuccess();
    }

    testing::AssertionResult hit(Slot slot) {
        const std::array<Slot, 3> slots{slot, anyUsed(), slot};
        _policy->onHits(slots);
        return testing::AssertionSuccess();
    }

    testing::AssertionResult hit() { return hit(anyUsed()); }

    testing::AssertionResult remove(Removal why) {
        const Slot slot = anyUsed();
        std::erase(_used, slot);
        _free.push_back(slot);
        _policy->onRemove(slot, _keyIn[slot], why);
        return testing::AssertionSuccess();
    }

    testing::AssertionResult clear() {
        _free.insert(_free.end(), _used.begin(), _used.end());
        _used.clear();
        _policy->clear();
        return testing::AssertionSuccess();
    }

    [[nodiscard]] Slot anyUsed() { return _used[_random() % _used.size()]; }

    std::unique_ptr<Policy> _policy;
    std::vector<std::uint64_t> _keyIn;
    std::vector<Slot> _used;
    std::vector<Slot> _free;
    std::uint32_t _capacity;
    std::mt19937 _random;
};

} // namespace

void exercise(const PolicyMaker& make) {
    for (const std::uint32_t capacity : {1U, 2U, 3U, 10U, 37U}) {
        for (unsigned seed = 0; seed < 8; ++seed) {
            Driver driver(make, capacity, seed);
            for (int step = 0; step < 1000; ++step)
                ASSERT_TRUE(driver.step()) << "capacity " << capacity << ", seed " << seed << ", step " << step;
        }
    }
}

} // namespace nearcache
