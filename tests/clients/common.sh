# shellcheck shell=bash
# Sourced by the scripts: comparing, and waiting for a condition.

fail() { printf 'wrong: %s\n' "$*" >&2; exit 1; }

# equal WHAT WANTED GOT
equal() { [ "$2" = "$3" ] || fail "$1: wanted '$2', got '$3'"; }

# contains WHAT WANTED TEXT
contains() { case $3 in *"$2"*) ;; *) fail "$1: wanted '$2' in '$3'" ;; esac; }

# eventually WHAT COMMAND…: until it succeeds, for half a minute at most.
eventually() {
    local what=$1 left=600
    shift
    until "$@"; do
        left=$((left - 1))
        [ "$left" -gt 0 ] || fail "$what: did not happen"
        sleep 0.05
    done
}
