#include "Effect.h"

#include "Driver.h"
#include "Inline.h"

#include <gtest/gtest.h>

namespace nearcache::respfront {
namespace {

using Scope = Request::Scope;

struct Told {
    Scope scope;
    bool writes;
    bool blocks = false;

    bool operator==(const Told&) const = default;
};

Told told(std::string_view line) {
    std::pmr::monotonic_buffer_resource memory;
    const auto words = *splitLine(line, memory);
    const Effect effect = effectOf(*redis7Commands(), words[0], words, memory);
    return {effect.scope, effect.writes, effect.blocks};
}

const Told reads{Scope::Keys, false};
const Told writes{Scope::Keys, true};

TEST(EffectTest, whatConcernsItsKeys) {
    for (const char* line : {"exists a", "ttl a", "strlen a", "object encoding a", "dump a", "sort_ro a"})
        EXPECT_EQ(told(line), reads) << line;
    for (const char* line : {"set a b", "append a b", "getex a", "mset a 1", "sort a STORE b", "xgroup create a g $"})
        EXPECT_EQ(told(line), writes) << line;
}

TEST(EffectTest, aReadThatMayChangeItsKey) {
    EXPECT_EQ(told("pfcount a"), writes);
}

TEST(EffectTest, whatConcernsNoKey) {
    for (const char* line : {"time", "info", "publish a b", "config get x", "script load x", "client pause 1",
                             "object help", "command docs", "config nosuch"})
        EXPECT_EQ(told(line), reads) << line;
}

TEST(EffectTest, whatTellsWhichKeysThereAre) {
    for (const char* line : {"keys *", "scan 0", "randomkey", "dbsize"})
        EXPECT_EQ(told(line), (Told{Scope::Listing, false})) << line;
}

TEST(EffectTest, functionsAreNoData) {
    EXPECT_EQ(told("function load x").scope, Scope::Keys);
}

TEST(EffectTest, writesWithoutKeysConcernAll) {
    for (const char* line : {"flushall", "flushdb async", "swapdb 0 1", "debug reload"})
        EXPECT_EQ(told(line), (Told{Scope::All, true})) << line;
}

TEST(EffectTest, scriptsConcernMoreThanTheySay) {
    for (const char* line : {"eval s 1 a", "evalsha s 0", "fcall f 0"})
        EXPECT_EQ(told(line), (Told{Scope::Some, true})) << line;
    for (const char* line : {"eval_ro s 1 a", "evalsha_ro s 0", "fcall_ro f 0"})
        EXPECT_EQ(told(line), (Told{Scope::Some, false})) << line;
}

TEST(EffectTest, whatCannotBeToldConcernsMore) {
    EXPECT_EQ(told("sort a BY b_*").scope, Scope::Some);
    EXPECT_EQ(told("migrate h 1 \"\" 0 1 KEYS a").scope, Scope::Some);
    EXPECT_EQ(told("module.command a"), (Told{Scope::Some, true}));
}

TEST(EffectTest, whatWaits) {
    for (const char* line : {"blpop a 0", "bzpopmin a 0", "brpoplpush a b 0", "blmpop 0 1 a LEFT", "wait 1 0",
                             "xread BLOCK 0 STREAMS a $", "xreadgroup GROUP g c block 5 STREAMS a >"})
        EXPECT_TRUE(told(line).blocks) << line;
    for (const char* line : {"lpop a", "xread STREAMS a 0", "xreadgroup GROUP g c STREAMS a >"})
        EXPECT_FALSE(told(line).blocks) << line;
}

// With as many words as it must have, and more, no write of Redis's table passes as one that concerns nothing.
TEST(EffectTest, everyWriteConcernsSomething) {
    const std::vector<std::string_view> arguments(40, "1");
    for (const char* const line :
         {"append", "bitfield",   "bitop",    "blmove",      "blmpop",      "blpop",          "copy",    "decr",
          "del",    "expire",     "flushall", "geoadd",      "georadius",   "geosearchstore", "getdel",  "getset",
          "hset",   "incr",       "linsert",  "lmpop",       "lpush",       "migrate",        "move",    "mset",
          "msetnx", "persist",    "pfadd",    "pfmerge",     "psetex",      "rename",         "restore", "rpoplpush",
          "sadd",   "set",        "setbit",   "setrange",    "sinterstore", "smove",          "sort",    "spop",
          "swapdb", "unlink",     "xack",     "xadd",        "xclaim",      "xdel",           "xsetid",  "xtrim",
          "zadd",   "zdiffstore", "zmpop",    "zrangestore", "zunionstore"}) {
        std::vector<std::string_view> words = arguments;
        words[0] = line;
        std::pmr::monotonic_buffer_resource memory;
        const Effect effect = effectOf(*redis7Commands(), line, words, memory);
        EXPECT_TRUE(effect.writes) << line;
        EXPECT_TRUE(!effect.keys.empty() || effect.scope != Scope::Keys) << line;
    }
}

} // namespace
} // namespace nearcache::respfront
