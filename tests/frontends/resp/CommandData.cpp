#include "CommandData.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace nearcache::respfront {

namespace {

constexpr std::string_view redis7 = R"(
acl -2 - 0 0 0
acl|cat -2 - 0 0 0
acl|deluser -3 - 0 0 0
acl|dryrun -4 - 0 0 0
acl|genpass -2 - 0 0 0
acl|getuser 3 - 0 0 0
acl|help 2 - 0 0 0
acl|list 2 - 0 0 0
acl|load 2 - 0 0 0
acl|log -2 - 0 0 0
acl|save 2 - 0 0 0
acl|setuser -3 - 0 0 0
acl|users 2 - 0 0 0
acl|whoami 2 - 0 0 0
append 3 w 1 1 1 I1/R0,1,0/w
asking 1 - 0 0 0
auth -2 - 0 0 0
bgrewriteaof 1 - 0 0 0
bgsave -1 - 0 0 0
bitcount -2 r 1 1 1 I1/R0,1,0/
bitfield -2 w 1 1 1 I1/R0,1,0/w
bitfield_ro -2 r 1 1 1 I1/R0,1,0/
bitop -4 w 2 -1 1 I2/R0,1,0/w I3/R-1,1,0/
bitpos -3 r 1 1 1 I1/R0,1,0/
blmove 6 wb 1 2 1 I1/R0,1,0/w I2/R0,1,0/w
blmpop -5 wbm 0 0 0 I2/N0,1,1/w
blpop -3 wb 1 -2 1 I1/R-2,1,0/w
brpop -3 wb 1 -2 1 I1/R-2,1,0/w
brpoplpush 4 wb 1 2 1 I1/R0,1,0/w I2/R0,1,0/w
bzmpop -5 wbm 0 0 0 I2/N0,1,1/w
bzpopmax -3 wb 1 -2 1 I1/R-2,1,0/w
bzpopmin -3 wb 1 -2 1 I1/R-2,1,0/w
client -2 - 0 0 0
client|caching 3 - 0 0 0
client|getname 2 - 0 0 0
client|getredir 2 - 0 0 0
client|help 2 - 0 0 0
client|id 2 - 0 0 0
client|info 2 - 0 0 0
client|kill -3 - 0 0 0
client|list -2 - 0 0 0
client|no-evict 3 - 0 0 0
client|pause -3 - 0 0 0
client|reply 3 - 0 0 0
client|setname 3 - 0 0 0
client|tracking -3 - 0 0 0
client|trackinginfo 2 - 0 0 0
client|unblock -3 - 0 0 0
client|unpause 2 - 0 0 0
cluster -2 - 0 0 0
cluster|addslots -3 - 0 0 0
cluster|addslotsrange -4 - 0 0 0
cluster|bumpepoch 2 - 0 0 0
cluster|count-failure-reports 3 - 0 0 0
cluster|countkeysinslot 3 - 0 0 0
cluster|delslots -3 - 0 0 0
cluster|delslotsrange -4 - 0 0 0
cluster|failover -2 - 0 0 0
cluster|flushslots 2 - 0 0 0
cluster|forget 3 - 0 0 0
cluster|getkeysinslot 4 - 0 0 0
cluster|help 2 - 0 0 0
cluster|info 2 - 0 0 0
cluster|keyslot 3 - 0 0 0
cluster|links 2 - 0 0 0
cluster|meet -4 - 0 0 0
cluster|myid 2 - 0 0 0
cluster|nodes 2 - 0 0 0
cluster|replicas 3 - 0 0 0
cluster|replicate 3 - 0 0 0
cluster|reset -2 - 0 0 0
cluster|saveconfig 2 - 0 0 0
cluster|set-config-epoch 3 - 0 0 0
cluster|setslot -4 - 0 0 0
cluster|shards 2 - 0 0 0
cluster|slaves 3 - 0 0 0
cluster|slots 2 - 0 0 0
command -1 - 0 0 0
command|count 2 - 0 0 0
command|docs -2 - 0 0 0
command|getkeys -4 - 0 0 0
command|getkeysandflags -4 - 0 0 0
command|help 2 - 0 0 0
command|info -2 - 0 0 0
command|list -2 - 0 0 0
config -2 - 0 0 0
config|get -3 - 0 0 0
config|help 2 - 0 0 0
config|resetstat 2 - 0 0 0
config|rewrite 2 - 0 0 0
config|set -4 - 0 0 0
copy -3 w 1 2 1 I1/R0,1,0/ I2/R0,1,0/w
dbsize 1 r 0 0 0
debug -2 - 0 0 0
decr 2 w 1 1 1 I1/R0,1,0/w
decrby 3 w 1 1 1 I1/R0,1,0/w
del -2 w 1 -1 1 I1/R-1,1,0/w
discard 1 - 0 0 0
dump 2 r 1 1 1 I1/R0,1,0/
echo 2 - 0 0 0
eval -3 wm 0 0 0 I2/N0,1,1/w
eval_ro -3 rm 0 0 0 I2/N0,1,1/
evalsha -3 wm 0 0 0 I2/N0,1,1/w
evalsha_ro -3 rm 0 0 0 I2/N0,1,1/
exec 1 - 0 0 0
exists -2 r 1 -1 1 I1/R-1,1,0/
expire -3 w 1 1 1 I1/R0,1,0/w
expireat -3 w 1 1 1 I1/R0,1,0/w
expiretime 2 r 1 1 1 I1/R0,1,0/
failover -1 - 0 0 0
fcall -3 wm 0 0 0 I2/N0,1,1/w
fcall_ro -3 rm 0 0 0 I2/N0,1,1/
flushall -1 w 0 0 0
flushdb -1 w 0 0 0
function -2 - 0 0 0
function|delete 3 w 0 0 0
function|dump 2 - 0 0 0
function|flush -2 w 0 0 0
function|help 2 - 0 0 0
function|kill 2 - 0 0 0
function|list -2 - 0 0 0
function|load -3 w 0 0 0
function|restore -3 w 0 0 0
function|stats 2 - 0 0 0
geoadd -5 w 1 1 1 I1/R0,1,0/w
geodist -4 r 1 1 1 I1/R0,1,0/
geohash -2 r 1 1 1 I1/R0,1,0/
geopos -2 r 1 1 1 I1/R0,1,0/
georadius -6 wm 1 1 1 I1/R0,1,0/ K6:store/R0,1,0/w K6:storedist/R0,1,0/w
georadius_ro -6 r 1 1 1 I1/R0,1,0/
georadiusbymember -5 wm 1 1 1 I1/R0,1,0/ K5:store/R0,1,0/w K5:storedist/R0,1,0/w
georadiusbymember_ro -5 r 1 1 1 I1/R0,1,0/
geosearch -7 r 1 1 1 I1/R0,1,0/
geosearchstore -8 w 1 2 1 I1/R0,1,0/w I2/R0,1,0/
get 2 r 1 1 1 I1/R0,1,0/
getbit 3 r 1 1 1 I1/R0,1,0/
getdel 2 w 1 1 1 I1/R0,1,0/w
getex -2 w 1 1 1 I1/R0,1,0/w
getrange 4 r 1 1 1 I1/R0,1,0/
getset 3 w 1 1 1 I1/R0,1,0/w
hdel -3 w 1 1 1 I1/R0,1,0/w
hello -1 - 0 0 0
hexists 3 r 1 1 1 I1/R0,1,0/
hget 3 r 1 1 1 I1/R0,1,0/
hgetall 2 r 1 1 1 I1/R0,1,0/
hincrby 4 w 1 1 1 I1/R0,1,0/w
hincrbyfloat 4 w 1 1 1 I1/R0,1,0/w
hkeys 2 r 1 1 1 I1/R0,1,0/
hlen 2 r 1 1 1 I1/R0,1,0/
hmget -3 r 1 1 1 I1/R0,1,0/
hmset -4 w 1 1 1 I1/R0,1,0/w
hrandfield -2 r 1 1 1 I1/R0,1,0/
hscan -3 r 1 1 1 I1/R0,1,0/
hset -4 w 1 1 1 I1/R0,1,0/w
hsetnx 4 w 1 1 1 I1/R0,1,0/w
hstrlen 3 r 1 1 1 I1/R0,1,0/
hvals 2 r 1 1 1 I1/R0,1,0/
incr 2 w 1 1 1 I1/R0,1,0/w
incrby 3 w 1 1 1 I1/R0,1,0/w
incrbyfloat 3 w 1 1 1 I1/R0,1,0/w
info -1 - 0 0 0
keys 2 r 0 0 0
lastsave 1 - 0 0 0
latency -2 - 0 0 0
latency|doctor 2 - 0 0 0
latency|graph 3 - 0 0 0
latency|help 2 - 0 0 0
latency|histogram -2 - 0 0 0
latency|history 3 - 0 0 0
latency|latest 2 - 0 0 0
latency|reset -2 - 0 0 0
lcs -3 r 1 2 1 I1/R1,1,0/
lindex 3 r 1 1 1 I1/R0,1,0/
linsert 5 w 1 1 1 I1/R0,1,0/w
llen 2 r 1 1 1 I1/R0,1,0/
lmove 5 w 1 2 1 I1/R0,1,0/w I2/R0,1,0/w
lmpop -4 wm 0 0 0 I1/N0,1,1/w
lolwut -1 r 0 0 0
lpop -2 w 1 1 1 I1/R0,1,0/w
lpos -3 r 1 1 1 I1/R0,1,0/
lpush -3 w 1 1 1 I1/R0,1,0/w
lpushx -3 w 1 1 1 I1/R0,1,0/w
lrange 4 r 1 1 1 I1/R0,1,0/
lrem 4 w 1 1 1 I1/R0,1,0/w
lset 4 w 1 1 1 I1/R0,1,0/w
ltrim 4 w 1 1 1 I1/R0,1,0/w
memory -2 - 0 0 0
memory|doctor 2 - 0 0 0
memory|help 2 - 0 0 0
memory|malloc-stats 2 - 0 0 0
memory|purge 2 - 0 0 0
memory|stats 2 - 0 0 0
memory|usage -3 r 2 2 1 I2/R0,1,0/
mget -2 r 1 -1 1 I1/R-1,1,0/
migrate -6 wm 3 3 1 I3/R0,1,0/w K-2:keys/R-1,1,0/wi
module -2 - 0 0 0
module|help 2 - 0 0 0
module|list 2 - 0 0 0
module|load -3 - 0 0 0
module|loadex -3 - 0 0 0
module|unload 3 - 0 0 0
monitor 1 - 0 0 0
move 3 w 1 1 1 I1/R0,1,0/w
mset -3 w 1 -1 2 I1/R-1,2,0/w
msetnx -3 w 1 -1 2 I1/R-1,2,0/w
multi 1 - 0 0 0
object -2 - 0 0 0
object|encoding 3 r 2 2 1 I2/R0,1,0/
object|freq 3 r 2 2 1 I2/R0,1,0/
object|help 2 - 0 0 0
object|idletime 3 r 2 2 1 I2/R0,1,0/
object|refcount 3 r 2 2 1 I2/R0,1,0/
persist 2 w 1 1 1 I1/R0,1,0/w
pexpire -3 w 1 1 1 I1/R0,1,0/w
pexpireat -3 w 1 1 1 I1/R0,1,0/w
pexpiretime 2 r 1 1 1 I1/R0,1,0/
pfadd -2 w 1 1 1 I1/R0,1,0/w
pfcount -2 r 1 -1 1 I1/R-1,1,0/w
pfdebug 3 w 2 2 1 I2/R0,1,0/w
pfmerge -2 w 1 -1 1 I1/R0,1,0/w I2/R-1,1,0/
pfselftest 1 - 0 0 0
ping -1 - 0 0 0
psetex 4 w 1 1 1 I1/R0,1,0/w
psubscribe -2 - 0 0 0
psync -3 - 0 0 0
pttl 2 r 1 1 1 I1/R0,1,0/
publish 3 - 0 0 0
pubsub -2 - 0 0 0
pubsub|channels -2 - 0 0 0
pubsub|help 2 - 0 0 0
pubsub|numpat 2 - 0 0 0
pubsub|numsub -2 - 0 0 0
pubsub|shardchannels -2 - 0 0 0
pubsub|shardnumsub -2 - 0 0 0
punsubscribe -1 - 0 0 0
quit -1 - 0 0 0
randomkey 1 r 0 0 0
readonly 1 - 0 0 0
readwrite 1 - 0 0 0
rename 3 w 1 2 1 I1/R0,1,0/w I2/R0,1,0/w
renamenx 3 w 1 2 1 I1/R0,1,0/w I2/R0,1,0/w
replconf -1 - 0 0 0
replicaof 3 - 0 0 0
reset 1 - 0 0 0
restore -4 w 1 1 1 I1/R0,1,0/w
restore-asking -4 w 1 1 1 I1/R0,1,0/w
role 1 - 0 0 0
rpop -2 w 1 1 1 I1/R0,1,0/w
rpoplpush 3 w 1 2 1 I1/R0,1,0/w I2/R0,1,0/w
rpush -3 w 1 1 1 I1/R0,1,0/w
rpushx -3 w 1 1 1 I1/R0,1,0/w
sadd -3 w 1 1 1 I1/R0,1,0/w
save 1 - 0 0 0
scan -2 r 0 0 0
scard 2 r 1 1 1 I1/R0,1,0/
script -2 - 0 0 0
script|debug 3 - 0 0 0
script|exists -3 - 0 0 0
script|flush -2 - 0 0 0
script|help 2 - 0 0 0
script|kill 2 - 0 0 0
script|load 3 - 0 0 0
sdiff -2 r 1 -1 1 I1/R-1,1,0/
sdiffstore -3 w 1 -1 1 I1/R0,1,0/w I2/R-1,1,0/
select 2 - 0 0 0
set -3 w 1 1 1 I1/R0,1,0/w
setbit 4 w 1 1 1 I1/R0,1,0/w
setex 4 w 1 1 1 I1/R0,1,0/w
setnx 3 w 1 1 1 I1/R0,1,0/w
setrange 4 w 1 1 1 I1/R0,1,0/w
shutdown -1 - 0 0 0
sinter -2 r 1 -1 1 I1/R-1,1,0/
sintercard -3 rm 0 0 0 I1/N0,1,1/
sinterstore -3 w 1 -1 1 I1/R0,1,0/w I2/R-1,1,0/
sismember 3 r 1 1 1 I1/R0,1,0/
slaveof 3 - 0 0 0
slowlog -2 - 0 0 0
slowlog|get -2 - 0 0 0
slowlog|help 2 - 0 0 0
slowlog|len 2 - 0 0 0
slowlog|reset 2 - 0 0 0
smembers 2 r 1 1 1 I1/R0,1,0/
smismember -3 r 1 1 1 I1/R0,1,0/
smove 4 w 1 2 1 I1/R0,1,0/w I2/R0,1,0/w
sort -2 wm 1 1 1 I1/R0,1,0/ U/U/ U/U/w
sort_ro -2 rm 1 1 1 I1/R0,1,0/ U/U/
spop -2 w 1 1 1 I1/R0,1,0/w
spublish 3 - 1 1 1 I1/R0,1,0/n
srandmember -2 r 1 1 1 I1/R0,1,0/
srem -3 w 1 1 1 I1/R0,1,0/w
sscan -3 r 1 1 1 I1/R0,1,0/
ssubscribe -2 - 1 -1 1 I1/R-1,1,0/n
strlen 2 r 1 1 1 I1/R0,1,0/
subscribe -2 - 0 0 0
substr 4 r 1 1 1 I1/R0,1,0/
sunion -2 r 1 -1 1 I1/R-1,1,0/
sunionstore -3 w 1 -1 1 I1/R0,1,0/w I2/R-1,1,0/
sunsubscribe -1 - 1 -1 1 I1/R-1,1,0/n
swapdb 3 w 0 0 0
sync 1 - 0 0 0
time 1 - 0 0 0
touch -2 r 1 -1 1 I1/R-1,1,0/
ttl 2 r 1 1 1 I1/R0,1,0/
type 2 r 1 1 1 I1/R0,1,0/
unlink -2 w 1 -1 1 I1/R-1,1,0/w
unsubscribe -1 - 0 0 0
unwatch 1 - 0 0 0
wait 3 - 0 0 0
watch -2 - 1 -1 1 I1/R-1,1,0/
xack -4 w 1 1 1 I1/R0,1,0/w
xadd -5 w 1 1 1 I1/R0,1,0/w
xautoclaim -6 w 1 1 1 I1/R0,1,0/w
xclaim -6 w 1 1 1 I1/R0,1,0/w
xdel -3 w 1 1 1 I1/R0,1,0/w
xgroup -2 - 0 0 0
xgroup|create -5 w 2 2 1 I2/R0,1,0/w
xgroup|createconsumer 5 w 2 2 1 I2/R0,1,0/w
xgroup|delconsumer 5 w 2 2 1 I2/R0,1,0/w
xgroup|destroy 4 w 2 2 1 I2/R0,1,0/w
xgroup|help 2 - 0 0 0
xgroup|setid -5 w 2 2 1 I2/R0,1,0/w
xinfo -2 - 0 0 0
xinfo|consumers 4 r 2 2 1 I2/R0,1,0/
xinfo|groups 3 r 2 2 1 I2/R0,1,0/
xinfo|help 2 - 0 0 0
xinfo|stream -3 r 2 2 1 I2/R0,1,0/
xlen 2 r 1 1 1 I1/R0,1,0/
xpending -3 r 1 1 1 I1/R0,1,0/
xrange -4 r 1 1 1 I1/R0,1,0/
xread -4 rbm 0 0 0 K1:streams/R-1,1,2/
xreadgroup -7 wbm 0 0 0 K4:streams/R-1,1,2/
xrevrange -4 r 1 1 1 I1/R0,1,0/
xsetid -3 w 1 1 1 I1/R0,1,0/w
xtrim -4 w 1 1 1 I1/R0,1,0/w
zadd -4 w 1 1 1 I1/R0,1,0/w
zcard 2 r 1 1 1 I1/R0,1,0/
zcount 4 r 1 1 1 I1/R0,1,0/
zdiff -3 rm 0 0 0 I1/N0,1,1/
zdiffstore -4 wm 1 1 1 I1/R0,1,0/w I2/N0,1,1/
zincrby 4 w 1 1 1 I1/R0,1,0/w
zinter -3 rm 0 0 0 I1/N0,1,1/
zintercard -3 rm 0 0 0 I1/N0,1,1/
zinterstore -4 wm 1 1 1 I1/R0,1,0/w I2/N0,1,1/
zlexcount 4 r 1 1 1 I1/R0,1,0/
zmpop -4 wm 0 0 0 I1/N0,1,1/w
zmscore -3 r 1 1 1 I1/R0,1,0/
zpopmax -2 w 1 1 1 I1/R0,1,0/w
zpopmin -2 w 1 1 1 I1/R0,1,0/w
zrandmember -2 r 1 1 1 I1/R0,1,0/
zrange -4 r 1 1 1 I1/R0,1,0/
zrangebylex -4 r 1 1 1 I1/R0,1,0/
zrangebyscore -4 r 1 1 1 I1/R0,1,0/
zrangestore -5 w 1 2 1 I1/R0,1,0/w I2/R0,1,0/
zrank 3 r 1 1 1 I1/R0,1,0/
zrem -3 w 1 1 1 I1/R0,1,0/w
zremrangebylex 4 w 1 1 1 I1/R0,1,0/w
zremrangebyrank 4 w 1 1 1 I1/R0,1,0/w
zremrangebyscore 4 w 1 1 1 I1/R0,1,0/w
zrevrange -4 r 1 1 1 I1/R0,1,0/
zrevrangebylex -4 r 1 1 1 I1/R0,1,0/
zrevrangebyscore -4 r 1 1 1 I1/R0,1,0/
zrevrank 3 r 1 1 1 I1/R0,1,0/
zscan -3 r 1 1 1 I1/R0,1,0/
zscore 3 r 1 1 1 I1/R0,1,0/
zunion -3 rm 0 0 0 I1/N0,1,1/
zunionstore -4 wm 1 1 1 I1/R0,1,0/w I2/N0,1,1/
)";

