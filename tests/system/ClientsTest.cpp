/// Redis's own programs against Nearcache: redis-cli and redis-benchmark, as a new user would call them.

#include "system/harness/SystemTest.h"

namespace nearcache::blackbox {

class ClientsTest : public SystemTest {
  protected:
    Ended run(const std::string& program, const Words& arguments, const std::string& input = {}) const {
        Launch launch;
        launch.arguments = {redisProgram(program), "-p", std::to_string(proxy.resp())};
        launch.arguments.insert(launch.arguments.end(), arguments.begin(), arguments.end());
        launch.input = input;
        return blackbox::run(launch);
    }

    std::string cli(const Words& arguments, const std::string& input = {}) const {
        const auto ended = run("redis-cli", arguments, input);
        EXPECT_EQ(ended.code, 0) << ended.errors;
        return ended.output;
    }

    Proxy proxy{config()};
};

TEST_F(ClientsTest, RedisCliWithACommand) {
    EXPECT_EQ(cli({"SET", "name", "Ada Lovelace"}), "OK\n");
    EXPECT_EQ(cli({"GET", "name"}), "Ada Lovelace\n");
    EXPECT_EQ(cli({"--no-raw", "GET", "name"}), "\"Ada Lovelace\"\n");
    EXPECT_EQ(cli({"DEL", "name"}), "1\n");
    EXPECT_EQ(cli({"--no-raw", "GET", "name"}), "(nil)\n");
    EXPECT_EQ(cli({"PING"}), "PONG\n");
    EXPECT_EQ(cli({"-n", "0", "ECHO", "hello"}), "hello\n");
}

TEST_F(ClientsTest, RedisCliWithCommandsFromAPipe) {
    EXPECT_EQ(cli({}, "SET a 1\nGET a\nDEL a\nGET a\nPING\n"), "OK\n1\n1\n\nPONG\n");
}

TEST_F(ClientsTest, RedisCliSendsAValueFromAFile) {
    const std::string value(3'000'000, 'x');
    EXPECT_EQ(cli({"-x", "SET", "large"}, value), "OK\n");
    EXPECT_EQ(cli({"GET", "large"}), value + "\n");
}

TEST_F(ClientsTest, RedisCliInsertsInBulk) {
    std::string commands;
    for (int i = 0; i < 2'000; ++i)
        commands += encoded({"SET", "k" + std::to_string(i), std::to_string(i)});
    const auto output = cli({"--pipe"}, commands);
    EXPECT_NE(output.find("errors: 0, replies: 2000"), std::string::npos) << output;
    EXPECT_EQ(redis().ask({"DBSIZE"}), integer(2'000));
}

TEST_F(ClientsTest, RedisCliShowsErrorsAndInfo) {
    EXPECT_NE(cli({"LPUSH", "list"}).find("ERR"), std::string::npos);
    EXPECT_NE(cli({"FROBNICATE"}).find("ERR unknown command"), std::string::npos);
    EXPECT_NE(cli({"INFO", "nearcache"}).find("nearcache_version:"), std::string::npos);
}

TEST_F(ClientsTest, RedisBenchmark) {
    for (const Words& options : {Words{"-n", "20000", "-c", "50", "-P", "16"}, Words{"-n", "5000", "-c", "50"},
                                 Words{"-n", "5000", "-r", "1000", "-d", "1000"}}) {
        Words arguments{"-t", "get,set", "-q"};
        arguments.insert(arguments.end(), options.begin(), options.end());
        const auto ended = run("redis-benchmark", arguments);
        EXPECT_EQ(ended.code, 0) << ended.errors;
        EXPECT_NE(ended.output.find("SET: "), std::string::npos) << ended.output;
        EXPECT_NE(ended.output.find("GET: "), std::string::npos) << ended.output;
        EXPECT_EQ(ended.output.find("rror"), std::string::npos) << ended.output;
    }
}

} // namespace nearcache::blackbox
