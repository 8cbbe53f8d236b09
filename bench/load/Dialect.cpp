#include "Dialect.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace nearcache::bench {

void appendNumber(std::string& out, std::uint64_t number) {
    std::array<char, 20> digits{};
    const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    out.append(digits.data(), result.ptr);
}

std::size_t expect(std::string_view input, std::string_view expected) {
    const std::size_t length = std::min(input.size(), expected.size());
    if (input.substr(0, length) != expected.substr(0, length))
        return Dialect::wrong;
    return length == expected.size() ? length : Dialect::more;
}

std::size_t expectValue(std::string_view input, std::string_view head, std::string_view tail, const Values& values,
                        const Asked& asked, Check check) {
    const std::size_t begun = expect(input, head);
    if (begun == Dialect::wrong || begun == Dialect::more)
        return begun;
    const std::size_t size = values.sizeOf(asked.key);
    const std::size_t length = head.size() + size + tail.size();
    if (input.size() < length)
        return Dialect::more;
    const bool right = input.substr(head.size() + size, tail.size()) == tail &&
                       (check == Check::Size || values.matches(input.substr(head.size(), size), asked.key));
    return right ? length : Dialect::wrong;
}

std::unique_ptr<Dialect> makeDialect(const Options& options, const Values& values) {
    switch (options.protocol) {
    case Protocol::Resp: return makeResp(options, values);
    case Protocol::Memcached: return makeMemcached(options, values);
    case Protocol::Http: return makeHttp(options, values);
    }
    return nullptr;
}

} // namespace nearcache::bench
