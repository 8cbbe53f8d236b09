#include "backend/CommandTableReader.h"

#include "RedisServer.h"

#include <hiredis/hiredis.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

namespace nearcache::test {

namespace {

using Begin = KeySpec::Begin;
using Find = KeySpec::Find;

std::shared_ptr<const CommandTable> tableOf(std::string_view resp) {
    const std::unique_ptr<redisReader, void (*)(redisReader*)> reader(redisReaderCreate(), redisReaderFree);
    redisReaderFeed(reader.get(), resp.data(), resp.size());
    void* read = nullptr;
    EXPECT_EQ(redisReaderGetReply(reader.get(), &read), REDIS_OK) << reader->errstr;
    EXPECT_NE(read, nullptr) << resp;
    const std::unique_ptr<void, void (*)(void*)> reply(read, freeReplyObject);
    return readCommandTable(*static_cast<redisReply*>(read));
}

/// A command as Redis 6 tells it: seven fields.
std::string six(const std::string& name, const std::string& flags, const std::string& numbers) {
    return "*7\r\n+" + name + "\r\n:2\r\n" + flags + numbers + "*0\r\n";
}

TEST(CommandTableReader, readsRedis6) {
    const auto table = tableOf("*4\r\n" + six("GET", "*2\r\n+readonly\r\n+fast\r\n", ":1\r\n:1\r\n:1\r\n") +
                               six("mset", "*2\r\n+write\r\n+denyoom\r\n", ":1\r\n:-1\r\n:2\r\n") +
                               six("eval", "*2\r\n+noscript\r\n+movablekeys\r\n", ":0\r\n:0\r\n:0\r\n") +
                               six("pfcount", "*1\r\n+readonly\r\n", ":1\r\n:-1\r\n:1\r\n"));
    ASSERT_NE(table, nullptr);
    EXPECT_EQ(table->size(), 4U);
    const auto* const get = table->find("get");
    ASSERT_NE(get, nullptr);
    EXPECT_EQ(get->arity, 2);
    EXPECT_TRUE(get->readOnly);
    EXPECT_FALSE(get->write || get->blocking || get->movableKeys);
    EXPECT_EQ(get->firstKey, 1);
    EXPECT_TRUE(get->keys.empty());
    const auto* const mset = table->find("mset");
    EXPECT_TRUE(mset->write);
    EXPECT_EQ(mset->lastKey, -1);
    EXPECT_EQ(mset->keyStep, 2);
    EXPECT_TRUE(table->find("eval")->write) << "a correction";
    EXPECT_TRUE(table->find("eval")->movableKeys);
    EXPECT_TRUE(table->find("pfcount")->write) << "a correction";
}

TEST(CommandTableReader, leavesOutWhatItDoesNotUnderstand) {
    const auto good = six("get", "*0\r\n", ":1\r\n:1\r\n:1\r\n");
    for (const std::string bad :
         {"$-1\r\n", "*-1\r\n", "+x\r\n", "*0\r\n", "*5\r\n+x\r\n:2\r\n*0\r\n:1\r\n:1\r\n",
          "*7\r\n+x\r\n+2\r\n*0\r\n:1\r\n:1\r\n:1\r\n*0\r\n",
          "*7\r\n+x\r\n:2\r\n*0\r\n:1\r\n:99999999999\r\n:1\r\n*0\r\n",
          "*7\r\n:1\r\n:2\r\n*0\r\n:1\r\n:1\r\n:1\r\n*0\r\n", "*7\r\n*0\r\n:2\r\n*0\r\n:1\r\n:1\r\n:1\r\n*0\r\n"}) {
        const auto table = tableOf("*2\r\n" + bad + good);
        ASSERT_NE(table, nullptr) << bad;
        EXPECT_EQ(table->size(), 1U) << bad;
        EXPECT_NE(table->find("get"), nullptr) << bad;
    }
}

TEST(CommandTableReader, takesNothingElseForATable) {
    for (const auto* reply : {"-NOPERM no\r\n", "+OK\r\n", "$-1\r\n", "*0\r\n", "*1\r\n:1\r\n", ":5\r\n"})
        EXPECT_EQ(tableOf(reply), nullptr) << reply;
}

TEST(CommandTableReader, takesSpecificationsThatAreOddForUnknown) {
    const std::string beginning = "*1\r\n*10\r\n+odd\r\n:2\r\n*0\r\n:1\r\n:1\r\n:1\r\n*0\r\n*0\r\n";
    for (const std::string spec :
         {"*0\r\n", "$-1\r\n", "*1\r\n+flags\r\n", "*2\r\n$12\r\nbegin_search\r\n$-1\r\n",
          "*2\r\n$12\r\nbegin_search\r\n*4\r\n+type\r\n+index\r\n+spec\r\n*0\r\n",
          "*2\r\n$9\r\nfind_keys\r\n*4\r\n+type\r\n+range\r\n+spec\r\n*2\r\n+lastkey\r\n+x\r\n"}) {
        const auto table = tableOf(beginning + "*1\r\n" + spec + "*0\r\n");
        ASSERT_NE(table, nullptr) << spec;
        ASSERT_EQ(table->find("odd")->keys.size(), 1U) << spec;
        EXPECT_EQ(table->find("odd")->keys[0].begin, Begin::Unknown) << spec;
        EXPECT_EQ(table->find("odd")->keys[0].find, Find::Unknown) << spec;
    }
}

/// The table of the Redis that is here: 7.0 or newer.
class RunningRedis : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        const RedisServer redis;
        const std::unique_ptr<redisContext, void (*)(redisContext*)> connection(redisConnectUnix(redis.path().c_str()),
                                                                                redisFree);
        const std::unique_ptr<void, void (*)(void*)> reply(redisCommand(connection.get(), "COMMAND"), freeReplyObject);
        table = readCommandTable(*static_cast<redisReply*>(reply.get()));
        count = std::stoul(redis.ask("COMMAND COUNT"));
    }

