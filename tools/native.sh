# Sourced by make.sh: builds and runs on this machine. Writes into build/ and .deps/ only.
#
#   build/                    the build (BUILD_DIR); build/address and build/thread: sanitized ones
#   build/run/<name>.pid      (RUN_DIR) a proxy in the background, http or resp, and the redis of both
#   build/run/front.XXXXXX/   a proxy in the foreground: gone when it ends

build_dir=${BUILD_DIR:-$top/build${sanitize:+/$sanitize}}
run_dir=${RUN_DIR:-$top/build/run}
config_of() { [ "$1" = both ] && printf '%s' "$top/config/nearcache.yaml" || printf '%s' "$top/config/$1.yaml"; }

quietly() { # LOG COMMAND…: its output only where it fails
    local log=$1
    shift
    mkdir -p "$(dirname "$log")"
    "$@" >"$log" 2>&1 || { cat "$log" >&2; return 1; }
}

# A build of somebody else's (BUILD_DIR) is taken as it is.
build() { # all, or nothing for the proxy and its plugins
    [ -z "${BUILD_DIR:-}" ] || return 0
    "$top/tools/deps.sh"
    quietly "$build_dir/configure.log" cmake -S "$top" -B "$build_dir" -DNEARCACHE_SANITIZE="$sanitize" \
        -DNEARCACHE_WERROR="${WERROR:-OFF}"
    cmake --build "$build_dir" -j "$jobs" --target "${1:-product}"
}

find_tool() { # NAME…: the first there is
    local name
    for name in "$@"; do
        [ -x "$top/.deps/bin/$name" ] && printf '%s' "$top/.deps/bin/$name" && return
        command -v "$name" && return
    done
    die "$1 is missing"
}

redis_cli() { find_tool redis-cli valkey-cli; }

# Starts "$@" with its output in the file $1 and sets started. A process group of its own: Ctrl-C is for us to pass on.
start() {
    local log=$1
    shift
    set -m
    if [ "$log" = - ]; then "$@" </dev/null & else nohup "$@" >"$log" 2>&1 </dev/null & fi
    started=$!
    set +m
}

runs() { [ -n "$1" ] && kill -0 "$1" 2>/dev/null; }

# Ends the process $1 in its own way, and after 15 seconds in ours.
end() {
    local tries=0
    runs "$1" || return 0
    kill -TERM "$1" 2>/dev/null || true
    while runs "$1"; do
        tries=$((tries + 1))
        [ "$tries" -le 300 ] || kill -KILL "$1" 2>/dev/null || true
        sleep 0.05
    done
}

# An empty redis-server without persistence, in the folder $1; sets redis_pid and redis_address. A port that is taken
# makes it exit, and the next one is tried.
start_redis() {
    local port tries server
    server=$(find_tool redis-server valkey-server)
    mkdir -p "$1"
    for tries in 1 2 3 4 5 6 7 8 9 10; do
        port=$((20000 + RANDOM % 12000))
        start "$1/redis.log" "$server" --bind 127.0.0.1 --port "$port" --dir "$1" --save "" --appendonly no
        redis_pid=$started
        if await_redis "$port"; then
            redis_address=127.0.0.1:$port
            "$(redis_cli)" -p "$port" set greeting "hello from Redis" >/dev/null
            return
        fi
        end "$redis_pid"
    done
    cat "$1/redis.log" >&2
    die "redis-server does not start"
}

await_redis() { # PORT: until the redis-server we started, and no other, answers
    local tries=0
    while runs "$redis_pid" && [ "$tries" -lt 200 ]; do
        "$(redis_cli)" -p "$1" info server 2>/dev/null | grep -q "^process_id:$redis_pid[^0-9]*\$" && return
        tries=$((tries + 1))
        sleep 0.05
    done
    return 1
}

start_nearcache() { # LOG KIND
    # shellcheck disable=SC2046 # ports, one word each
    check_free $(ports_of "$2")
    [ -f "$build_dir/bin/nearcache" ] || die "$build_dir/bin/nearcache is not built"
    export HTTP_PORT=$http_port RESP_PORT=$resp_port REDIS_ADDRESS=$redis_address
    start "$1" "$build_dir/bin/nearcache" --config="$(config_of "$2")"
    proxy_pid=$started
}

