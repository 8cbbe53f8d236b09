#include "settings/CredentialList.h"

#include <Poco/SHA2Engine.h>

#include <algorithm>

namespace nearcache {

CredentialList::CredentialList(const std::vector<std::pair<std::string, std::string>>& users) {
    for (const auto& [name, password] : users)
        _users.push_back({digestOf(name), digestOf(password)});
}

bool CredentialList::check(std::string_view user, std::string_view password) const {
    const User given{digestOf(user), digestOf(password)};
    const auto differences = [](const Digest& one, const Digest& other) {
        unsigned bits = 0;
        for (std::size_t i = 0; i < one.size(); ++i)
            bits |= static_cast<unsigned>(one[i] ^ other[i]);
        return bits;
    };
    unsigned found = 0; // no branch until all are compared
    for (const User& known : _users) {
        const unsigned bits = differences(given.name, known.name) | differences(given.password, known.password);
        found |= (bits - 1) >> 31; // 1 for none, 0 for any: there are eight at most
    }
    return found != 0;
}

CredentialList::Digest CredentialList::digestOf(std::string_view text) {
    Poco::SHA2Engine engine(Poco::SHA2Engine::SHA_256);
    engine.update(text.data(), text.size());
    const auto& bytes = engine.digest();
    Digest digest{};
    std::copy_n(bytes.begin(), std::min(bytes.size(), digest.size()), digest.begin());
    return digest;
}

} // namespace nearcache