    static const CommandInfo& command(std::string_view name) {
        static const CommandInfo none;
        const auto* const found = table != nullptr ? table->find(name) : nullptr;
        EXPECT_NE(found, nullptr) << name;
        return found != nullptr ? *found : none;
    }

    /// Its only key specification, or the one that is asked for.
    static KeySpec spec(std::string_view name, std::size_t index = 0) {
        const auto& specs = command(name).keys;
        EXPECT_GT(specs.size(), index) << name;
        return specs.size() > index ? specs[index] : KeySpec();
    }

    static inline std::shared_ptr<const CommandTable> table;
    static inline std::size_t count = 0;
};

TEST_F(RunningRedis, isReadAsAWhole) {
    ASSERT_NE(table, nullptr);
    EXPECT_EQ(table->size(), count);
}

TEST_F(RunningRedis, tellsReadsFromWrites) {
    EXPECT_TRUE(command("get").readOnly);
    for (const auto* name : {"set", "del", "getdel", "getex", "flushall", "swapdb", "sort", "xreadgroup", "migrate",
                             "restore", "setrange"})
        EXPECT_TRUE(command(name).write) << name;
    for (const auto* name : {"get", "mget", "ping", "multi", "subscribe", "eval_ro", "watch"})
        EXPECT_FALSE(command(name).write) << name;
}

TEST_F(RunningRedis, isCorrectedWhereItIsWrong) {
    for (const auto* name : {"eval", "evalsha", "fcall", "exec", "pfcount"})
        EXPECT_TRUE(command(name).write) << name;
    for (const auto* name : {"wait", "blpop", "xread", "bzpopmin"})
        EXPECT_TRUE(command(name).blocking) << name;
}

TEST_F(RunningRedis, hasKeysByIndex) {
    const auto get = spec("get");
    EXPECT_EQ(get.begin, Begin::Index);
    EXPECT_EQ(get.index, 1);
    EXPECT_EQ(get.find, Find::Range);
    EXPECT_EQ(get.last, 0);
    EXPECT_EQ(get.step, 1);
    EXPECT_FALSE(get.writes);
    const auto mset = spec("mset");
    EXPECT_TRUE(mset.writes);
    EXPECT_EQ(mset.last, -1);
    EXPECT_EQ(mset.step, 2);
    EXPECT_FALSE(spec("rename", 0).index == spec("rename", 1).index);
    EXPECT_TRUE(spec("rename", 0).writes && spec("rename", 1).writes);
}

TEST_F(RunningRedis, hasKeysByNumberAndKeyword) {
    const auto eval = spec("eval");
    EXPECT_EQ(eval.index, 2);
    EXPECT_EQ(eval.find, Find::Number);
    EXPECT_EQ(eval.numberAt, 0);
    EXPECT_EQ(eval.first, 1);
    EXPECT_EQ(eval.step, 1);
    const auto xread = spec("xread");
    EXPECT_EQ(xread.begin, Begin::Keyword);
    EXPECT_EQ(xread.keyword, "streams");
    EXPECT_EQ(xread.index, 1);
    EXPECT_EQ(xread.last, -1);
    EXPECT_EQ(xread.limit, 2);
    EXPECT_TRUE(spec("migrate", 1).incomplete || spec("migrate", 0).incomplete);
    EXPECT_EQ(spec("sort", 1).begin, Begin::Unknown);
    EXPECT_TRUE(spec("spublish").notKeys);
}

TEST_F(RunningRedis, hasSubcommandsWithoutTheirParentsName) {
    const auto& config = command("config");
    ASSERT_FALSE(config.subcommands.empty());
    for (const auto& sub : config.subcommands)
        EXPECT_EQ(sub.name.find('|'), std::string::npos) << sub.name;
    const auto& object = command("object");
    const auto encoding = std::find_if(object.subcommands.begin(), object.subcommands.end(),
                                       [](const auto& sub) { return sub.name == "encoding"; });
    ASSERT_NE(encoding, object.subcommands.end());
    ASSERT_EQ(encoding->keys.size(), 1U);
    EXPECT_EQ(encoding->keys[0].index, 2);
}

} // namespace

} // namespace nearcache::test