std::vector<std::string> split(const std::string& text, char at) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == at)
            parts.emplace_back();
        else
            parts.back() += c;
    }
    return parts;
}

void readBegin(const std::string& text, KeySpec& spec) {
    if (text == "U")
        return;
    const auto parts = split(text.substr(1), ':');
    spec.begin = text[0] == 'K' ? KeySpec::Begin::Keyword : KeySpec::Begin::Index;
    spec.index = std::stoi(parts[0]);
    spec.keyword = parts.size() > 1 ? parts[1] : "";
}

void readFind(const std::string& text, KeySpec& spec) {
    if (text == "U")
        return;
    const auto numbers = split(text.substr(1), ',');
    const bool range = text[0] == 'R';
    spec.find = range ? KeySpec::Find::Range : KeySpec::Find::Number;
    (range ? spec.last : spec.numberAt) = std::stoi(numbers.at(0));
    (range ? spec.step : spec.first) = std::stoi(numbers.at(1));
    (range ? spec.limit : spec.step) = std::stoi(numbers.at(2));
}

} // namespace

KeySpec readKeySpec(const std::string& text) {
    const auto parts = split(text, '/');
    KeySpec spec;
    readBegin(parts.at(0), spec);
    readFind(parts.at(1), spec);
    spec.writes = parts.at(2).find('w') != std::string::npos;
    spec.notKeys = parts.at(2).find('n') != std::string::npos;
    spec.incomplete = parts.at(2).find('i') != std::string::npos;
    return spec;
}

