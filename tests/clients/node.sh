#!/usr/bin/env bash
# Runs a script of node/ with the clients of node/package.json, which npm puts into .deps/npm (or NEARCACHE_NPM_DIR).
# usage: node.sh SCRIPT; exit code 77: there is no Node.js, no npm, or no way to the packages.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
packages=${NEARCACHE_NPM_DIR:-$here/../../.deps/npm}

skip() { echo "skipped: $*" >&2; exit 77; }

command -v node >/dev/null || skip "no node in PATH (Node.js 18.19 or newer)"
command -v npm >/dev/null || skip "no npm in PATH"
node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 18 || (a == 18 && b >= 19) ? 0 : 1)' ||
    skip "Node.js is older than 18.19: $(node --version)"
mkdir -p "$packages" 2>/dev/null && [ -w "$packages" ] || skip "cannot write to $packages"

install() {
    cmp -s "$here/node/package-lock.json" "$packages/installed.json" && return
    rm -f "$packages/installed.json"
    [ -z "$(find "$packages/failed" -mmin -10 2>/dev/null)" ] || skip "npm could not get the packages a moment ago"
    cp "$here/node/package.json" "$here/node/package-lock.json" "$packages"
    (cd "$packages" && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 >npm.log 2>&1) ||
        { touch "$packages/failed"; skip "npm could not get the packages; see $packages/npm.log"; }
    cp "$packages/package-lock.json" "$packages/installed.json"
}

exec 9>"$packages/lock" # tests run side by side
flock 9
install
exec 9>&-
exec 9>&-
# Modules are looked for above the script's folder: so it is run from one of its own below the packages.
folder=$(mktemp -d "$packages/run.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cp "$here"/node/*.mjs "$folder"
node "$folder/$1"
