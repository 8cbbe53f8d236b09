# Sourced by make.sh: settings, messages, and what both modes need. bash 3.2.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
unset MAKEFLAGS MFLAGS MAKELEVEL # the make that CMake calls is no part of the one that called us

given_http_port=${HTTP_PORT:-}
given_resp_port=${RESP_PORT:-}
http_port=${HTTP_PORT:-6000}
resp_port=${RESP_PORT:-6380}
redis_address=${REDIS_ADDRESS:-}
sanitize=${SANITIZE:-}
jobs=${JOBS:-$(getconf _NPROCESSORS_ONLN)}

say() { printf '%s\n' "$*" >&2; }
die() { say "nearcache: $*"; exit 1; }

check_settings() {
    case $sanitize in '' | address | thread) ;; *) die "SANITIZE is '$sanitize'; it can be address or thread" ;; esac
    check_port HTTP_PORT "$http_port"
    check_port RESP_PORT "$resp_port"
}

check_port() { # NAME VALUE
    case $2 in *[!0-9]* | '' | ??????*) die "$1 is '$2'; it can be 1 to 65535" ;; esac
    [ "$2" -ge 1 ] && [ "$2" -le 65535 ] || die "$1 is '$2'; it can be 1 to 65535"
}

have_compose() { docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null; }

docker_answers() { command -v docker >/dev/null && docker info >/dev/null 2>&1 && have_compose; }

# make build is native unless Docker is asked for by name.
choose_mode() { # TARGET
    case ${MODE:-} in
        native | docker) printf '%s' "$MODE" ;;
        '') if [ "$1" != build ] && [ "$1" != lint ] && docker_answers; then printf docker; else printf native; fi ;;
        *) die "MODE is '$MODE'; it can be native or docker" ;;
    esac
}

port_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

check_free() { # PORT…
    local port
    for port in "$@"; do
        ! port_answers "$port" || die "port $port is taken; HTTP_PORT and RESP_PORT choose others"
    done
}

# Waits until the ports $2… answer. Fails after 30 seconds, or as soon as the command $1 says that nobody will.
await_ports() {
    local alive=$1 port tries=0
    shift
    for port in "$@"; do
        until port_answers "$port"; do
            tries=$((tries + 1))
            [ "$tries" -le 300 ] && $alive || return 1
            sleep 0.1
        done
    done
}

# The ports of a kind of proxy: both front-ends, or one.
ports_of() { # both|http|resp
    case $1 in both) printf '%s %s' "$http_port" "$resp_port" ;; http) printf '%s' "$http_port" ;; resp) printf '%s' "$resp_port" ;; esac
}

# What a newcomer types next. $2: a redis-cli that reaches the RESP port.
announce() { # both|http|resp REDIS_CLI
    [ "$1" = resp ] || printf 'HTTP  http://127.0.0.1:%s   try: curl -i "http://127.0.0.1:%s/get?key=greeting"\n' \
        "$http_port" "$http_port"
    [ "$1" = http ] || printf 'RESP  redis://127.0.0.1:%s  try: %s get greeting\n' "$resp_port" "$2"
}
