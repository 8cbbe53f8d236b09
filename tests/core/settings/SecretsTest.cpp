// Passwords: where they come from, and what is refused.

#include "settings/Secrets.h"

#include "Yaml.h"
#include "support/TemporaryFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nearcache::test {

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class Secrets : public ::testing::Test {
  protected:
    std::string file(std::string_view contents) { return folder.write("secret", contents).string(); }

    static std::string backend(const std::string& options, const Variables& variables = {}) {
        return loadWithFrontEnd("backend: {" + options + "}", variables).backend.password;
    }

    static std::vector<std::pair<std::string, std::string>> users(const std::string& options,
                                                                  const Variables& variables = {}) {
        return load("frontends: [{plugin: resp, listen: 1, " + options + "}]", variables).frontends.at(0).users;
    }

    static std::string refusal(const std::string& options) {
        return errorOf("frontends:\n  - {plugin: resp, listen: 1, " + options + "}\n");
    }

    TemporaryFolder folder;
};

TEST_F(Secrets, mayBeInAFile) {
    EXPECT_EQ(backend("password_file: " + file("secret")), "secret");
    EXPECT_EQ(backend("password_file: '${WHERE}'", {{"WHERE", file("secret")}}), "secret");
    EXPECT_THAT(users("password_file: " + file("secret")), ElementsAre(Pair("default", "secret")));
}

TEST_F(Secrets, loseOneLineEnd) {
    EXPECT_EQ(backend("password_file: " + file("secret\n")), "secret");
    EXPECT_EQ(backend("password_file: " + file("secret\r\n")), "secret");
    EXPECT_EQ(backend("password_file: " + file("secret\n\n")), "secret\n");
    EXPECT_EQ(backend("password_file: " + file(" a b\nc \n")), " a b\nc ");
    EXPECT_EQ(backend("password_file: " + file(std::string_view("a\0b", 3))), std::string("a\0b", 3));
}

TEST_F(Secrets, areNoneWhereNothingIsGiven) {
    EXPECT_EQ(backend("password: '', password_file: ''"), "");
    EXPECT_EQ(backend("password: x, password_file: ''"), "x");
    EXPECT_EQ(backend("password_file: "), "");
    EXPECT_THAT(users("password: '', password_file: '', users: {}"), IsEmpty());
    EXPECT_THAT(users("users: "), IsEmpty());
}

TEST_F(Secrets, areTakenUpToALength) {
    const std::string longest(maxSecret, 'x');

    EXPECT_EQ(backend("password_file: " + file(longest + "\r\n")), longest);
    EXPECT_EQ(refusal("password_file: " + file(longest + "x")),
              "2: frontends[0].password_file: the file is longer than any password, which is 64KiB");
}

TEST_F(Secrets, mustBeThereWhereAFileIsNamed) {
    EXPECT_EQ(refusal("password_file: /no/such/file"),
              "2: frontends[0].password_file: cannot be read: No such file or directory");
    EXPECT_EQ(refusal("password_file: " + folder.path().string()),
              "2: frontends[0].password_file: cannot be read: Is a directory");
    EXPECT_EQ(refusal("password_file: " + file("\n")),
              "2: frontends[0].password_file: the file is empty; it must hold a password");
    EXPECT_EQ(refusal("password_file: " + file("x") + ", password: y"),
              "2: frontends[0].password_file: is given beside the password itself; one of them must go");
}

TEST_F(Secrets, areOfUsers) {
    EXPECT_THAT(users("password: a, users: {me: '${MINE}', you: 0123}", {{"MINE", "b: c"}}),
                ElementsAre(Pair("default", "a"), Pair("me", "b: c"), Pair("you", "0123")));
    EXPECT_THAT(users("users: {default: a}"), ElementsAre(Pair("default", "a")));
    EXPECT_TRUE(
        load("frontends: [{plugin: resp, listen: 1, users: {me: a}, x: 1}]").frontends[0].plugin.options.size() == 1U)
        << "they are none of the plugin's options";
}

TEST_F(Secrets, areOfUsersThatAreNamedOnce) {
    EXPECT_EQ(refusal("password: a, users: {default: b}"),
              "2: frontends[0].users.default: is given beside the password of that user");
    EXPECT_EQ(refusal("users: {me: a, me: b}"), "2: frontends[0].users.me: is there already, on line 2");
}

TEST_F(Secrets, areNotEmptyWhereAUserIsNamed) {
    EXPECT_EQ(refusal("users: {me: }"), "2: frontends[0].users.me: a name or a password is empty");
    EXPECT_EQ(refusal("users: {'': a}"), "2: frontends[0].users.: a name or a password is empty");
}

} // namespace

} // namespace nearcache::test
