#pragma once

/// Policies for tests of the store: first in, first out; and one that also writes down every call.

#include "nearcache/Policy.h"

#include <string>
#include <vector>

namespace nearcache {

class FifoPolicy : public Policy {
  public:
    void onHits(std::span<const Slot> /*slots*/) noexcept override {}
    void onInsert(Slot slot, std::uint64_t /*keyHash*/) noexcept override { _queue.push_back(slot); }
    void onRemove(Slot slot, std::uint64_t /*keyHash*/, Removal /*why*/) noexcept override { std::erase(_queue, slot); }

    [[nodiscard]] Slot victim(std::uint64_t /*incomingKeyHash*/) noexcept override {
        const Slot slot = _queue.front();
        _queue.erase(_queue.begin());
        return slot;
    }

    void clear() noexcept override { _queue.clear(); }
    [[nodiscard]] bool check() const noexcept override { return true; }

  private:
    std::vector<Slot> _queue;
};

class RecordingPolicy : public FifoPolicy {
  public:
    /// Outlives the policy, which the store owns.
    struct Record {
        std::vector<std::string> calls;
        bool refuse = false; ///< keep the next incoming keys out
    };

    explicit RecordingPolicy(Record& record) : _record(record) {}

    void onHits(std::span<const Slot> slots) noexcept override {
        std::string call = "hits";
        for (const Slot slot : slots)
            call += ' ' + std::to_string(slot);
        _record.calls.push_back(call);
    }

    void onInsert(Slot slot, std::uint64_t keyHash) noexcept override {
        note("insert", slot);
        FifoPolicy::onInsert(slot, keyHash);
    }

    void onRemove(Slot slot, std::uint64_t keyHash, Removal why) noexcept override {
        note(why == Removal::Expired ? "expired" : "deleted", slot);
        FifoPolicy::onRemove(slot, keyHash, why);
    }

    [[nodiscard]] Slot victim(std::uint64_t incomingKeyHash) noexcept override {
        if (_record.refuse)
            return noSlot;
        const Slot slot = FifoPolicy::victim(incomingKeyHash);
        note("victim", slot);
        return slot;
    }

    void clear() noexcept override {
        _record.calls.emplace_back("clear");
        FifoPolicy::clear();
    }

  private:
    void note(const char* what, Slot slot) { _record.calls.push_back(what + (' ' + std::to_string(slot))); }

    Record& _record;
};

} // namespace nearcache
