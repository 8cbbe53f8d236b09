/// A thousand clients at once, over both front-ends.

#include "system/harness/SystemTest.h"

#include <filesystem>
#include <list>

namespace nearcache::blackbox {

class ManyClientsTest : public SystemTest {
  protected:
    static constexpr int each = 500;

    void SetUp() override {
        SystemTest::SetUp();
        for (int i = 0; i < each; ++i) {
            http.emplace_back(proxy.http());
            resp.emplace_back(proxy.resp());
        }
    }

    static std::string key(int number) { return "key" + std::to_string(number); }

    /// Every client asks for the key of its number before any reply is read; every reply is checked.
    void askAll(int offset, int expectedStatus) {
        int number = 0;
        for (auto& client : http)
            client.send(httpGet(key((number++ + offset) % each)));
        number = 0;
        for (auto& client : resp)
            client.send(encoded({"GET", key((number++ + offset) % each)}));
        number = 0;
        for (auto& client : http) {
            const auto answer = client.receiveHttp();
            ASSERT_EQ(answer.body, key((number++ + offset) % each));
            if (expectedStatus != 0) {
                ASSERT_EQ(answer.status, expectedStatus);
            }
        }
        number = 0;
        for (auto& client : resp) {
            const auto value = key((number++ + offset) % each);
            const auto expected = "$" + std::to_string(value.size()) + "\r\n" + value + "\r\n";
            ASSERT_EQ(client.receive(expected.size()), expected);
        }
    }

    Proxy proxy{config()};
    std::list<RawClient> http;
    std::list<RawClient> resp;
};

TEST_F(ManyClientsTest, AreServedAtOnce) {
    for (int i = 0; i < each; ++i)
        redis().ask({"SET", key(i), key(i)});
    askAll(0, 0);
    EXPECT_EQ(redis().calls("get"), each) << "one fetch a key, whoever asks";
    for (int round = 1; round <= 5; ++round)
        askAll(round * 17, 200);
    EXPECT_EQ(redis().calls("get"), each);
}

TEST_F(ManyClientsTest, WriteAtOnce) {
    int number = 0;
    for (auto& client : resp) {
        client.send(encoded({"SET", key(number), key(number)}));
        ++number;
    }
    for (auto& client : resp)
        ASSERT_EQ(client.receive(5), "+OK\r\n");
    askAll(0, 0);
}

TEST_F(ManyClientsTest, LeaveAtOnceAndOthersCome) {
    redis().ask({"SET", "name", "Ada"});
    for (int round = 0; round < 3; ++round) {
        for (auto* clients : {&http, &resp})
            for (auto& client : *clients) {
                client.send(clients == &http ? httpGet("name") : encoded({"GET", "name"}));
                if (round % 2 == 0)
                    client.reset();
                else
                    client.close();
            }
        http.clear();
        resp.clear();
        for (int i = 0; i < each; ++i) {
            http.emplace_back(proxy.http()).send(httpGet("name"));
            resp.emplace_back(proxy.resp()).send(encoded({"GET", "name"}));
        }
        for (auto& client : http)
            ASSERT_EQ(client.receiveHttp().body, "Ada");
        for (auto& client : resp)
            ASSERT_EQ(client.receive(9), "$3\r\nAda\r\n");
    }
}

TEST_F(ManyClientsTest, LeaveNoDescriptorBehind) {
    const auto open = [this] {
        const std::filesystem::directory_iterator all("/proc/" + std::to_string(proxy.process().id()) + "/fd");
        return std::distance(begin(all), end(all));
    };
    ASSERT_TRUE(eventually([&] { return open() > 2 * each; }));
    http.clear();
    ASSERT_TRUE(eventually([&] { return open() < each + each / 2; }));
    for (auto& client : resp) {
        client.send("*2\r\n$3\r\nGE");
        client.reset();
    }
    EXPECT_TRUE(eventually([&] { return open() < 100; })) << open();
}

} // namespace nearcache::blackbox
