#include "backend/PlainReply.h"

#include "nearcache/Resp.h"

namespace nearcache {

namespace {

/// What a GET of no key is answered with, in RESP2 and RESP3.
constexpr std::string_view nullBulk = "$-1\r\n";
constexpr std::string_view null = "_\r\n";

/// What most keys without an end have.
constexpr std::string_view noEnd = ":-1\r\n";

constexpr std::string_view invalidation = ">2\r\n$10\r\ninvalidate\r\n*1\r\n";
constexpr std::size_t longestNumber = 20;

/// Where it ends; null: something else.
const char* readValue(std::string_view bytes, Fetched& fetched) {
    const char* const end = resp::readShortBulk(bytes.data(), bytes.data() + bytes.size(), fetched.value);
    fetched.found = end != nullptr;
    if (fetched.found)
        return end;
    for (const auto none : {nullBulk, null}) {
        if (bytes.starts_with(none))
            return bytes.data() + none.size();
    }
    return nullptr;
}

const char* readInteger(std::string_view bytes, std::int64_t& number) {
    if (bytes.starts_with(noEnd)) {
        number = -1;
        return bytes.data() + noEnd.size();
    }
    const auto end = bytes.substr(0, 1 + longestNumber + 1).find('\r');
    if (!bytes.starts_with(':') || end == std::string_view::npos || bytes.size() < end + 2 || bytes[end + 1] != '\n')
        return nullptr;
    const auto read = resp::parseInteger(bytes.substr(1, end - 1));
    number = read.value_or(0);
    return read ? bytes.data() + end + 2 : nullptr;
}

} // namespace

std::size_t readFetched(std::string_view bytes, Fetched& fetched) {
    const char* const begin = bytes.data();
    const char* const valueEnd = readValue(bytes, fetched);
    if (valueEnd == nullptr)
        return 0;
    const char* const end = readInteger(bytes.substr(static_cast<std::size_t>(valueEnd - begin)), fetched.remaining);
    return end == nullptr ? 0 : static_cast<std::size_t>(end - begin);
}

std::size_t readInvalidation(std::string_view bytes, std::string_view& key) {
    if (!bytes.starts_with(invalidation))
        return 0;
    const char* const begin = bytes.data();
    const char* const end = resp::readShortBulk(begin + invalidation.size(), begin + bytes.size(), key);
    return end == nullptr ? 0 : static_cast<std::size_t>(end - begin);
}

} // namespace nearcache
