#include "settings/CredentialList.h"

#include <gtest/gtest.h>

namespace nearcache::test {

namespace {

TEST(CredentialList, letsInWhoIsListed) {
    const CredentialList list({{"default", "secret"}, {"me", "mine"}});

    EXPECT_TRUE(list.required());
    EXPECT_TRUE(list.check("default", "secret"));
    EXPECT_TRUE(list.check("me", "mine"));
}

TEST(CredentialList, letsInNobodyElse) {
    const CredentialList list({{"default", "secret"}, {"me", "mine"}});

    EXPECT_FALSE(list.check("me", "secret"));
    EXPECT_FALSE(list.check("default", "mine"));
    EXPECT_FALSE(list.check("you", "mine"));
    EXPECT_FALSE(list.check("", ""));
    EXPECT_FALSE(list.check("me", ""));
    EXPECT_FALSE(list.check("", "mine"));
    EXPECT_FALSE(list.check("ME", "mine"));
    EXPECT_FALSE(list.check("mem", "ine"));
    EXPECT_FALSE(list.check("me", std::string_view("mine\0", 5)));
    EXPECT_FALSE(list.check("me", std::string(1 << 20, 'x')));
}

TEST(CredentialList, tellsPasswordsApartByEachOfTheirBytes) {
    const std::string password(100, 'x');
    const CredentialList list({{"me", password}});
    for (std::size_t i = 0; i < password.size(); ++i) {
        std::string other = password;
        other[i] = 'y';
        EXPECT_FALSE(list.check("me", other)) << i;
    }
    EXPECT_TRUE(list.check("me", password));
}

TEST(CredentialList, acceptsNobodyWhereNothingIsRequired) {
    const CredentialList list({});

    EXPECT_FALSE(list.required());
    EXPECT_FALSE(list.check("default", ""));
}

} // namespace

} // namespace nearcache::test
