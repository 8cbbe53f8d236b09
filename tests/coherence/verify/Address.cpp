#include "coherence/verify/Address.h"

#include <Poco/NumberParser.h>

#include <stdexcept>

namespace nearcache::coherence {

Address addressOf(const std::string& text) {
    if (!text.empty() && text.front() == '/')
        return {{}, 0, text};
    const auto colon = text.rfind(':');
    unsigned port = 0;
    if (colon == std::string::npos || colon == 0 ||
        !Poco::NumberParser::tryParseUnsigned(text.substr(colon + 1), port) || port == 0 || port > 65535)
        throw std::invalid_argument("'" + text + "' is no HOST:PORT and no path");
    return {text.substr(0, colon), static_cast<std::uint16_t>(port), {}};
}

} // namespace nearcache::coherence
