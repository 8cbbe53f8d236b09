#!/usr/bin/env bash
# The Makefile's targets as their user sees them: what they print, that it works as printed, and that nothing stays.
# In MODE (native or docker); the ports are HTTP_PORT and RESP_PORT where given, otherwise free ones. bash 3.2, no curl.
set -euo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
export MODE=${MODE:-native}
mkdir -p "${BUILD_DIR:-$top/build}"
work=$(mktemp -d "${BUILD_DIR:-$top/build}/make-test.XXXXXX")
export RUN_DIR=$work/run
unset REDIS_ADDRESS
runner=

finish() {
    local status=$?
    trap - EXIT
    [ -z "$runner" ] || kill -TERM "$runner" 2>/dev/null || true
    "$top/tools/make.sh" stop >/dev/null 2>&1 || true
    [ "$status" = 0 ] || tail -n 50 "$work"/*.out >&2
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT

fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
step() { printf '%s\n' "- $*"; }

# Runs a command until it succeeds, for at most $1 seconds.
eventually() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || fail "in vain: $*"
        sleep 0.1
    done
}

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() {
    local port
    while :; do
        port=$((10000 + RANDOM % 10000))
        answers "$port" || break
    done
    printf '%s' "$port"
}

# Sends $2 to the port $1 and prints what comes until the other side closes.
talk() {
    (
        exec 3<>"/dev/tcp/127.0.0.1/$1"
        printf '%b' "$2" >&3
        cat <&3
    )
}

http_get() { talk "$HTTP_PORT" "GET /get?key=$1 HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"; }
http_status() { http_get "$1" | head -n 1 | cut -d ' ' -f 2; }
resp() { talk "$RESP_PORT" "$1\r\nQUIT\r\n" | tr -d '\r'; }

expect() { # WHAT ACTUAL EXPECTED
    [ "$2" = "$3" ] || fail "$1: '$2', not '$3'"
}

expect_http_and_resp() {
    expect "first GET over HTTP" "$(http_status greeting)" 201
    expect "second GET over HTTP" "$(http_status greeting)" 200
    http_get greeting | grep -q "hello from Redis" || fail "the value over HTTP"
    resp "GET greeting" | grep -q "hello from Redis" || fail "the value over RESP"
}

# Whatever is left of this test's proxies and redis-servers; each carries the folder of the test, or its project.
leftovers() {
    if [ "$MODE" = native ]; then
        local proc
        for proc in /proc/[0-9]*; do
            [ "${proc#/proc/}" != $$ ] && tr '\0' '\n' 2>/dev/null <"$proc/environ" | grep -qx "RUN_DIR=$RUN_DIR" &&
                tr '\0' ' ' 2>/dev/null <"$proc/cmdline" | grep -E '/nearcache |redis-server'
        done
        return 0
    else
        docker ps -q --filter "name=nearcache-$(printf '%s' "$top$RUN_DIR" | cksum | cut -d ' ' -f 1)"
    fi
}

# $1 in the foreground, until it says that it is ready. With job control, so that it gets SIGINT as from a terminal.
foreground() { # TARGET
    set -m
    "$top/tools/make.sh" "$1" >"$work/$1.out" 2>&1 </dev/null &
    runner=$!
    set +m
    eventually 60 ready_or_dead "$1"
    kill -0 "$runner" 2>/dev/null || fail "$1 ended by itself"
}

ready_or_dead() { grep -q 'Ctrl-C ends it' "$work/$1.out" || ! kill -0 "$runner" 2>/dev/null; }

interrupt() { # SIGNAL
    local status=0
    kill "-$1" "$runner"
    wait "$runner" || status=$?
    runner=
    expect "exit status after SIG$1" "$status" 0
    expect "what SIG$1 left" "$(leftovers)" ""
}

export HTTP_PORT=${HTTP_PORT:-$(free_port)} RESP_PORT=${RESP_PORT:-$(free_port)}

step "build"
"$top/tools/make.sh" build >"$work/build.out" 2>&1

step "run: both front-ends, and Ctrl-C ends everything"
foreground run
grep -q "curl -i \"http://127.0.0.1:$HTTP_PORT/get?key=greeting\"" "$work/run.out" || fail "no curl line"
grep -q "redis-cli.* get greeting" "$work/run.out" || fail "no redis-cli line"
expect_http_and_resp
interrupt INT

step "restart_fg: HTTP alone, and SIGTERM ends it too"
foreground restart_fg
expect "GET over HTTP" "$(http_status greeting)" 201
! answers "$RESP_PORT" || fail "restart_fg listens for RESP"
interrupt TERM

step "restart and restart_resp: one Redis behind both"
"$top/tools/make.sh" restart >"$work/restart.out" 2>&1
"$top/tools/make.sh" restart_resp >"$work/restart_resp.out" 2>&1
expect_http_and_resp
resp "SET fresh value" | grep -q OK || fail "SET over RESP"
expect "what was SET over RESP" "$(http_status fresh)" 201
"$top/tools/make.sh" restart >"$work/restart2.out" 2>&1
expect "after a restart the cache is empty" "$(http_status fresh)" 201

step "a port that is taken is an error"
if HTTP_PORT=$RESP_PORT "$top/tools/make.sh" restart >"$work/taken.out" 2>&1; then fail "it started"; fi
grep -q "port $RESP_PORT is taken" "$work/taken.out" || fail "no word about the port"

step "stop: nothing stays"
"$top/tools/make.sh" stop >"$work/stop.out" 2>&1
expect "what stop left" "$(leftovers)" ""
! answers "$RESP_PORT" || fail "the RESP proxy still answers"
