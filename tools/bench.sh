# Sourced by make.sh: builds Nearcache and what measures it, fetches its peers, and measures. Natively: what runs in a
# container of its own network would be measured with it. The build is one of its own, for Release, without tests.

run_bench() { # bench|bench-quick
    local folder=$top/build/bench out=$top/bench quick=
    [ -z "${FILTER:-}" ] || out=$top/build/bench-some # a part is no replacement for the whole
    [ "$1" = bench ] || { out=$top/build/bench-quick quick=--quick; }
    command -v python3 >/dev/null || die "the bench needs python3"
    if [ -n "${BUILD_DIR:-}" ]; then
        folder=$BUILD_DIR
    else
        "$top/tools/deps.sh"
        "$top/tools/deps.sh" bench
        build_bench "$folder"
    fi
    # shellcheck disable=SC2086 # an option or none
    python3 "$top/bench/run.py" --build "$folder" --out "$out" $quick ${FILTER:+--only "$FILTER"}
}

build_bench() { # FOLDER
    cmake -S "$top" -B "$1" -DCMAKE_BUILD_TYPE=Release -DNEARCACHE_TESTS=OFF -DNEARCACHE_BENCH=ON >/dev/null
    cmake --build "$1" -j "$jobs" --target product bench
}