proxy_runs() { runs "$proxy_pid"; }

announce_native() { # KIND
    printf '\nbacking Redis: %s\n' "$redis_address"
    announce "$1" "$(redis_cli | sed "s|^$PWD/||") -p $resp_port"
}

# ---- in the foreground ----

run_proxy() { # KIND
    proxy_pid= redis_pid=
    mkdir -p "$run_dir"
    front=$(mktemp -d "$run_dir/front.XXXXXX")
    trap end_front EXIT
    trap interrupt INT TERM HUP
    printf '%s\n' $$ >"$front/run.pid"
    [ -n "$redis_address" ] || start_redis "$front"
    start_nearcache - "$1"
    # shellcheck disable=SC2046 # ports, one word each
    if await_ports proxy_runs $(ports_of "$1"); then
        announce_native "$1"
        printf 'Ctrl-C ends it.\n\n'
    fi
    await_proxy
}

interrupt() {
    [ -n "$proxy_pid" ] || exit 130
    kill -TERM "$proxy_pid" 2>/dev/null || true
}

# A signal that is trapped ends wait, not the proxy; only the wait that follows the proxy's end has its exit status.
await_proxy() {
    while proxy_runs; do wait "$proxy_pid" || true; done
    wait "$proxy_pid"
}

end_front() {
    local status=$?
    trap '' INT TERM HUP
    end "$proxy_pid"
    end "$redis_pid"
    rm -rf "$front"
    exit "$status"
}

# ---- in the background ----

# The process of a pid file, where it still is what it was: ids are used again.
recorded() { # NAME
    local pid
    pid=$(cat "$run_dir/$1.pid" 2>/dev/null) || return 0
    tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qE 'nearcache|redis|valkey|make.sh' && printf '%s' "$pid"
    return 0
}

stop_one() { # NAME
    end "$(recorded "$1")"
    rm -f "$run_dir/$1.pid"
}

background_redis() {
    redis_address=$(cat "$run_dir/redis.address" 2>/dev/null || true)
    [ -n "$redis_address" ] && [ -n "$(recorded redis)" ] && return
    start_redis "$run_dir"
    printf '%s\n' "$redis_pid" >"$run_dir/redis.pid"
    printf '%s\n' "$redis_address" >"$run_dir/redis.address"
}

start_proxy() { # KIND
    mkdir -p "$run_dir"
    stop_one "$1"
    [ -n "$redis_address" ] || background_redis
    start_nearcache "$run_dir/$1.log" "$1"
    printf '%s\n' "$proxy_pid" >"$run_dir/$1.pid"
    # shellcheck disable=SC2046 # ports, one word each
    if ! await_ports proxy_runs $(ports_of "$1"); then
        tail -n 20 "$run_dir/$1.log" >&2
        stop_one "$1"
        die "the proxy did not start"
    fi
    announce_native "$1"
    printf 'log: %s\n' "$run_dir/$1.log"
}

stop_all() {
    local front name
    for front in "$run_dir"/front.*; do
        [ -d "$front" ] && end "$(recorded "${front##*/}/run")"
    done
    for name in http resp redis; do stop_one "$name"; done
    rm -f "$run_dir/redis.address"
}

# ---- tests ----

# ThreadSanitizer and the kernel's address space randomisation do not always agree; where it can be off, it is.
without_aslr() {
    if [ "$sanitize" = thread ] && setarch "$(uname -m)" -R true 2>/dev/null; then
        setarch "$(uname -m)" -R "$@"
    else
        "$@"
    fi
}

run_tests() {
    build all
    without_aslr ctest --test-dir "$build_dir" -j "$jobs" --output-on-failure --no-tests=error ${FILTER:+-R "$FILTER"}
}

# Those that take minutes: the same load for longer, and more of it.
run_long_tests() {
    build all
    without_aslr ctest --test-dir "$build_dir" -C long -L long --output-on-failure --no-tests=error ${FILTER:+-R "$FILTER"}
}

clean() { rm -rf "$top/build"; }
