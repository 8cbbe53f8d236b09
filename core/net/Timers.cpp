#include "net/Timers.h"

namespace nearcache {

Timers::Id Timers::at(Time when, Task task) {
    const Id id = ++_lastId;
    _tasks.emplace(std::pair{when, id}, std::move(task));
    _times.emplace(id, when);
    return id;
}

void Timers::cancel(Id id) {
    const auto found = _times.find(id);
    if (found == _times.end())
        return;
    _tasks.erase({found->second, id});
    _times.erase(found);
}

std::optional<Time> Timers::next() const {
    if (_tasks.empty())
        return std::nullopt;
    return _tasks.begin()->first.first;
}

void Timers::runDue(Time now) {
    while (!_tasks.empty() && _tasks.begin()->first.first <= now) {
        const auto due = _tasks.extract(_tasks.begin());
        _times.erase(due.key().second);
        due.mapped()();
    }
}

} // namespace nearcache
