#include "Greeting.h"

#include "Reply.h"

namespace nearcache::respfront {

std::string greeting(const BackendIdentity& backend, std::uint64_t id, bool resp3) {
    constexpr std::size_t fields = 7;
    std::string text;
    const auto field = [&text](std::string_view name, std::string_view value) {
        resp::appendBulk(text, name);
        resp::appendBulk(text, value);
    };
    appendMap(text, fields, resp3);
    field("server", backend.server);
    field("version", backend.version);
    resp::appendBulk(text, "proto");
    appendInteger(text, resp3 ? 3 : 2);
    resp::appendBulk(text, "id");
    appendInteger(text, static_cast<std::int64_t>(id));
    field("mode", backend.mode);
    field("role", backend.role);
    resp::appendBulk(text, "modules");
    appendArray(text, 0);
    return text;
}

} // namespace nearcache::respfront
