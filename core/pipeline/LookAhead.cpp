#include "pipeline/LookAhead.h"

namespace nearcache {

std::span<Lookup> LookAhead::find(Range range, Store::Time now) {
    const std::span<Lookup> all(_lookups);
    if (range.first + range.count > _found) {
        _store.find(all.subspan(_found), _values, now);
        _found = all.size();
    }
    return all.subspan(range.first, range.count);
}

void LookAhead::drop(Range range) noexcept {
    for (std::size_t i = range.first; i < range.first + range.count; ++i)
        _lookups[i].entry.reset();
    _dropped += range.count;
    if (_dropped < _lookups.size())
        return;
    _lookups.clear();
    _values.clear();
    _found = _dropped = 0;
}

} // namespace nearcache
