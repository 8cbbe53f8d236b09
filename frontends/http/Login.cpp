#include "Login.h"

#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <cstdint>

namespace nearcache::http {

namespace {

constexpr std::string_view defaultUser = "default";

/// Takes the scheme, in any case, and the spaces behind it from the front.
bool takeScheme(std::string_view& value, std::string_view scheme) {
    const std::string_view front = value.substr(0, scheme.size());
    if (value.size() <= scheme.size() || value[scheme.size()] != ' ' ||
        !boost::beast::iequals({front.data(), front.size()}, {scheme.data(), scheme.size()}))
        return false;
    value.remove_prefix(scheme.size());
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    return true;
}

bool isBasicLogin(std::string_view encoded, const Credentials& credentials, std::pmr::memory_resource& memory) {
    const auto pair = decodeBase64(encoded, memory);
    const std::size_t colon = pair ? pair->find(':') : std::string_view::npos;
    if (colon == std::string_view::npos)
        return false;
    return credentials.check(colon == 0 ? defaultUser : pair->substr(0, colon), pair->substr(colon + 1));
}

/// 64 for what is no digit.
unsigned valueOf(char digit) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    return static_cast<unsigned>(std::min(digits.find(digit), digits.size()));
}

} // namespace

bool isLogin(std::string_view authorization, const Credentials& credentials, std::pmr::memory_resource& memory) {
    if (takeScheme(authorization, "basic"))
        return isBasicLogin(authorization, credentials, memory);
    return takeScheme(authorization, "bearer") && credentials.check(defaultUser, authorization);
}

std::optional<std::string_view> decodeBase64(std::string_view text, std::pmr::memory_resource& memory) {
    if (text.size() % 4 != 0)
        return std::nullopt;
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding)
        text.remove_suffix(1);
    auto* const decoded = static_cast<char*>(memory.allocate(text.size() + 1, 1));
    std::size_t length = 0;
    std::uint32_t bits = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const unsigned value = valueOf(text[at]);
        if (value == 64)
            return std::nullopt;
        bits = bits << 6U | value;
        if (at % 4 != 0)
            decoded[length++] = static_cast<char>(bits >> (6 - 2 * (at % 4)) & 0xffU);
    }
    return std::string_view(decoded, length);
}

} // namespace nearcache::http
