#!/usr/bin/env bash
# What the Makefile's targets do. usage: tools/make.sh TARGET; the settings are in tools/help.txt.
# native.sh and docker.sh each define the same functions: build, run_proxy, start_proxy, stop_all, run_tests,
# run_long_tests, clean.
set -euo pipefail
. "$(dirname "$0")/common.sh"

target=${1:-}
check_settings
# What was started in one mode is also ended when the other has become the default since.
if [ -z "${MODE:-}" ] && docker_answers; then
    case $target in stop | clean) MODE=docker "$0" "$target"; MODE=native ;; esac
fi
mode=$(choose_mode "$target")
. "$top/tools/$mode.sh"

case $target in
    build) build ;;
    run) build; run_proxy both ;;
    restart_fg) build; run_proxy http ;;
    restart) build; start_proxy http ;;
    restart_resp) build; start_proxy resp ;;
    stop) stop_all ;;
    test) run_tests ;;
    test-long) run_long_tests ;;
    clean) stop_all; clean ;;
    lint) . "$top/tools/lint.sh" ;;
    bench | bench-quick) . "$top/tools/bench.sh"; run_bench "$target" ;;
    *) die "no such target: '$target'; see make help" ;;
esac
