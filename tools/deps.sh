#!/usr/bin/env bash
# Puts what the build and the tests need, and the system lacks, into .deps/. Needs no root, installs nothing, and writes
# nowhere else. Run again, it does only what has changed. usage: deps.sh [bench]
#
#   .deps/root      Debian packages, unpacked: headers, libraries, redis-server
#   .deps/hiredis   hiredis, built here where the distribution's is older than 1.0
#   .deps/bin       redis-server and redis-cli, ready to run
#   .deps/apt       package lists and archives of our own
#   .deps/bench     with the argument `bench`, nothing else: root/ and bin/ of what Nearcache is measured against
#
# Only a C++ compiler, CMake and make must be there. Where there is no apt-get, the libraries must come from the
# distribution's packages: they are checked, and the missing ones are named. Called by make; shell: bash 3.2 or newer.
set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
deps=$top/.deps
home=$deps # where root/ and bin/ are
format=1 # raise it when what lies in .deps/ must be made anew

# Debian's names, beside libhiredis-dev, which is a case of its own.
packages="libpoco-dev libyaml-cpp-dev libgtest-dev libgmock-dev libboost-dev libxxhash-dev redis-server redis-tools
    python3-redis"
bench_packages="nutcracker nginx memcached libbenchmark-dev"
hiredis_least=1.0

