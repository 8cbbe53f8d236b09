/// A descriptor limit that is too low for `limits.connections` is raised, or the start says so; and running out of
/// descriptors ends nothing.

#include "system/harness/SystemTest.h"

#include <fstream>
#include <list>
#include <sstream>

namespace nearcache::blackbox {

class DescriptorTest : public SystemTest {
  protected:
    static Launch limitedTo(rlim_t soft, rlim_t hard) {
        Launch launch;
        launch.descriptors = rlimit{soft, hard};
        return launch;
    }

    /// The process's soft limit.
    static rlim_t limitOf(const Process& process) {
        std::ifstream file("/proc/" + std::to_string(process.id()) + "/limits");
        const std::string name = "Max open files";
        for (std::string line; std::getline(file, line);)
            if (line.rfind(name, 0) == 0)
                return std::stoul(line.substr(name.size()));
        return 0;
    }

    static bool saysSo(Proxy& proxy) { return proxy.process().count("limits.connections") > 0; }
};

TEST_F(DescriptorTest, ALowLimitIsRaised) {
    Proxy proxy(config().set("limits.connections", "1000"), limitedTo(64, 4096));
    EXPECT_GT(limitOf(proxy.process()), 1000U);
    EXPECT_FALSE(saysSo(proxy));
    std::list<RawClient> clients;
    for (int i = 0; i < 1000; ++i)
        clients.emplace_back(i % 2 == 0 ? proxy.http() : proxy.resp());
    for (auto& client : clients)
        client.send("PING\r\n");
    for (auto& client : clients)
        EXPECT_NE(client.receive(1), "") << "served, each in its protocol";
}

TEST_F(DescriptorTest, ALimitThatCannotBeRaisedIsToldOf) {
    Proxy proxy(config().set("limits.connections", "100000"), limitedTo(64, 200));
    EXPECT_EQ(limitOf(proxy.process()), 200U) << "as far as it can be raised";
    EXPECT_TRUE(saysSo(proxy)) << proxy.process().everything();
    EXPECT_EQ(proxy.respClient().ask({"PING"}), status("PONG"));
}

TEST_F(DescriptorTest, EnoughIsLeftAlone) {
    Proxy proxy(config().set("limits.connections", "100"), limitedTo(1024, 1024));
    EXPECT_EQ(limitOf(proxy.process()), 1024U);
    EXPECT_FALSE(saysSo(proxy));
}

TEST_F(DescriptorTest, RunningOutOfThemIsSurvived) {
    constexpr int crowdSize = slack == 1 ? 500 : 250; // UBSan needs a descriptor to look at an object
    Proxy proxy(config().set("limits.connections", "1000000"), limitedTo(300, 300));
    redis().ask({"SET", "name", "Ada"});
    auto early = proxy.httpClient();
    ASSERT_EQ(early.get("name").status, 201);
    for (int round = 0; round < 3; ++round) {
        std::list<RawClient> crowd;
        for (int i = 0; i < crowdSize; ++i)
            crowd.emplace_back(proxy.resp());
        ASSERT_EQ(early.get("name").status, 200) << "who is connected is served";
        crowd.clear();
        ASSERT_TRUE(eventually([&] {
            RawClient late(proxy.resp());
            late.trySend(encoded({"GET", "name"}));
            return late.receiveUntil("\r\n") == "$3\r\n";
        })) << "and so is who comes later";
    }
}

} // namespace nearcache::blackbox
