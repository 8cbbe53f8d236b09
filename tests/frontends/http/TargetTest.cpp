#include "http/Target.h"

#include <gtest/gtest.h>

#include <memory_resource>
#include <string>

namespace nearcache::http {

namespace {

std::string decode(std::string_view text) {
    std::pmr::monotonic_buffer_resource memory;
    const auto decoded = decodeForm(text, memory);
    return decoded ? std::string(*decoded) : "bad";
}

} // namespace

TEST(HttpTarget, origin) {
    const Target target = parseTarget("/get?key=a?b&c");
    EXPECT_EQ(target.form, Target::Form::Path);
    EXPECT_EQ(target.path, "/get");
    EXPECT_EQ(target.query, "key=a?b&c");
}

TEST(HttpTarget, withoutQuery) {
    EXPECT_EQ(parseTarget("/get").path, "/get");
    EXPECT_EQ(parseTarget("/get").query, "");
    EXPECT_EQ(parseTarget("/get?").query, "");
}

TEST(HttpTarget, absolute) {
    for (const std::string_view text :
         {"http://host/get?key=a", "HTTPS://u@host:80/get?key=a", "http://[::1]/get?key=a"}) {
        const Target target = parseTarget(text);
        EXPECT_EQ(target.form, Target::Form::Path) << text;
        EXPECT_EQ(target.path, "/get") << text;
        EXPECT_EQ(target.query, "key=a") << text;
    }
}

TEST(HttpTarget, absoluteWithoutPath) {
    EXPECT_EQ(parseTarget("http://host").path, "/");
    EXPECT_EQ(parseTarget("http://host?key=a").path, "/");
    EXPECT_EQ(parseTarget("http://host?key=a").query, "key=a");
}

TEST(HttpTarget, asterisk) {
    EXPECT_EQ(parseTarget("*").form, Target::Form::Asterisk);
}

TEST(HttpTarget, malformed) {
    for (const std::string_view text : {"", "get?key=a", "host:80", "http://", "http:///get?key=a", "http:/get?key=a",
                                        "ftp://host/get?key=a", "/get?key=a#b", "**", "?key=a"})
        EXPECT_EQ(parseTarget(text).form, Target::Form::Malformed) << text;
}

TEST(HttpTarget, key) {
    EXPECT_EQ(findKey("key=a").value, "a");
    EXPECT_EQ(findKey("key=a").count, 1U);
    EXPECT_EQ(findKey("key=a=b").value, "a=b");
    EXPECT_EQ(findKey("x=1&key=a&y").value, "a");
    EXPECT_EQ(findKey("&&key=a&").value, "a");
    EXPECT_EQ(findKey("key=").count, 1U);
    EXPECT_EQ(findKey("key=").value, "");
}

TEST(HttpTarget, noKey) {
    for (const std::string_view query : {"", "key", "Key=a", "keys=a", "x=key=a", "&", "%6Bey=a"})
        EXPECT_EQ(findKey(query).count, 0U) << query;
}

TEST(HttpTarget, severalKeys) {
    EXPECT_EQ(findKey("key=a&key=a").count, 2U);
    EXPECT_EQ(findKey("key=a&x=1&key=b&key=").count, 3U);
}

TEST(HttpTarget, decoding) {
    EXPECT_EQ(decode(""), "");
    EXPECT_EQ(decode("plain:key-1"), "plain:key-1");
    EXPECT_EQ(decode("a+b%20c%2Bd"), "a b c+d");
    EXPECT_EQ(decode("%e2%82%AC"), "\xe2\x82\xac");
    EXPECT_EQ(decode("%00%0d%0A%ff"), std::string("\0\r\n\xff", 4));
    EXPECT_EQ(decode("\xc3\xa9"), "\xc3\xa9");
    EXPECT_EQ(decode("%2525"), "%25");
}

TEST(HttpTarget, badEscapes) {
    for (const std::string_view text : {"%", "a%", "%4", "%g0", "%0g", "%%41", "%-1", "%+1", "a%4"})
        EXPECT_EQ(decode(text), "bad") << text;
}

TEST(HttpTarget, undecodedTextIsNotCopied) {
    const std::string_view text = "user:1000";
    EXPECT_EQ(decodeForm(text, *std::pmr::null_memory_resource())->data(), text.data());
}

TEST(HttpTarget, everyByteSurvives) {
    std::string encoded;
    std::string plain;
    for (unsigned byte = 0; byte < 256; ++byte) {
        constexpr std::string_view digits = "0123456789abcdef";
        encoded.append({'%', digits[byte / 16], digits[byte % 16]});
        plain.push_back(static_cast<char>(byte));
    }
    EXPECT_EQ(decode(encoded), plain);
}

} // namespace nearcache::http
