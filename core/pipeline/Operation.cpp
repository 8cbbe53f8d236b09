#include "pipeline/Operation.h"

#include "cache/KeyHash.h"

#include <numeric>

namespace nearcache {

namespace {

/// More than most requests need. What is larger is given back.
constexpr std::size_t maxKept = 512;

void clearBuffer(std::string& buffer) {
    if (buffer.capacity() > maxKept)
        std::string().swap(buffer);
    else
        buffer.clear();
}

template <class T> void clearElements(std::vector<T>& elements) {
    if (elements.capacity() * sizeof(T) > maxKept)
        std::vector<T>().swap(elements);
    else
        elements.clear();
}

} // namespace

void Operation::take(const Request& request, std::uint64_t hash) {
    action = request.action;
    road = request.road;
    expect = request.expect;
    scope = request.scope;
    writes = request.writes;
    waits = request.waits;
    release = request.release;
    close = request.close;
    silent = request.silent;
    protocol = request.protocol;
    tag = request.tag;
    payload = request.payload;
    if (action == Request::Action::Get) {
        _names = request.key;
        keys.push_back({_names, hash});
    } else {
        takeKeys(request.keys);
    }
    if (many())
        parts.resize(keys.size());
}

void Operation::takeKeys(std::span<const std::string_view> names) {
    _names.reserve(std::accumulate(names.begin(), names.end(), std::size_t{0},
                                   [](std::size_t sum, std::string_view name) { return sum + name.size(); }));
    for (const auto name : names) {
        keys.push_back({{_names.data() + _names.size(), name.size()}, hashKey(name)});
        _names.append(name); // never moved: there is room for all
    }
}

void Operation::clear() {
    static_cast<OperationFacts&>(*this) = {};
    clearElements(keys);
    clearElements(parts);
    clearBuffer(_names);
    clearBuffer(payload);
    clearBuffer(text);
    clearBuffer(unasked);
    entry.reset();
    tail = {};
}

} // namespace nearcache
