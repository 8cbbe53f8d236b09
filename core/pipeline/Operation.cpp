#include "pipeline/Operation.h"

#include "cache/KeyHash.h"

#include <functional>

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

bool isWithin(std::string_view whole, std::string_view part) {
    const std::less_equal<> notAfter;
    return notAfter(whole.data(), part.data()) && notAfter(part.data() + part.size(), whole.data() + whole.size());
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
        takeKeys(request);
    }
    if (many())
        parts.resize(keys.size());
}

/// Those of a command are words of it, as a rule, and need no copy of their own.
void Operation::takeKeys(const Request& request) {
    std::size_t elsewhere = 0;
    for (const auto name : request.keys)
        elsewhere += isWithin(request.payload, name) ? 0 : name.size();
    _names.reserve(elsewhere);
    for (const auto name : request.keys) {
        const bool within = isWithin(request.payload, name);
        const char* const bytes =
            within ? payload.data() + (name.data() - request.payload.data()) : _names.data() + _names.size();
        if (!within)
            _names.append(name); // never moved: there is room for all
        keys.push_back({{bytes, name.size()}, hashKey(name)});
    }
}

void Operation::clear() {
    if (many()) {
        clearElements(parts);
        values = {};
    }
    static_cast<OperationFacts&>(*this) = {};
    clearElements(keys);
    clearBuffer(_names);
    clearBuffer(payload);
    clearBuffer(text);
    clearBuffer(unasked);
    entry.reset();
    tail = {};
}

} // namespace nearcache
