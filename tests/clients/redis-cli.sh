#!/usr/bin/env bash
# redis-cli as people use it. usage: redis-cli.sh PATH-OF-REDIS-CLI; HOST, PORT and REDIS_PORT in the environment.
set -euo pipefail
. "$(dirname "$0")/common.sh"
program=$1
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT

cli() { "$program" -h "$HOST" -p "$PORT" "$@"; }
in_its_place() { exec "$program" -h "$HOST" -p "$PORT" "$@"; } # with & : the job is redis-cli itself
straight() { "$program" -h "$HOST" -p "$REDIS_PORT" "$@"; }
said() { grep -q -- "$1" "$2"; }

one_command_each() {
    equal PING PONG "$(cli PING)"
    equal SET OK "$(cli SET greeting hello)"
    equal GET hello "$(cli GET greeting)"
    equal 'a hit' hello "$(cli GET greeting)"
    equal 'no such key' '' "$(cli GET nothing)"
    equal 'no such key, to a person' '(nil)' "$(cli --no-raw GET nothing)"
    equal INCR '(integer) 1' "$(cli --no-raw INCR counter)"
    contains 'a wrong type' WRONGTYPE "$(cli LPUSH greeting x)"
    contains 'an unknown command' 'unknown command' "$(cli FOO)"
    equal 'an own write' changed "$(cli SET greeting changed >/dev/null && cli GET greeting)"
    equal -x OK "$(printf 'from a file' | cli -x SET file)"
    equal 'the file' 'from a file' "$(cli GET file)"
    equal -r $'1\n2\n3' "$(cli -r 3 INCR repeated)"
    contains 'CONFIG GET' maxmemory "$(cli CONFIG GET maxmemory)"
    contains 'INFO server' redis_version "$(cli INFO server)"
    contains 'COMMAND DOCS' summary "$(cli COMMAND DOCS get)"
    contains 'OBJECT HELP' ENCODING "$(cli OBJECT HELP)"
}

resp3() {
    equal 'HELLO 3' 3 "$(cli -3 --no-raw HELLO | grep -A0 'proto' | grep -o '3$')"
    cli HSET map field value >/dev/null
    equal 'a map' '1# "field" => "value"' "$(cli -3 --no-raw HGETALL map)"
    equal 'a null' '(nil)' "$(cli -3 --no-raw GET nothing)"
    cli ZADD sorted 1.5 a >/dev/null
    equal 'a double' '(double) 1.5' "$(cli -3 --no-raw ZSCORE sorted a)"
    cli SADD set a >/dev/null
    equal 'a set' '1~ "a"' "$(cli -3 --no-raw SMEMBERS set)"
    equal 'json' '{"field":"value"}' "$(cli -3 --json HGETALL map)"
    equal 'a value' changed "$(cli -3 GET greeting)"
}

scans() {
    local wanted
    { for i in {1..500}; do printf 'SET many:%s x\n' "$i"; done; } | cli >/dev/null
    wanted=$(for i in {1..500}; do printf 'many:%s\n' "$i"; done | sort)
    equal --scan "$wanted" "$(cli --scan --pattern 'many:*' | sort)"
    equal '--scan over RESP3' "$wanted" "$(cli -3 --scan --pattern 'many:*' | sort)"
    contains --bigkeys 'Biggest' "$(cli --bigkeys)"
    equal DBSIZE "$(straight DBSIZE)" "$(cli DBSIZE)"
}

transactions() {
    equal 'a transaction' $'OK\nQUEUED\nQUEUED\nOK\nin it' "$(printf 'MULTI\nSET tx "in it"\nGET tx\nEXEC\n' | cli)"
    equal 'after it' 'in it' "$(cli GET tx)"
    equal 'a discarded one' $'OK\nQUEUED\nOK\nin it' "$(printf 'MULTI\nSET tx other\nDISCARD\nGET tx\n' | cli)"
    contains 'a failed one' EXECABORT "$(printf 'MULTI\nFOO\nEXEC\n' | cli)"
}

databases() {
    equal '-n 1' OK "$(cli -n 1 SET elsewhere yes)"
    equal 'the other database' '' "$(cli GET elsewhere)"
    equal '-n 1 again' yes "$(cli -n 1 GET elsewhere)"
    equal 'SELECT and back' $'OK\nyes\nOK\n\nchanged' \
        "$(printf 'SELECT 1\nGET elsewhere\nSELECT 0\nGET elsewhere\nGET greeting\n' | cli)"
}

scripts() {
    printf 'return redis.call("SET", KEYS[1], ARGV[1])' >"$folder/script.lua"
    equal --eval OK "$(cli --eval "$folder/script.lua" scripted , value)"
    equal 'what it wrote' value "$(cli GET scripted)"
    equal EVAL 2 "$(cli EVAL 'return #KEYS' 2 a b)"
}

mass_insertion() {
    for i in {1..2000}; do
        printf '*3\r\n$3\r\nSET\r\n$%s\r\nmass:%s\r\n$1\r\nx\r\n' "$((5 + ${#i}))" "$i"
    done >"$folder/mass"
    contains --pipe 'errors: 0, replies: 2000' "$(cli --pipe <"$folder/mass")"
    equal 'the last of them' x "$(cli GET mass:2000)"
}

subscribed() { [ "$(straight PUBSUB NUMSUB "$1" | tail -n 1)" = "$2" ]; }

publish_subscribe() {
    in_its_place SUBSCRIBE channel >"$folder/subscriber" &
    in_its_place -3 PSUBSCRIBE 'chan*' >"$folder/pattern" &
    eventually 'the subscription' subscribed channel 1
    eventually 'the pattern' said chan "$folder/pattern"
    equal PUBLISH 2 "$(cli PUBLISH channel 'a message')"
    eventually 'the message' said 'a message' "$folder/subscriber"
    eventually 'the message by pattern' said 'a message' "$folder/pattern"
    kill %1 %2
    wait %1 %2 2>/dev/null || true
    eventually 'the end of the subscription' subscribed channel 0
}

monitors() { [ "$(straight CLIENT LIST | grep -c 'cmd=monitor')" = "$1" ]; }

monitor() {
    in_its_place MONITOR >"$folder/monitor" &
    eventually 'the monitor' monitors 1
    cli SET watched by-the-monitor >/dev/null
    eventually 'what the monitor shows' said by-the-monitor "$folder/monitor"
    kill %%
    wait %% 2>/dev/null || true
    eventually 'the end of the monitor' monitors 0
}

blocked() { straight INFO clients | grep -q "blocked_clients:$1"; }

blocking() {
    in_its_place BLPOP queue 30 >"$folder/popped" &
    eventually 'the blocked client' blocked 1
    equal 'meanwhile' PONG "$(cli PING)"
    cli RPUSH queue element >/dev/null
    wait %%
    equal BLPOP $'queue\nelement' "$(cat "$folder/popped")"
    equal 'an empty one' '' "$(cli BLPOP queue 0.01)"
    equal WAIT 0 "$(cli WAIT 0 10)"
}

one_command_each
resp3
scans
transactions
databases
scripts
mass_insertion
publish_subscribe
monitor
blocking
echo "redis-cli: all well"