CommandInfo readCommand(const std::string& line) {
    std::istringstream words(line);
    CommandInfo command;
    std::string flags;
    if (!(words >> command.name >> command.arity >> flags >> command.firstKey >> command.lastKey >> command.keyStep))
        throw std::invalid_argument(line);
    command.write = flags.find('w') != std::string::npos;
    command.readOnly = flags.find('r') != std::string::npos;
    command.blocking = flags.find('b') != std::string::npos;
    command.movableKeys = flags.find('m') != std::string::npos;
    for (std::string spec; words >> spec;)
        command.keys.push_back(readKeySpec(spec));
    return command;
}

std::shared_ptr<const CommandTable> redis7Commands() {
    static const auto table = [] {
        std::vector<CommandInfo> commands;
        std::istringstream lines{std::string(redis7)};
        for (std::string line; std::getline(lines, line);) {
            if (line.empty())
                continue;
            CommandInfo command = readCommand(line);
            const auto bar = command.name.find('|');
            if (bar == std::string::npos) {
                commands.push_back(std::move(command));
            } else {
                command.name.erase(0, bar + 1);
                commands.back().subcommands.push_back(std::move(command));
            }
        }
        return std::make_shared<const CommandTable>(std::move(commands));
    }();
    return table;
}

} // namespace nearcache::respfront
