/// Clients that behave badly, and values that are large.

#include "system/harness/SystemTest.h"

#include <fstream>
#include <list>
#include <random>

namespace nearcache::blackbox {

using namespace std::string_literals;

namespace {

constexpr std::size_t megabyte = 1'000'000;

/// Bytes without a pattern.
std::string noise(std::size_t length) {
    std::mt19937_64 random(length);
    std::string out(length, '\0');
    for (char& byte : out)
        byte = static_cast<char>(random());
    return out;
}

std::string respBulk(const std::string& text) {
    return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
}

/// The process's resident memory in bytes.
std::size_t residentMemory(pid_t process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/statm");
    std::size_t total = 0;
    std::size_t resident = 0;
    file >> total >> resident;
    return resident * 4096;
}

} // namespace

class RobustnessTest : public SystemTest {
  protected:
    void SetUp() override {
        SystemTest::SetUp();
        redis().ask({"SET", "name", "Ada"});
    }

    /// Both front-ends serve new clients.
    void expectAlive() {
        EXPECT_EQ(proxy.httpClient().get("name").body, "Ada");
        EXPECT_EQ(proxy.respClient().ask({"GET", "name"}), bulk("Ada"));
    }

    Proxy proxy{config()};
};

TEST_F(RobustnessTest, InputMayComeByteByByte) {
    RawClient http(proxy.http());
    http.sendByteByByte(httpGet("name", "X-Header: some value\r\n") + httpGet("name"));
    EXPECT_EQ(http.receiveHttp().body, "Ada");
    EXPECT_EQ(http.receiveHttp().body, "Ada");
    RawClient resp(proxy.resp());
    const auto binary = "a\0\r\n$5*"s;
    resp.sendByteByByte(encoded({"SET", binary, binary}) + encoded({"GET", binary}) + "PING\r\n" +
                        encoded({"DEL", binary}));
    const auto expected = "+OK\r\n" + respBulk(binary) + "+PONG\r\n:1\r\n";
    EXPECT_EQ(resp.receive(expected.size()), expected);
}

TEST_F(RobustnessTest, InputMayComeInTwoPiecesCutAnywhere) {
    const auto web = httpGet("name", "X: y\r\n");
    const auto commands = encoded({"SET", "a", "b"}) + encoded({"GET", "name"}) + "ECHO 'x y'\r\n";
    const std::string expected = "+OK\r\n$3\r\nAda\r\n$3\r\nx y\r\n";
    RawClient http(proxy.http());
    RawClient resp(proxy.resp());
    for (std::size_t cut = 1; cut < web.size(); ++cut) {
        http.send(web.substr(0, cut));
        ASSERT_EQ(proxy.respClient().ask({"PING"}), status("PONG")); // meanwhile the first piece is read
        http.send(web.substr(cut));
        ASSERT_EQ(http.receiveHttp().body, "Ada") << cut;
    }
    for (std::size_t cut = 1; cut < commands.size(); ++cut) {
        resp.send(commands.substr(0, cut));
        ASSERT_EQ(proxy.respClient().ask({"PING"}), status("PONG"));
        resp.send(commands.substr(cut));
        ASSERT_EQ(resp.receive(expected.size()), expected) << cut;
    }
}

TEST_F(RobustnessTest, ResetsInMidRequestHarmNobody) {
    auto neighbour = proxy.httpClient();
    const auto web = httpGet("name");
    const auto command = encoded({"SET", "written", "x"});
    for (std::size_t i = 0; i < 150; ++i) {
        RawClient http(proxy.http());
        http.send(web.substr(0, i % web.size()));
        http.reset();
        RawClient resp(proxy.resp());
        resp.send(command.substr(0, i % command.size()));
        resp.reset();
        if (i % 10 == 0) {
            ASSERT_EQ(neighbour.get("name").body, "Ada");
        }
    }
    expectAlive();
    EXPECT_EQ(redis().ask({"EXISTS", "written"}), integer(0));
}

TEST_F(RobustnessTest, ResetsInMidReplyHarmNobody) {
    redis().ask({"SET", "large", noise(5 * megabyte)});
    for (int i = 0; i < 20; ++i) {
        RawClient http(proxy.http());
        http.send(httpGet("large") + httpGet("large"));
        http.receive(1'000);
        http.reset();
        RawClient resp(proxy.resp());
        resp.send(encoded({"GET", "large"}) + encoded({"GET", "absent"}) + encoded({"GET", "large"}));
        resp.receive(1'000);
        resp.reset();
    }
    expectAlive();
}

TEST_F(RobustnessTest, ResetsWhileAFetchIsUnderWayHarmNobody) {
    RedisServer slow;
    slow.ask({"SET", "name", "Ada"});
    Proxy other(config(slow.address()));
    slow.freeze();
    for (int i = 0; i < 100; ++i) {
        RawClient http(other.http());
        http.send(httpGet("name"));
        RawClient resp(other.resp());
        resp.send(encoded({"GET", "k" + std::to_string(i)}) + encoded({"SET", "s" + std::to_string(i), "x"}));
        http.reset();
        resp.reset();
    }
    RawClient patient(other.http());
    patient.send(httpGet("name"));
    slow.thaw();
    EXPECT_EQ(patient.receiveHttp().body, "Ada");
    EXPECT_EQ(other.respClient().ask({"GET", "name"}), bulk("Ada"));
}

TEST_F(RobustnessTest, RepliesComeAfterTheClientHasEndedItsSide) {
    RawClient http(proxy.http());
    http.send(httpGet("name") + httpGet("absent") + httpGet("name"));
    http.halfClose();
    EXPECT_EQ(http.receiveHttp().body, "Ada");
    EXPECT_EQ(http.receiveHttp().status, 404);
    EXPECT_EQ(http.receiveHttp().body, "Ada");
    EXPECT_EQ(http.receiveAll(), "");
    RawClient resp(proxy.resp());
    resp.send(encoded({"SET", "a", "b"}) + encoded({"GET", "a"}) + encoded({"GET", "absent"}));
    resp.halfClose();
    EXPECT_EQ(resp.receiveAll(), "+OK\r\n$1\r\nb\r\n$-1\r\n");
}

TEST_F(RobustnessTest, HalfARequestThenTheEndIsNoRequest) {
    RawClient resp(proxy.resp());
    resp.send(encoded({"PING"}) + "*3\r\n$3\r\nSET\r\n$7\r\nwritten\r\n$1\r\n");
    resp.halfClose();
    EXPECT_EQ(resp.receiveAll(), "+PONG\r\n");
    EXPECT_EQ(redis().ask({"EXISTS", "written"}), integer(0));
    RawClient http(proxy.http());
    http.send("GET /get?key=name HTTP/1.1\r\nHost: te");
    http.halfClose();
    EXPECT_EQ(http.receiveAll().find("Ada"), std::string::npos);
}

TEST_F(RobustnessTest, ConnectionsWithoutABytePassUnnoticed) {
    for (int i = 0; i < 300; ++i) {
        RawClient(proxy.http()).close();
        RawClient(proxy.resp()).reset();
    }
    expectAlive();
}

TEST_F(RobustnessTest, ValuesOfFiftyMegabytesAreExact) {
    const auto value = noise((slack == 1 ? 50 : 10) * megabyte);
    auto client = proxy.respClient();
    ASSERT_EQ(client.ask({"SET", "huge", value}), status("OK"));
    ASSERT_TRUE(redis().ask({"GET", "huge"}).text == value);
    for (const int expected : {201, 200}) {
        const auto answer = proxy.httpClient().get("huge");
        EXPECT_EQ(answer.status, expected);
        EXPECT_TRUE(answer.body == value);
    }
    EXPECT_TRUE(client.ask({"GET", "huge"}).text == value);
    EXPECT_TRUE(client.ask({"SET", "huge", "x", "GET"}).text == value);
    redis().ask({"SET", "second", value});
    EXPECT_TRUE(client.ask({"GET", "second"}).text == value);
}

TEST_F(RobustnessTest, KeysMayHoldEveryByteAndBeLong) {
    auto resp = proxy.respClient();
    auto http = proxy.httpClient();
    for (int byte = 0; byte < 256; ++byte) {
        const std::string key(1, static_cast<char>(byte));
        ASSERT_EQ(resp.ask({"SET", key, key + "!"}), status("OK"));
        ASSERT_EQ(http.get(key).body, key + "!") << byte;
        ASSERT_EQ(resp.ask({"GET", key}), bulk(key + "!")) << byte;
    }
    const auto longKey = noise(20'000);
    ASSERT_EQ(resp.ask({"SET", longKey, "long"}), status("OK"));
    EXPECT_EQ(http.get(longKey).body, "long");
    const auto longer = noise(megabyte);
    ASSERT_EQ(resp.ask({"SET", longer, "longer"}), status("OK"));
    EXPECT_EQ(resp.ask({"GET", longer}), bulk("longer"));
    EXPECT_EQ(resp.ask({"DEL", longer}), integer(1));
}

TEST_F(RobustnessTest, TenThousandPipelinedRequestsAreAnswered) {
    constexpr int depth = 10'000;
    std::string requests;
    for (int i = 0; i < depth; ++i)
        requests += httpGet(i % 2 == 0 ? "name" : "absent");
    RawClient http(proxy.http());
    http.send(requests);
    for (int i = 0; i < depth; ++i)
        ASSERT_EQ(http.receiveHttp().body == "Ada", i % 2 == 0) << i;
}

TEST_F(RobustnessTest, ASlowReaderStallsNobodyAndTakesNoMemory) {
    constexpr int depth = 1'500;
    constexpr std::size_t size = 256 * 1024;
    const auto value = noise(size);
    redis().ask({"SET", "large", value});
    std::string commands;
    std::string requests;
    for (int i = 0; i < depth; ++i) {
        commands += encoded({"GET", "large"});
        requests += httpGet("large");
    }
    RawClient slowResp(proxy.resp());
    RawClient slowHttp(proxy.http());
    slowResp.send(commands);
    slowHttp.send(requests);
    auto neighbour = proxy.httpClient();
    const auto start = Clock::now();
    for (int i = 0; i < 300; ++i)
        ASSERT_EQ(neighbour.get("name").body, "Ada");
    EXPECT_LT(since(start), std::chrono::seconds(5) * slack);
    if (slack == 1) { // a sanitizer has memory of its own
        EXPECT_LT(residentMemory(proxy.process().id()), 100 * megabyte);
    }
    const auto expected = respBulk(value);
    for (int i = 0; i < depth; ++i) {
        ASSERT_TRUE(slowResp.receive(expected.size()) == expected) << i;
        ASSERT_TRUE(slowHttp.receiveHttp().body == value) << i;
    }
}

TEST_F(RobustnessTest, AClientThatWritesAndDoesNotReadIsHeldUpAndLosesNothing) {
    constexpr std::size_t tooMany = 2'000;
    const std::string text(100'000, 'e');
    const auto request = encoded({"ECHO", text});
    const auto reply = respBulk(text);
    RawClient client(proxy.resp());
    std::size_t sent = 0;
    while (sent < tooMany * request.size()) {
        const auto taken = client.sendWhatIsTaken(std::string_view(request).substr(sent % request.size()));
        if (taken == 0)
            break; // no more is read before some replies are taken: there is a bound
        sent += taken;
    }
    EXPECT_LT(sent, tooMany * request.size());
    expectAlive();
    for (std::size_t i = 0; i < sent / request.size(); ++i)
        ASSERT_TRUE(client.receive(reply.size()) == reply) << i;
    client.send(request.substr(sent % request.size()));
    EXPECT_TRUE(client.receive(reply.size()) == reply);
}

} // namespace nearcache::blackbox
