/// What `GET /get?key=…` answers, status by status, as a client of HTTP/1.1 sees it.

#include "system/harness/SystemTest.h"

#include <Poco/NumberParser.h>

namespace nearcache::blackbox {

class HttpTest : public SystemTest {
  protected:
    Proxy proxy{config()};
    HttpClient client = proxy.httpClient();
};

TEST_F(HttpTest, AnswersAFetchedValueWith201AndAHitWith200) {
    redis().ask({"SET", "name", "Ada"});
    const auto fetched = client.get("name");
    EXPECT_EQ(fetched.status, 201);
    EXPECT_EQ(fetched.body, "Ada");
    const auto hit = client.get("name");
    EXPECT_EQ(hit.status, 200);
    EXPECT_EQ(hit.body, "Ada");
}

TEST_F(HttpTest, AnswersAnAbsentKeyWith404) {
    EXPECT_EQ(client.get("nobody").status, 404);
}

TEST_F(HttpTest, AnswersAnEmptyValue) {
    redis().ask({"SET", "empty", ""});
    for (const int expected : {201, 200}) {
        const auto answer = client.get("empty");
        EXPECT_EQ(answer.status, expected);
        EXPECT_EQ(answer.body, "");
        EXPECT_EQ(answer.field("Content-Length"), "0");
    }
}

TEST_F(HttpTest, AnswersAMissingParameterWith400) {
    for (const auto* target : {"/get", "/get?", "/get?kee=a", "/get?keys=a"})
        EXPECT_EQ(client.request("GET", target).status, 400) << target;
}

TEST_F(HttpTest, AnswersAnUnknownPathWith404) {
    for (const auto* target : {"/", "/ge", "/gett?key=a", "/get/?key=a", "/GET?key=a", "/put?key=a"})
        EXPECT_EQ(client.request("GET", target).status, 404) << target;
    EXPECT_EQ(redis().calls("get"), 0);
}

TEST_F(HttpTest, AnswersOtherMethodsWith405AndSaysWhichAreAllowed) {
    for (const auto* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"}) {
        const auto answer = HttpClient(proxy.http()).request(method, "/get?key=a");
        EXPECT_EQ(answer.status, 405) << method;
        EXPECT_NE(answer.field("Allow").find("GET"), std::string::npos) << method;
        EXPECT_NE(answer.field("Allow").find("HEAD"), std::string::npos) << method;
    }
}

TEST_F(HttpTest, AnswersHeadAsGetWithoutABody) {
    redis().ask({"SET", "name", "Ada"});
    RawClient raw(proxy.http());
    const std::string head = "HEAD /get?key=name HTTP/1.1\r\nHost: test\r\n\r\n";
    for (const int expected : {201, 200}) {
        raw.send(head);
        const auto answer = raw.receiveHttp(true);
        EXPECT_EQ(answer.status, expected);
        EXPECT_EQ(answer.field("Content-Length"), "3");
        EXPECT_NE(answer.field("Cache-Status"), "");
    }
    raw.send(head + httpGet("name"));
    EXPECT_EQ(raw.receiveHttp(true).status, 200);
    EXPECT_EQ(raw.receiveHttp().body, "Ada");
}

TEST_F(HttpTest, AnswersAKeyOfAnotherTypeWith409AndTheWordsOfRedis) {
    redis().ask({"LPUSH", "list", "x"});
    const auto words = redis().ask({"GET", "list"}).text;
    for (int i = 0; i < 2; ++i) {
        const auto answer = client.get("list");
        EXPECT_EQ(answer.status, 409);
        EXPECT_NE(answer.body.find(words), std::string::npos) << answer.body;
    }
}

TEST_F(HttpTest, EveryAnswerToAKeyCarriesCacheStatus) {
    redis().ask({"SET", "name", "Ada"});
    redis().ask({"LPUSH", "list", "x"});
    const auto cacheStatus = [this](const char* key) { return client.get(key).field("Cache-Status"); };
    const auto fetched = cacheStatus("name");
    EXPECT_EQ(fetched.rfind("nearcache; ", 0), 0U) << fetched;
    EXPECT_NE(fetched.find("fwd=uri-miss"), std::string::npos) << fetched;
    EXPECT_NE(fetched.find("stored"), std::string::npos) << fetched;
    const auto hit = cacheStatus("name");
    EXPECT_EQ(hit.rfind("nearcache; hit", 0), 0U) << hit;
    EXPECT_EQ(hit.find("fwd"), std::string::npos) << hit;
    const auto absent = cacheStatus("nobody");
    EXPECT_NE(absent.find("fwd=uri-miss"), std::string::npos) << absent;
    EXPECT_EQ(absent.find("stored"), std::string::npos) << absent;
    const auto wrong = cacheStatus("list");
    EXPECT_EQ(wrong.rfind("nearcache; ", 0), 0U) << wrong;
    EXPECT_EQ(wrong.find("stored"), std::string::npos) << wrong;
}

TEST_F(HttpTest, AHitCarriesItsAge) {
    redis().ask({"SET", "name", "Ada"});
    const auto before = Clock::now();
    EXPECT_EQ(client.get("name").field("Age"), "");
    const auto after = Clock::now();
    HttpAnswer answer;
    ASSERT_TRUE(eventually([&] {
        const auto youngest = since(after);
        answer = client.get("name");
        const std::chrono::seconds age(Poco::NumberParser::parse(answer.field("Age")));
        EXPECT_LE(age, since(before));
        EXPECT_GE(age + std::chrono::seconds(1), youngest);
        return age.count() >= 1;
    }));
    EXPECT_EQ(answer.status, 200);
}

TEST_F(HttpTest, DecodesPercentInKeys) {
    redis().ask({"SET", "a b&c=d%/?#ü", "found"});
    EXPECT_EQ(client.get("a b&c=d%/?#ü").body, "found");
    redis().ask({"SET", "abc", "lower and upper"});
    EXPECT_EQ(client.request("GET", "/get?key=%61b%63").body, "lower and upper");
    EXPECT_EQ(client.request("GET", "/get?other=1&key=abc&more=%41").status, 200);
}

TEST_F(HttpTest, AnswersABrokenEscapeWith400) {
    for (const auto* target : {"/get?key=%", "/get?key=%4", "/get?key=%zz", "/get?key=a%4gb"})
        EXPECT_EQ(client.request("GET", target).status, 400) << target;
    EXPECT_EQ(redis().calls("get"), 0);
}

TEST_F(HttpTest, KeysMayHoldEveryByte) {
    std::string key;
    for (int byte = 0; byte < 256; ++byte)
        key += static_cast<char>(byte);
    redis().ask({"SET", key, key});
    for (const int expected : {201, 200}) {
        const auto answer = client.get(key);
        EXPECT_EQ(answer.status, expected);
        EXPECT_EQ(answer.body, key);
    }
}

} // namespace nearcache::blackbox
