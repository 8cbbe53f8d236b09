#pragma once

#include "coherence/verify/History.h"

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace nearcache::coherence {

/// The keys that are written and read, by slot. A key whose state is in doubt is replaced by a new one. Thread-safe.
class Keys {
  public:
    /// `prefix`: unique to this run, as all keys must be absent at first.
    Keys(std::string prefix, std::size_t slots);

    [[nodiscard]] std::size_t size() const { return _slots.size(); }
    [[nodiscard]] std::shared_ptr<History> at(std::size_t slot) const;

    /// The right to write to the slot's key; none while another writer has it.
    [[nodiscard]] std::unique_lock<std::mutex> tryHold(std::size_t slot) const;

    /// Gives the key up, and the slot a new one.
    void replace(std::size_t slot);

    /// All keys there ever were.
    [[nodiscard]] std::vector<std::string> names() const;

    /// A write to all keys at once (FLUSHALL, or a restart that loses them), while nobody else writes.
    class Loss {
      public:
        explicit Loss(const Keys& keys);
        void acknowledge();

      private:
        std::vector<std::pair<std::shared_ptr<History>, Index>> _states;
    };

  private:
    [[nodiscard]] std::string nextName(std::size_t slot);

    const std::string _prefix;
    mutable std::mutex _mutex;
    std::vector<std::shared_ptr<History>> _slots;
    mutable std::vector<std::mutex> _writing; ///< by slot
    std::vector<std::string> _names;
};

} // namespace nearcache::coherence
