#include "coherence/WriteCommands.h"

namespace nearcache::coherence {

namespace {

constexpr const char* string = "SET k1 old";
constexpr const char* strings = "SET k1 old ; SET k2 other";
constexpr const char* number = "SET k1 10";
constexpr const char* list = "RPUSH k1 a b c ; SET dst old";
constexpr const char* twoLists = "RPUSH k1 a b c ; RPUSH k2 d";
constexpr const char* set = "SADD k1 a b c";
constexpr const char* sets = "SADD k1 a b c ; SADD k2 b ; SET dst old";
constexpr const char* sorted = "ZADD k1 1 a 2 b 3 c";
constexpr const char* sortedSets = "ZADD k1 1 a 2 b ; ZADD k2 1 b 5 c ; SET dst old";
constexpr const char* hash = "HSET k1 f 1 g 2";
constexpr const char* places = "GEOADD k1 13.36 38.11 a 15.08 37.50 b ; SET dst old";
constexpr const char* stream = "XADD k1 1-1 f v ; XADD k1 2-1 f v";
constexpr const char* group = "XADD k1 1-1 f v ; XADD k1 2-1 f v ; XGROUP CREATE k1 g 0 ; XGROUP CREATECONSUMER k1 g c";
constexpr const char* pending = "XADD k1 1-1 f v ; XGROUP CREATE k1 g 0 ; XREADGROUP GROUP g c STREAMS k1 >";
constexpr const char* expiring = "SETEX k1 1000 old";
constexpr const char* expiringFields = "HSET k1 f 1 g 2 ; HEXPIRE k1 1000 FIELDS 1 f";
constexpr const char* nothing = "";

std::vector<Trial> stringTrials() {
    return {{"append", string, "APPEND k1 new"},
            {"append", nothing, "APPEND k1 new"},
            {"bitfield", string, "BITFIELD k1 SET u8 0 200"},
            {"bitop", strings, "BITOP OR dst k1 k2"},
            {"decr", number, "DECR k1"},
            {"decrby", number, "DECRBY k1 5"},
            {"delifeq", string, "DELIFEQ k1 old"},
            {"delex", string, "DELEX k1"},
            {"getdel", string, "GETDEL k1"},
            {"getex", string, "GETEX k1 EX 1000"},
            {"getex", expiring, "GETEX k1 PERSIST"},
            {"getset", string, "GETSET k1 new"},
            {"incr", nothing, "INCR k1"},
            {"incrby", number, "INCRBY k1 5"},
            {"incrbyfloat", number, "INCRBYFLOAT k1 0.5"},
            {"mset", string, "MSET k1 new k2 new"},
            {"msetex", string, "MSETEX 2 k1 new k2 new EX 1000"},
            {"msetnx", nothing, "MSETNX k1 new k2 new"},
            {"pfadd", nothing, "PFADD k1 a"},
            {"pfadd", "PFADD k1 a", "PFADD k1 b c d"},
            {"pfcount", "PFADD k1 a b", "PFCOUNT k1"},
            {"pfdebug", "PFADD k1 a b", "PFDEBUG TODENSE k1"},
            {"pfmerge", "PFADD k1 a ; PFADD k2 b ; PFADD dst c", "PFMERGE dst k1 k2"},
            {"psetex", string, "PSETEX k1 1000000 new"},
            {"set", string, "SET k1 new"},
            {"set", nothing, "SET k1 new NX"},
            {"set", string, "SET k1 new XX GET"},
            {"set", "RPUSH k1 a", "SET k1 new"},
            {"setbit", string, "SETBIT k1 3 1"},
            {"setex", string, "SETEX k1 1000 new"},
            {"setnx", nothing, "SETNX k1 new"},
            {"setrange", string, "SETRANGE k1 1 new"}};
}

std::vector<Trial> keyTrials() {
    return {{"copy", strings, "COPY k1 k2 REPLACE"},
            {"copy", string, "COPY k1 dst"},
            {"del", strings, "DEL k1 k2"},
            {"expire", string, "EXPIRE k1 1000"},
            {"expire", string, "EXPIRE k1 -1"},
            {"expireat", string, "EXPIREAT k1 1"},
            {"migrate", string, "MIGRATE 127.0.0.1 @PORT k1 0 5000"},
            {"migrate", strings, "MIGRATE 127.0.0.1 @PORT @EMPTY 0 5000 KEYS k1 k2"},
            {"move", string, "MOVE k1 5"},
            {"persist", expiring, "PERSIST k1"},
            {"pexpire", string, "PEXPIRE k1 1000000"},
            {"pexpire", string, "PEXPIRE k1 -1"},
            {"pexpireat", string, "PEXPIREAT k1 1"},
            {"rename", strings, "RENAME k1 k2"},
            {"renamenx", string, "RENAMENX k1 dst"},
            {"restore", string, "RESTORE k1 0 @DUMP REPLACE"},
            {"restore", nothing, "RESTORE k1 0 @DUMP"},
            {"restore-asking", string, "RESTORE-ASKING k1 0 @DUMP REPLACE"},
            {"sort", list, "SORT k1 ALPHA STORE dst"},
            {"unlink", strings, "UNLINK k1 k2"},
            {"flushall", strings, "FLUSHALL"},
            {"flushdb", strings, "FLUSHDB"},
            {"swapdb", "SET k1 old ; SELECT 9 ; SET k1 swapped ; SELECT 0", "SWAPDB 0 9"}};
}

std::vector<Trial> listTrials() {
    return {{"blmove", list, "BLMOVE k1 k2 LEFT RIGHT 1"},
            {"blmpop", list, "BLMPOP 1 1 k1 LEFT"},
            {"blpop", "RPUSH k1 a", "BLPOP k1 1"},
            {"brpop", twoLists, "BRPOP k1 k2 1"},
            {"brpoplpush", list, "BRPOPLPUSH k1 k2 1"},
            {"linsert", list, "LINSERT k1 BEFORE a new"},
            {"lmove", list, "LMOVE k1 k2 LEFT RIGHT"},
            {"lmpop", twoLists, "LMPOP 2 k1 k2 LEFT"},
            {"lpop", "RPUSH k1 a", "LPOP k1"},
            {"lpush", nothing, "LPUSH k1 new"},
            {"lpushx", list, "LPUSHX k1 new"},
            {"lrem", list, "LREM k1 1 a"},
            {"lset", list, "LSET k1 0 new"},
            {"ltrim", list, "LTRIM k1 1 -1"},
            {"rpop", list, "RPOP k1"},
            {"rpoplpush", list, "RPOPLPUSH k1 k2"},
            {"rpush", nothing, "RPUSH k1 new"},
            {"rpushx", list, "RPUSHX k1 new"}};
}

std::vector<Trial> setTrials() {
    return {{"sadd", nothing, "SADD k1 new"},
            {"sdiffstore", sets, "SDIFFSTORE dst k1 k2"},
            {"sinterstore", sets, "SINTERSTORE dst k1 k2"},
            {"smove", "SADD k1 a", "SMOVE k1 k2 a"},
            {"spop", set, "SPOP k1"},
            {"srem", set, "SREM k1 a"},
            {"sunionstore", sets, "SUNIONSTORE dst k1 k2"}};
}

std::vector<Trial> sortedSetTrials() {
    return {{"bzmpop", sorted, "BZMPOP 1 1 k1 MIN"},
            {"bzpopmax", "ZADD k1 1 a", "BZPOPMAX k1 1"},
            {"bzpopmin", sorted, "BZPOPMIN k1 1"},
            {"zadd", nothing, "ZADD k1 1 new"},
            {"zdiffstore", sortedSets, "ZDIFFSTORE dst 2 k1 k2"},
            {"zincrby", sorted, "ZINCRBY k1 5 a"},
            {"zinterstore", sortedSets, "ZINTERSTORE dst 2 k1 k2"},
            {"zmpop", sorted, "ZMPOP 1 k1 MAX"},
            {"zpopmax", sorted, "ZPOPMAX k1"},
            {"zpopmin", sorted, "ZPOPMIN k1"},
            {"zrangestore", sortedSets, "ZRANGESTORE dst k1 0 -1"},
            {"zrem", sorted, "ZREM k1 a"},
            {"zremrangebylex", "ZADD k1 0 a 0 b", "ZREMRANGEBYLEX k1 [a [a"},
            {"zremrangebyrank", sorted, "ZREMRANGEBYRANK k1 0 0"},
            {"zremrangebyscore", sorted, "ZREMRANGEBYSCORE k1 1 1"},
            {"zunionstore", sortedSets, "ZUNIONSTORE dst 2 k1 k2"},
            {"geoadd", nothing, "GEOADD k1 13.36 38.11 a"},
            {"georadius", places, "GEORADIUS k1 15 37 200 km STORE dst"},
            {"georadiusbymember", places, "GEORADIUSBYMEMBER k1 a 200 km STOREDIST dst"},
            {"geosearchstore", places, "GEOSEARCHSTORE dst k1 FROMMEMBER a BYRADIUS 200 km"}};
}

std::vector<Trial> hashTrials() {
    return {{"hdel", hash, "HDEL k1 f"},
            {"hexpire", hash, "HEXPIRE k1 1000 FIELDS 1 f"},
            {"hexpireat", hash, "HEXPIREAT k1 1 FIELDS 1 f"},
            {"hgetdel", hash, "HGETDEL k1 FIELDS 1 f"},
            {"hgetex", hash, "HGETEX k1 EX 1000 FIELDS 1 f"},
            {"hincrby", hash, "HINCRBY k1 f 5"},
            {"hincrbyfloat", hash, "HINCRBYFLOAT k1 f 0.5"},
            {"hmset", hash, "HMSET k1 f new"},
            {"hpersist", expiringFields, "HPERSIST k1 FIELDS 1 f"},
            {"hpexpire", hash, "HPEXPIRE k1 1000000 FIELDS 1 f"},
            {"hpexpireat", hash, "HPEXPIREAT k1 1 FIELDS 1 f"},
            {"hset", nothing, "HSET k1 f new"},
            {"hsetex", hash, "HSETEX k1 EX 1000 FIELDS 1 f new"},
            {"hsetnx", hash, "HSETNX k1 h new"}};
}

std::vector<Trial> streamTrials() {
    return {{"xack", pending, "XACK k1 g 1-1"},
            {"xackdel", pending, "XACKDEL k1 g IDS 1 1-1"},
            {"xadd", nothing, "XADD k1 3-1 f new"},
            {"xautoclaim", pending, "XAUTOCLAIM k1 g d 0 0"},
            {"xclaim", pending, "XCLAIM k1 g d 0 1-1"},
            {"xdel", stream, "XDEL k1 1-1"},
            {"xdelex", stream, "XDELEX k1 IDS 1 1-1"},
            {"xgroup|create", nothing, "XGROUP CREATE k1 g 0 MKSTREAM"},
            {"xgroup|createconsumer", group, "XGROUP CREATECONSUMER k1 g d"},
            {"xgroup|delconsumer", group, "XGROUP DELCONSUMER k1 g c"},
            {"xgroup|destroy", group, "XGROUP DESTROY k1 g"},
            {"xgroup|setid", group, "XGROUP SETID k1 g 1-1"},
            {"xreadgroup", group, "XREADGROUP GROUP g c STREAMS k1 >"},
            {"xsetid", stream, "XSETID k1 9-1"},
            {"xtrim", stream, "XTRIM k1 MAXLEN 1"}};
}

std::vector<Trial> vectorTrials() {
    constexpr const char* vectors = "VADD k1 VALUES 3 1 2 3 e ; VADD k1 VALUES 3 3 2 1 f";
    return {{"vadd", nothing, "VADD k1 VALUES 3 1 2 3 e"},
            {"vrem", vectors, "VREM k1 e"},
            {"vsetattr", vectors, "VSETATTR k1 e {\"a\":1}"}};
}

/// Scripts change keys that they declare, and such that they do not; so do transactions that hold them.
std::vector<Trial> scriptTrials() {
    return {{"eval", string, "EVAL return(redis.call('SET',KEYS[1],'new')) 1 k1"},
            {"eval", strings, "EVAL return(redis.call('DEL',KEYS[1],KEYS[2])) 2 k1 k2"},
            {"eval", string, "EVAL return(redis.call('SET',ARGV[1],'new')) 0 k1"},
            {"eval", strings, "EVAL return(redis.call('RENAME',KEYS[1],ARGV[1])) 1 k1 k2"},
            {"evalsha", string, "EVALSHA @SHA 1 k1"},
            {"fcall", string, "FCALL nearcache_set 1 k1"},
            {"exec", string, "MULTI ; SET k1 new ; EXEC"},
            {"exec", strings, "WATCH k1 ; MULTI ; APPEND k1 new ; RENAME k1 k2 ; GET k2 ; EXEC"},
            {"exec", string, "MULTI ; EVAL return(redis.call('SET',ARGV[1],'new')) 0 k1 ; EXEC"},
            {"exec", strings, "MULTI ; FLUSHALL ; EXEC"}};
}

} // namespace

const std::vector<Trial>& writeTrials() {
    static const std::vector<Trial> all = [] {
        std::vector<Trial> out;
        for (const auto& some : {stringTrials(), keyTrials(), listTrials(), setTrials(), sortedSetTrials(),
                                 hashTrials(), streamTrials(), vectorTrials(), scriptTrials()})
            out.insert(out.end(), some.begin(), some.end());
        return out;
    }();
    return all;
}

const std::map<std::string, std::string>& untriedWrites() {
    static const std::map<std::string, std::string> all{
        {"function|delete", "it changes functions, and no key"},
        {"function|flush", "it changes functions, and no key"},
        {"function|load", "it changes functions, and no key"},
        {"function|restore", "it changes functions, and no key"},
    };
    return all;
}

const std::vector<std::string>& unflaggedWrites() {
    static const std::vector<std::string> all{"eval", "evalsha", "fcall", "exec", "pfcount"};
    return all;
}

} // namespace nearcache::coherence
