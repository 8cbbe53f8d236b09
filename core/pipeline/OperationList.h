#pragma once

/// Operations in an order. The links lie in them, so that nothing is allocated, and moving one is O(1). An operation is
/// in one list at most. Owns nothing. Threads: one.

#include "pipeline/Operation.h"

namespace nearcache {

class OperationList {
  public:
    OperationList() = default;
    OperationList(const OperationList&) = delete;
    OperationList& operator=(const OperationList&) = delete;

    [[nodiscard]] bool empty() const { return _front == nullptr; }

    /// REQUIRES: not empty.
    [[nodiscard]] Operation& front() const { return *_front; }

    void pushBack(Operation& operation) {
        operation.links = {_back, nullptr};
        (_back == nullptr ? _front : _back->links.after) = &operation;
        _back = &operation;
    }

    void pushFront(Operation& operation) {
        operation.links = {nullptr, _front};
        (_front == nullptr ? _back : _front->links.before) = &operation;
        _front = &operation;
    }

    /// REQUIRES: it is in this list.
    void remove(Operation& operation) {
        const auto [before, after] = operation.links;
        (before == nullptr ? _front : before->links.after) = after;
        (after == nullptr ? _back : after->links.before) = before;
    }

    /// REQUIRES: not empty.
    Operation& popFront() {
        Operation& operation = *_front;
        remove(operation);
        return operation;
    }

  private:
    Operation* _front = nullptr;
    Operation* _back = nullptr;
};

} // namespace nearcache
