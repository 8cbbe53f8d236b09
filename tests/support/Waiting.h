#pragma once

/// Waiting for a condition, with a deadline: what tests use in place of sleeping.

#include <algorithm>
#include <chrono>
#include <thread>

namespace nearcache::test {

/// How long a test waits for what must happen at last. Long, as it is used up only by a test that fails.
inline constexpr std::chrono::seconds patience{30};

/// Asks until the condition holds; false when it still does not at the deadline.
template <class Condition> [[nodiscard]] bool eventually(Condition condition) {
    using namespace std::chrono_literals;
    const auto deadline = std::chrono::steady_clock::now() + patience;
    for (auto pause = 1ms;; pause = std::min(2 * pause, 20ms)) {
        if (condition())
            return true;
        if (std::chrono::steady_clock::now() >= deadline)
            return false;
        std::this_thread::sleep_for(pause);
    }
}

} // namespace nearcache::test
