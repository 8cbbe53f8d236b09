#!/usr/bin/env bash
# redis-benchmark with its default tests. usage: redis-benchmark.sh PATH; HOST and PORT in the environment.
set -euo pipefail
. "$(dirname "$0")/common.sh"
program=$1

# Every test ends with a line that says so, and nothing else is said.
run() {
    local out
    out=$("$program" -h "$HOST" -p "$PORT" -q -n 1000 "$@" 2>&1 | tr '\r' '\n') || fail "redis-benchmark $*: $out"
    case $out in *[Ee]rror* | *WARN* | *rror\ from*) fail "redis-benchmark $*: $out" ;; esac
    tests=$(grep -c 'requests per second' <<<"$out")
}

run
[ "$tests" -ge 18 ] || fail "only $tests tests of redis-benchmark ran"
all=$tests
run -P 16
equal 'tests with pipelines' "$all" "$tests"
run -3 -t get,set,incr,mset
equal 'tests over RESP3' 4 "$tests"
run -t set,get -d 100000 -c 10 -r 100
equal 'tests with large values' 2 "$tests"
run -c 500 -t get
equal 'tests with many clients' 1 "$tests"
echo "redis-benchmark: all well"
