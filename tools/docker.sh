# Sourced by make.sh: builds and runs in Docker, through docker/compose.yaml. Containers and images carry the name of
# this folder's own compose project, so that two clones do not meet; what runs in the foreground has a project to itself.

docker_answers || die "no Docker engine with compose answers; try MODE=native"

name_for() { printf 'nearcache-%s' "$(printf '%s' "$1" | cksum | cut -d ' ' -f 1)"; }

project=$(name_for "$top${RUN_DIR:-}")
export NEARCACHE_IMAGE=$(name_for "$top") HTTP_PORT=$http_port RESP_PORT=$resp_port SANITIZE=$sanitize FILTER=${FILTER:-}
export COMPOSE_PROJECT_NAME=$project COMPOSE_PROFILES=parts,tests

# From inside a container, this machine has another name.
case $redis_address in
    '') unset NEARCACHE_REDIS_ADDRESS ;;
    */*) die "REDIS_ADDRESS: in Docker mode a Unix socket is out of reach" ;;
    localhost:* | 127.0.0.1:*) export NEARCACHE_REDIS_ADDRESS=host.docker.internal:${redis_address##*:} ;;
    *) export NEARCACHE_REDIS_ADDRESS=$redis_address ;;
esac

if docker compose version >/dev/null 2>&1; then
    compose() { docker compose -f "$top/docker/compose.yaml" "$@"; }
else
    compose() { docker-compose -f "$top/docker/compose.yaml" "$@"; }
fi

service_of() { case $1 in both) printf proxy ;; *) printf '%s' "$1" ;; esac; }

service=proxy

build() { compose build "$service"; }

container() { compose ps -q "$1"; }

service_runs() { [ "$(docker inspect -f '{{.State.Running}}' "$(container "$service")" 2>/dev/null)" = true ]; }

# Starts the service $1 of the kind $2, and the backing Redis with it unless another is named.
up() {
    service=$1
    compose rm --stop --force "$service" >/dev/null 2>&1
    # shellcheck disable=SC2046 # ports, one word each
    check_free $(ports_of "$2")
    [ -n "$redis_address" ] || up_redis
    compose up -d --no-deps "$service"
}

up_redis() {
    local tries=0
    compose up -d redis
    until compose exec -T redis redis-cli ping >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -le 50 ] || die "the container of redis does not answer"
        sleep 0.2
    done
    compose exec -T redis redis-cli set greeting "hello from Redis" nx >/dev/null
}

announce_docker() { # KIND
    local cli="redis-cli -p $resp_port"
    command -v redis-cli >/dev/null || cli="docker exec $(container redis) redis-cli -h $service -p 6380"
    printf '\nbacking Redis: %s\n' "${NEARCACHE_REDIS_ADDRESS:-the container $(container redis | cut -c 1-12)}"
    announce "$1" "$cli"
}

run_proxy() { # KIND
    export COMPOSE_PROJECT_NAME=$project-front
    trap end_front EXIT
    trap 'exit 0' INT TERM HUP
    up "$(service_of "$1")" "$1"
    # shellcheck disable=SC2046 # ports, one word each
    if await_ports service_runs $(ports_of "$1"); then
        announce_docker "$1"
        printf 'Ctrl-C ends it.\n\n'
    fi
    follow
}

# Shows the log until the proxy ends or a signal comes; passes on how the proxy ended.
follow() {
    compose logs -f --no-color "$service" &
    wait $! || true
    exit "$(docker inspect -f '{{.State.ExitCode}}' "$(container "$service")")"
}

end_front() {
    local status=$?
    trap '' INT TERM HUP
    compose down --timeout 15 --remove-orphans >/dev/null 2>&1 || true
    exit "$status"
}

start_proxy() { # KIND
    up "$1" "$1"
    # shellcheck disable=SC2046
    if ! await_ports service_runs $(ports_of "$1"); then
        compose logs --tail 20 "$service" >&2
        die "the proxy did not start"
    fi
    announce_docker "$1"
    printf 'log: docker logs %s\n' "$(docker inspect -f '{{.Name}}' "$(container "$service")" | tr -d /)"
}

stop_all() {
    compose down --timeout 15 --remove-orphans
    COMPOSE_PROJECT_NAME=$project-front compose down --timeout 15 --remove-orphans
}

# The images themselves, as make run uses them, then all tests in a container.
run_tests() {
    service=proxy
    build
    MODE=docker HTTP_PORT=$given_http_port RESP_PORT=$given_resp_port "$top/tests/tools/MakeTest.sh"
    service=tests
    build
    compose run --rm -T --no-deps tests
    [ -n "$FILTER" ] || run_with_valkey
}

# What may depend on the server, once more with the other one.
run_with_valkey() {
    compose run --rm -T --no-deps -e NEARCACHE_REDIS_SERVER=/usr/bin/valkey-server \
        -e FILTER='^clients[.]|^coherence[.]|CoherenceTest|OwnLinkTest|OwnWriteTest|TransparencyTest|AccessTest' tests
}

run_long_tests() {
    service=tests
    build
    compose run --rm -T --no-deps tests test-long
}

clean() {
    docker image rm "$NEARCACHE_IMAGE" "$NEARCACHE_IMAGE-tests" >/dev/null 2>&1 || true
    rm -rf "$top/build"
}
