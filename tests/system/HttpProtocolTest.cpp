/// HTTP/1.x itself: connections that persist or do not, pipelining, and input that is malformed, too long or ambiguous.

#include "system/harness/SystemTest.h"

namespace nearcache::blackbox {

using namespace std::string_literals;

class HttpProtocolTest : public SystemTest {
  protected:
    void SetUp() override {
        SystemTest::SetUp();
        redis().ask({"SET", "name", "Ada"});
        ASSERT_EQ(proxy.httpClient().get("name").status, 201);
    }

    /// All that comes for these bytes until the connection is closed, which it must be.
    std::string everythingFor(const std::string& bytes) const {
        RawClient client(proxy.http());
        EXPECT_TRUE(client.trySend(bytes));
        const auto all = client.receiveAll();
        EXPECT_FALSE(client.wasReset()) << "the last reply may get lost";
        return all;
    }

    /// It is refused with this status and the connection is closed; whatever follows it is not looked at.
    void expectRefusal(int expectedStatus, const std::string& bytes) const {
        const auto all = everythingFor(bytes + httpGet("name"));
        EXPECT_EQ(all.rfind("HTTP/1.1 " + std::to_string(expectedStatus) + " ", 0), 0U)
            << "for: " << bytes.substr(0, 200) << "\ngot: " << all;
        EXPECT_EQ(all.find("Ada"), std::string::npos) << "for: " << bytes.substr(0, 200) << "\ngot: " << all;
        EXPECT_EQ(all.find("HTTP/1.1 ", 1), std::string::npos) << "for: " << bytes.substr(0, 200) << "\ngot: " << all;
    }

