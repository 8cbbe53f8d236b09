#include "http/Login.h"

#include "Checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nearcache::http::test {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

namespace {

const Users users{{"default", "secret"}, {"bob", "a:b"}};

std::string decoded(std::string_view text) {
    std::pmr::monotonic_buffer_resource memory;
    const auto bytes = decodeBase64(text, memory);
    return bytes ? std::string(*bytes) : "bad";
}

Seen ask(std::string_view fields, std::string_view target = "/get?key=a") {
    return parseOnly(getRequest(target, fields), {}, users);
}

bool isLetIn(const std::string& value) {
    return ask("Authorization: " + value + "\r\n").isGet;
}

} // namespace

TEST(HttpLogin, base64) {
    EXPECT_EQ(decoded(""), "");
    EXPECT_EQ(decoded("Zg=="), "f");
    EXPECT_EQ(decoded("Zm8="), "fo");
    EXPECT_EQ(decoded("Zm9v"), "foo");
    EXPECT_EQ(decoded("Zm9vYg=="), "foob");
    EXPECT_EQ(decoded("+/+/"), "\xfb\xff\xbf");
    for (const char* text : {"Z", "Zg", "Zg=", "Zm9v!m9v", "Zg==Zg==", "====", "-_-_", "Zm9 "})
        EXPECT_EQ(decoded(text), "bad") << text;
}

TEST(HttpLogin, basic) {
    EXPECT_TRUE(isLetIn("Basic ZGVmYXVsdDpzZWNyZXQ="));  // default:secret
    EXPECT_TRUE(isLetIn("bASIC  ZGVmYXVsdDpzZWNyZXQ=")); // the same
    EXPECT_TRUE(isLetIn("Basic OnNlY3JldA=="));          // :secret
    EXPECT_TRUE(isLetIn("Basic Ym9iOmE6Yg=="));          // bob:a:b
    EXPECT_FALSE(isLetIn("Basic Ym9iOmE="));             // bob:a
    EXPECT_FALSE(isLetIn("Basic Ym9i"));                 // bob
    EXPECT_FALSE(isLetIn("Basic !"));
    EXPECT_FALSE(isLetIn("Basic"));
}

TEST(HttpLogin, bearer) {
    EXPECT_TRUE(isLetIn("Bearer secret"));
    EXPECT_TRUE(isLetIn("bearer secret"));
    EXPECT_FALSE(isLetIn("Bearer secret2"));
    EXPECT_FALSE(isLetIn("Bearer"));
    EXPECT_FALSE(isLetIn("Bearersecret"));
    EXPECT_FALSE(isLetIn("secret"));
}

TEST(HttpLogin, strangersAreToldHow) {
    for (const char* target : {"/get?key=a", "/get", "/status", "/nowhere"}) {
        const Seen seen = ask("", target);
        EXPECT_THAT(seen.payload, StartsWith("HTTP/1.1 401 Unauthorized\r\n")) << target;
        EXPECT_THAT(seen.payload, HasSubstr("\r\nWWW-Authenticate: Basic realm=\"nearcache\", charset=\"UTF-8\"\r\n"));
        EXPECT_THAT(seen.payload, HasSubstr("\r\nWWW-Authenticate: Bearer realm=\"nearcache\"\r\n"));
        EXPECT_FALSE(seen.close);
    }
}

TEST(HttpLogin, twoLoginsAreNone) {
    EXPECT_FALSE(ask("Authorization: Bearer secret\r\nAuthorization: Bearer secret\r\n").isGet);
}

TEST(HttpLogin, eachRequestNeedsItsOwn) {
    const auto seen =
        parseAll(getRequest("/get?key=a", "Authorization: Bearer secret\r\n") + getRequest("/get?key=a"), {}, users);
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_TRUE(seen[0].isGet);
    EXPECT_FALSE(seen[1].isGet);
}

TEST(HttpLogin, strangersSendNoBody) {
    const Seen seen = ask("Content-Length: 5\r\nExpect: 100-continue\r\n");
    EXPECT_THAT(seen.payload, StartsWith("HTTP/1.1 401 "));
    EXPECT_TRUE(seen.close);
}

TEST(HttpLogin, whereNobodyNeedsToLogInItIsNotLookedAt) {
    EXPECT_TRUE(parseOnly(getRequest("/get?key=a", "Authorization: Basic !\r\n")).isGet);
}

} // namespace nearcache::http::test