say() { printf 'deps: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

need_tools() {
    local missing=
    command -v c++ >/dev/null || command -v g++ >/dev/null || command -v clang++ >/dev/null || [ -n "${CXX:-}" ] ||
        missing="$missing a C++20 compiler (g++ or clang++),"
    command -v cmake >/dev/null || missing="$missing cmake (3.20 or newer),"
    command -v make >/dev/null || missing="$missing make,"
    [ -z "$missing" ] || die "missing:${missing%,}. Install it with the system's package manager and try again."
}

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

installed_hiredis_will_do() {
    installed libhiredis-dev && dpkg --compare-versions "$(dpkg-query -W -f '${Version}' libhiredis-dev)" ge "$hiredis_least"
}

# The wanted packages that the system lacks.
missing_packages() {
    local name out=
    for name in $packages; do
        installed "$name" || out="$out $name"
    done
    installed_hiredis_will_do || out="$out libhiredis-dev"
    printf '%s' "${out# }"
}

# apt-get and apt-cache with state of their own. The system's sources and keys are read, its hooks are not run, and
# dependencies are resolved against what dpkg says is installed.
write_apt_conf() {
    mkdir -p "$deps/apt/lists/partial" "$deps/apt/archives/partial" "$deps/apt/source-lists/partial" "$deps/apt/log"
    cat >"$deps/apt/apt.conf" <<CONF
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Invoke;
#clear DPkg::Post-Invoke;
#clear DPkg::Pre-Install-Pkgs;
Dir::State "$deps/apt";
Dir::State::Lists "$deps/apt/lists";
Dir::State::status "/var/lib/dpkg/status";
Dir::Cache "$deps/apt";
Dir::Cache::Archives "$deps/apt/archives";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Dir::Log "$deps/apt/log";
APT::Sandbox::User "root";
APT::Install-Recommends "false";
APT::Get::Assume-Yes "true";
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
Acquire::IndexTargets::deb::CNF::DefaultEnabled "false";
Acquire::Retries "3";
Debug::NoLocking "true";
CONF
}

apt() { # apt get|cache ARGUMENTS
    local tool=$1
    shift
    LC_ALL=C "apt-$tool" -c "$deps/apt/apt.conf" "$@"
}

update_lists() {
    say "reading the package lists"
    apt get update -qq >"$deps/apt/log/update" 2>&1 || say "some package lists could not be read; trying with the others"
}

# Downloads the packages and whatever they need that is not installed.
download() {
    say "downloading $*"
    if ! apt get install --download-only --no-upgrade "$@" >"$deps/apt/log/install" 2>&1; then
        tail -n 20 "$deps/apt/log/install" "$deps/apt/log/update" >&2
        die "could not download: $*"
    fi
}

# What dpkg has already (an upgrade that came along) stays as it is: two C libraries in one process would not do.
unpack() {
    local archive name
    rm -rf "$home/root.new"
    mkdir -p "$home/root.new"
    for archive in "$deps"/apt/archives/*.deb; do
        [ -e "$archive" ] || continue
        name=$(dpkg-deb -f "$archive" Package)
        installed "$name" || dpkg-deb -x "$archive" "$home/root.new"
    done
    mend_links
    rm -rf "$home/root"
    mv "$home/root.new" "$home/root"
    rm -f "$deps"/apt/archives/*.deb
}

# A -dev package's libx.so points at libx.so.N beside it, which may be the system's and not ours.
mend_links() {
    local link target
    find "$home/root.new" -type l -name '*.so' | while read -r link; do
        [ -e "$link" ] && continue
        target=${link#"$home/root.new"}
        target=$(dirname "$target")/$(basename "$(readlink "$link")")
        for target in "$target" "/usr$target" "${target#/usr}"; do
            [ -e "$target" ] && ln -sf "$target" "$link" && break
        done
    done
    return 0
}

candidate_hiredis_will_do() {
    local version
    version=$(apt cache policy libhiredis-dev | sed -n 's/^  Candidate: //p')
    [ -n "$version" ] && [ "$version" != "(none)" ] && dpkg --compare-versions "$version" ge "$hiredis_least"
}

# The release whose source package is new enough, on the mirror this machine uses already.
source_release() {
    case $(. /etc/os-release && printf '%s' "$ID ${ID_LIKE:-}") in
        *ubuntu*) printf noble ;;
        *debian*) printf trixie ;;
        *) die "hiredis here is older than $hiredis_least: install a newer libhiredis-dev" ;;
    esac
}

# Prints a deb-src line for the release $1. apt knows its sources in both of their formats; we only ask it.
source_line() {
    apt get indextargets --format '$(REPO_URI)|$(SUITE)|$(SIGNED_BY)|$(COMPONENT)|$(ORIGIN)' 'Created-By: Packages' |
        awk -F'|' -v release="$1" '
            $4 == "main" && ($5 == "Debian" || $5 == "Ubuntu") && $1 !~ /security/ {
                printf "deb-src %s%s %s main\n", ($3 ~ /^\// ? "[signed-by=" $3 "] " : ""), $1, release; exit }'
}

fetch_hiredis() {
    local release
    release=$(source_release)
    say "fetching hiredis, as source, of $release"
    source_line "$release" >"$deps/apt/source.list"
    [ -s "$deps/apt/source.list" ] || die "no distribution mirror found in apt's sources"
    set -- -o "Dir::Etc::SourceList=$deps/apt/source.list" -o Dir::Etc::SourceParts=- \
        -o "Dir::State::Lists=$deps/apt/source-lists"
    apt get "$@" update -qq >"$deps/apt/log/source" 2>&1 || { cat "$deps/apt/log/source" >&2; die "no list of $release"; }
    (cd "$deps/hiredis-src" && apt get "$@" source -qq --download-only hiredis) >"$deps/apt/log/source" 2>&1 ||
        { cat "$deps/apt/log/source" >&2; die "no source of hiredis"; }
}

build_hiredis() {
    rm -rf "$deps/hiredis-src"
    mkdir -p "$deps/hiredis-src/tree"
    fetch_hiredis
    say "building hiredis"
    tar -xf "$deps"/hiredis-src/hiredis_*.orig.tar.* -C "$deps/hiredis-src/tree" --strip-components=1
    {
        cmake -S "$deps/hiredis-src/tree" -B "$deps/hiredis-src/build" -DCMAKE_BUILD_TYPE=Release \
            -DBUILD_SHARED_LIBS=OFF -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DENABLE_SSL=OFF -DDISABLE_TESTS=ON \
            -DCMAKE_INSTALL_LIBDIR=lib -DCMAKE_INSTALL_PREFIX="$deps/hiredis-src/installed" &&
            cmake --build "$deps/hiredis-src/build" --target install
    } >"$deps/apt/log/hiredis" 2>&1 || { tail -n 30 "$deps/apt/log/hiredis" >&2; die "hiredis did not build"; }
    mv "$deps/hiredis-src/installed" "$deps/hiredis"
    rm -rf "$deps/hiredis-src"
}

# Unpacked programs do not find their unpacked libraries by themselves. exec keeps the process id the caller's.
write_wrappers() {
    local program tool lib
    rm -rf "$home/bin"
    mkdir -p "$home/bin"
    lib=usr/lib/$(dpkg-architecture -q DEB_HOST_MULTIARCH 2>/dev/null || cc_triplet)
    for program in bin/redis-server bin/redis-cli bin/redis-benchmark bin/memcached sbin/nutcracker sbin/nginx; do
        [ -x "$home/root/usr/$program" ] || continue
        tool=${program#*/}
        cat >"$home/bin/$tool" <<WRAPPER
#!/bin/sh
root=\$(dirname "\$0")/../root
LD_LIBRARY_PATH=\$root/$lib:\$root/usr/lib:\$root/${lib#usr/}\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}
export LD_LIBRARY_PATH
exec "\$root/usr/$program" "\$@"
WRAPPER
        chmod +x "$home/bin/$tool"
    done
}

cc_triplet() { find "$home/root/usr/lib" -maxdepth 1 -name '*-linux-*' -exec basename {} \; | head -n 1; }

populate() {
    local missing=$1
    write_apt_conf
    rm -f "$deps"/apt/archives/*.deb
    if [ -n "$missing" ]; then
        update_lists
        case " $missing " in
            *" libhiredis-dev "*)
                if ! candidate_hiredis_will_do; then
                    missing=$(printf '%s' "$missing" | sed 's/ *libhiredis-dev//')
                    [ -d "$deps/hiredis" ] || build_hiredis
                fi ;;
        esac
        # shellcheck disable=SC2086 # a list of names
        [ -z "$missing" ] || download $missing
    fi
    unpack
    write_wrappers
}

apt_based() {
    local missing stamp
    missing=$(missing_packages)
    stamp="format $format, $(. /etc/os-release && printf '%s %s' "$ID" "${VERSION_ID:-}") $top: $missing"
    [ "$(cat "$deps/stamp" 2>/dev/null)" = "$stamp" ] && return
    mkdir -p "$deps"
    command -v flock >/dev/null && exec 9>"$deps/lock" && flock 9
    [ "$(cat "$deps/stamp" 2>/dev/null)" = "$stamp" ] && return
    case $(cat "$deps/stamp" 2>/dev/null) in "format $format, "*) ;; *) rm -rf "$deps/root" "$deps/hiredis" ;; esac
    rm -f "$deps/stamp"
    populate "$missing"
    printf '%s\n' "$stamp" >"$deps/stamp"
    say "ready in .deps/"
}

# What the bench needs beside all that: the servers it compares with, and Google Benchmark.
bench_extra() {
    local name missing= stamp
    for name in $bench_packages; do
        installed "$name" || missing="$missing $name"
    done
    home=$deps/bench
    stamp="format $format:$missing"
    [ "$(cat "$home/stamp" 2>/dev/null)" = "$stamp" ] && return
    mkdir -p "$home"
    command -v flock >/dev/null && exec 9>"$deps/lock" && flock 9
    write_apt_conf
    rm -f "$deps"/apt/archives/*.deb
    if [ -n "$missing" ]; then
        update_lists
        # shellcheck disable=SC2086 # a list of names
        download $missing
    fi
    unpack
    write_wrappers
    printf '%s\n' "$stamp" >"$home/stamp"
}

package_names() {
    case $(. /etc/os-release 2>/dev/null && printf '%s' "$ID ${ID_LIKE:-}") in
        *fedora* | *rhel*) printf 'dnf install poco-devel hiredis-devel yaml-cpp-devel gtest-devel gmock-devel boost-devel xxhash-devel redis' ;;
        *arch*) printf 'pacman -S poco hiredis yaml-cpp gtest boost xxhash redis' ;;
        *alpine*) printf 'apk add poco-dev hiredis-dev yaml-cpp-dev gtest-dev boost-dev xxhash-dev redis linux-headers' ;;
        *suse*) printf 'zypper install poco-devel hiredis-devel yaml-cpp-devel gtest gmock boost-devel xxhash-devel redis' ;;
        *) printf 'Poco, hiredis 1.0 or newer, yaml-cpp, GoogleTest, Boost and xxHash (headers) and redis-server' ;;
    esac
}

# CMake itself says what it finds: the same search as the build's.
distribution_based() {
    local probe=$deps/probe
    [ "$(uname -s)" = Linux ] || die "natively, Nearcache builds on Linux; use MODE=docker"
    mkdir -p "$probe"
    cmake -S "$top/cmake/probe" -B "$probe" >"$probe/log" 2>&1 && command -v redis-server >/dev/null && return
    grep -iE 'could not find|not found|error' "$probe/log" | head -n 5 >&2 || true
    command -v redis-server >/dev/null || say "redis-server is not in PATH"
    die "this system has no apt-get, so its own packages are needed: $(package_names)"
}

has_apt() { command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; }

need_tools
case ${1:-build}-$(has_apt && printf apt) in
    build-apt) apt_based ;;
    build-) distribution_based ;;
    bench-apt) bench_extra ;;
    bench-) say "the bench measures what it finds in PATH of: nutcracker, nginx, memcached" ;;
    *) die "usage: deps.sh [bench]" ;;
esac