    Proxy proxy{config()};
};

TEST_F(HttpProtocolTest, ConnectionsPersist) {
    RawClient client(proxy.http());
    for (int i = 0; i < 100; ++i) {
        client.send(httpGet("name"));
        ASSERT_EQ(client.receiveHttp().body, "Ada");
    }
}

TEST_F(HttpProtocolTest, ConnectionCloseIsHonoured) {
    const auto all = everythingFor(httpGet("name", "Connection: close\r\n") + httpGet("name"));
    EXPECT_EQ(all.find("Ada"), all.rfind("Ada")) << "a request after the close was answered";
    EXPECT_NE(all.find("Ada"), std::string::npos);
    EXPECT_NE(all.find("Connection: close\r\n"), std::string::npos) << all;
}

TEST_F(HttpProtocolTest, Http10ClosesUnlessKeepAliveIsAskedFor) {
    EXPECT_NE(everythingFor("GET /get?key=name HTTP/1.0\r\n\r\n").find("Ada"), std::string::npos);
    RawClient client(proxy.http());
    for (int i = 0; i < 3; ++i) {
        client.send("GET /get?key=name HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        const auto answer = client.receiveHttp();
        EXPECT_EQ(answer.body, "Ada");
        EXPECT_EQ(answer.field("Connection"), "keep-alive");
    }
}

TEST_F(HttpProtocolTest, PipelinedRequestsAreAnsweredInOrder) {
    constexpr int count = 2'000;
    std::string requests;
    for (int i = 0; i < count; ++i) {
        if (i % 3 != 0)
            redis().ask({"SET", "k" + std::to_string(i), "v" + std::to_string(i)});
        requests += httpGet("k" + std::to_string(i));
    }
    RawClient client(proxy.http());
    client.send(requests);
    for (int i = 0; i < count; ++i) {
        const auto answer = client.receiveHttp();
        ASSERT_EQ(answer.status, i % 3 == 0 ? 404 : 201) << i;
        if (i % 3 != 0) {
            ASSERT_EQ(answer.body, "v" + std::to_string(i));
        }
    }
}

TEST_F(HttpProtocolTest, HitsAndMissesAndErrorsInOnePipelineKeepTheirOrder) {
    redis().ask({"SET", "cold", "Grace"});
    RawClient client(proxy.http());
    client.send(httpGet("cold") + httpGet("name") + "GET / HTTP/1.1\r\nHost: test\r\n\r\n" + httpGet("none") +
                httpGet("cold") + httpGet("name"));
    EXPECT_EQ(client.receiveHttp().body, "Grace");
    EXPECT_EQ(client.receiveHttp().body, "Ada");
    EXPECT_EQ(client.receiveHttp().status, 404);
    EXPECT_EQ(client.receiveHttp().status, 404);
    EXPECT_EQ(client.receiveHttp().body, "Grace");
    EXPECT_EQ(client.receiveHttp().body, "Ada");
}

TEST_F(HttpProtocolTest, TheAbsoluteFormIsUnderstood) {
    RawClient client(proxy.http());
    client.send("GET http://test/get?key=name HTTP/1.1\r\nHost: test\r\n\r\n");
    EXPECT_EQ(client.receiveHttp().body, "Ada");
}

TEST_F(HttpProtocolTest, EmptyLinesBeforeARequestAreSkipped) {
    RawClient client(proxy.http());
    client.send("\r\n" + httpGet("name"));
    EXPECT_EQ(client.receiveHttp().body, "Ada");
}

TEST_F(HttpProtocolTest, MalformedRequestsAreRefused) {
    const std::string host = "Host: test\r\n";
    for (const auto& request : std::vector<std::string>{
             "garbage\r\n\r\n",
             "GET\r\n" + host + "\r\n",
             "GET /get?key=name\r\n" + host + "\r\n",
             "GET /get?key=name HTP/1.1\r\n" + host + "\r\n",
             "GET /get?key=name HTTP/1.x\r\n" + host + "\r\n",
             "GET  /get?key=name HTTP/1.1\r\n" + host + "\r\n",
             "GET /get?key=na me HTTP/1.1\r\n" + host + "\r\n",
             "G\x01T /get?key=name HTTP/1.1\r\n" + host + "\r\n",
             "GET /get?key=name HTTP/1.1\r\n" + host + "no colon\r\n\r\n",
             "GET /get?key=name HTTP/1.1\r\n" + host + ": no name\r\n\r\n",
             "GET /get?key=name HTTP/1.1\r\n" + host + "Bad Name: x\r\n\r\n",
             "GET /get?key=name HTTP/1.1\r\n" + host + "Null: a" + std::string(1, '\0') + "b\r\n\r\n",
             "GET /get?key=name HTTP/1.1\r\n\r\n",
             "GET /get?key=name HTTP/1.1\r\n" + host + host + "\r\n",
             "*1\r\n$4\r\nPING\r\n",
             "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s,
         })
        expectRefusal(400, request);
}

TEST_F(HttpProtocolTest, AmbiguousFramingIsRefused) {
    const std::string start = "GET /get?key=name HTTP/1.1\r\nHost: test\r\n";
    const std::string chunked = "Transfer-Encoding: chunked\r\n";
    for (const auto& fields : std::vector<std::string>{
             "Content-Length: 5\r\n" + chunked + "\r\n0\r\n\r\n",
             chunked + "Content-Length: 5\r\n\r\n0\r\n\r\n",
             "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
             "Content-Length: 5, 6\r\n\r\nhello",
             "Content-Length: +5\r\n\r\nhello",
             "Content-Length: -5\r\n\r\nhello",
             "Content-Length: 0x5\r\n\r\nhello",
             "Content-Length: 5a\r\n\r\nhello",
             "Content-Length: \r\n\r\nhello",
             "Content-Length: 99999999999999999999999\r\n\r\nhello",
             "Content-Length : 5\r\n\r\nhello",
             " Content-Length: 5\r\n\r\nhello",
             "X: a\r\n Content-Length: 5\r\n\r\nhello",
             "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
             "Transfer-Encoding: identity\r\n\r\n0\r\n\r\n",
             "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
             "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
             "Transfer-Encoding:\x0b"
             "chunked\r\n\r\n0\r\n\r\n",
             chunked + chunked + "\r\n0\r\n\r\n",
             "X: a\nContent-Length: 5\r\n\r\nhello",
             "X: a\rContent-Length: 5\r\n\r\nhello",
         })
        expectRefusal(400, start + fields);
}

TEST_F(HttpProtocolTest, Http10WithTransferEncodingIsRefused) {
    expectRefusal(400, "GET /get?key=name HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
}

TEST_F(HttpProtocolTest, ABodyIsNeverTakenForARequest) {
    redis().ask({"SET", "smuggled", "no one should see this"});
    const auto inner = httpGet("smuggled");
    char size[16];
    std::snprintf(size, sizeof size, "%zx", inner.size());
    for (const auto& framed :
         {"Content-Length: " + std::to_string(inner.size()) + "\r\n\r\n" + inner,
          "Transfer-Encoding: chunked\r\n\r\n" + std::string(size) + "\r\n" + inner + "\r\n0\r\n\r\n"})
        for (const auto* method : {"GET", "POST"}) {
            const auto all = everythingFor(std::string(method) + " /get?key=name HTTP/1.1\r\nHost: test\r\n" + framed +
                                           httpGet("name", "Connection: close\r\n"));
            EXPECT_EQ(all.find("no one"), std::string::npos) << all;
            EXPECT_EQ(all.rfind("HTTP/1.1 ", 0), 0U) << all;
        }
    EXPECT_EQ(redis().calls("get"), 1);
}

TEST_F(HttpProtocolTest, OverlongRequestsAreRefused) {
    constexpr std::size_t tooLong = 1 << 20;
    const std::string start = "GET /get?key=name HTTP/1.1\r\nHost: test\r\n";
    expectRefusal(414, "GET /get?key=" + std::string(tooLong, 'a') + " HTTP/1.1\r\nHost: test\r\n\r\n");
    expectRefusal(431, start + "X: " + std::string(tooLong, 'a') + "\r\n\r\n");
    std::string many;
    for (int i = 0; i < 20'000; ++i)
        many += "X" + std::to_string(i) + ": a\r\n";
    expectRefusal(431, start + many + "\r\n");
    expectRefusal(413, start + "Content-Length: 1073741824\r\n\r\n" + std::string(tooLong, 'a'));
}

TEST_F(HttpProtocolTest, OverlongPartsAreRefusedBeforeTheyEnd) {
    for (const auto& [code, begin] : {std::pair(414, std::string("GET /get?key=")),
                                      std::pair(431, std::string("GET /get?key=name HTTP/1.1\r\nHost: t\r\nX: "))}) {
        RawClient client(proxy.http());
        client.trySend(begin + std::string(1 << 20, 'a'));
        EXPECT_EQ(client.receiveHttp().status, code);
        client.receiveAll();
    }
}

TEST_F(HttpProtocolTest, ABadRequestBehindGoodOnesIsAnsweredInItsTurn) {
    RawClient client(proxy.http());
    redis().ask({"SET", "cold", "Grace"});
    client.send(httpGet("cold") + httpGet("name") + "garbage\r\n\r\n");
    EXPECT_EQ(client.receiveHttp().body, "Grace");
    EXPECT_EQ(client.receiveHttp().body, "Ada");
    EXPECT_EQ(client.receiveHttp().status, 400);
    EXPECT_EQ(client.receiveAll(), "");
}

TEST_F(HttpProtocolTest, OtherClientsNeverNotice) {
    auto neighbour = proxy.httpClient();
    for (int i = 0; i < 20; ++i) {
        everythingFor("garbage " + std::to_string(i) + "\r\n\r\n");
        ASSERT_EQ(neighbour.get("name").status, 200);
    }
}

} // namespace nearcache::blackbox
