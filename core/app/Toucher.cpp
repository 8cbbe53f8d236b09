#include "app/Toucher.h"

namespace nearcache {

namespace {

constexpr Milliseconds interval{100};
/// A key that is read often enough to matter is met soon; all others cost nothing.
constexpr unsigned hitsASample = 64;

} // namespace

void Toucher::start() {
    _store.sampleHits(hitsASample);
    _loop.post([this] { touch(); });
}

void Toucher::touch() {
    if (const auto keys = _store.takeSamples(); !keys.empty())
        _control.touch(keys);
    _loop.timers().at(_loop.now() + interval, [this] { touch(); });
}

} // namespace nearcache
